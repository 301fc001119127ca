"""What `assay deploy` says before it does anything, and with which parameters it goes."""

import pytest

from assay_cli import sam_parameters
from assay_cli.announcement import Account, cost_at_rest, count_resources, text
from assay_cli.aws_session import require_account
from assay_cli.errors import CommandFailed
from assay_cli.places import Places, here

TEMPLATE = """
Parameters:
  Secret:
    Type: AWS::SSM::Parameter::Value<String>
Resources:
  Key:
    Type: AWS::KMS::Key
  One:
    Type: AWS::Serverless::Function
    Properties:
      Events:
        Get:
          Type: Api
  Two:
    Type: AWS::Serverless::Function
  Keys:
    Type: AWS::SecretsManager::Secret
"""


@pytest.fixture
def places(tmp_path):
    (tmp_path / "samconfig.toml").write_text(
        '[dev.deploy.parameters]\nparameter_overrides = ["A=1", "B=x=y"]\n[prod.deploy.parameters]\n'
    )
    return Places(tmp_path, tmp_path / ".assay")


def test_resources_are_counted_and_parameters_are_not():
    assert count_resources(TEMPLATE) == {
        "AWS::KMS::Key": 1,
        "AWS::Serverless::Function": 2,
        "AWS::SecretsManager::Secret": 1,
    }


def test_the_cost_at_rest_is_that_of_what_is_paid_for_by_the_month():
    assert cost_at_rest(count_resources(TEMPLATE)) == pytest.approx(1.40)


def test_it_is_said_where_what_and_for_how_much():
    said = text(TEMPLATE, "assay", Account("123456789012", "eu-north-1"), {"MaxLanes": "5"})
    for part in ("assay", "123456789012", "eu-north-1", "2 AWS::Serverless::Function", "MaxLanes = 5", "$1.40 a month"):
        assert part in said


def test_what_is_asked_for_goes_over_what_samconfig_has(places):
    assert sam_parameters.chosen(places, "dev", ["A=2", "C=3"]) == {"A": "2", "B": "x=y", "C": "3"}
    assert sam_parameters.chosen(places, "prod", []) == {}


def test_samconfig_has_every_environment():
    for environment in ("local", "dev", "prod"):
        assert sam_parameters.chosen(here(), environment, [])


@pytest.mark.parametrize("pair", ["A", "=1", ""])
def test_what_is_no_parameter_is_refused(places, pair):
    with pytest.raises(CommandFailed, match="NAME=VALUE"):
        sam_parameters.chosen(places, "dev", [pair])


def test_the_local_cloud_is_not_deployed_to_by_mistake(monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:4566")
    with pytest.raises(CommandFailed, match="AWS_ENDPOINT_URL is set"):
        require_account()
