"""`assay provider`: a key is typed or piped, never an argument; it goes into the stack's secret and is never shown."""

import json

import boto3
import pytest
from moto import mock_aws
from typer.testing import CliRunner

from assay_cli.commands import provider
from assay_cli.main import app

KEY = "sk-typed-4711"


@pytest.fixture
def secret(monkeypatch):
    """What the stack's secret holds."""
    with mock_aws():
        monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        client = boto3.client("secretsmanager")
        place = client.create_secret(Name="keys", SecretString=json.dumps({"anthropic_api_key": "a"}))["ARN"]
        monkeypatch.setattr(provider, "secret", lambda *_: place)
        yield lambda: json.loads(client.get_secret_value(SecretId=place)["SecretString"])


def said(*words, typed=""):
    answer = CliRunner().invoke(app, ["provider", *words], input=typed)
    return answer.exit_code, answer.output


def test_a_key_from_standard_input_is_kept_beside_the_others_and_not_said_back(secret):
    code, output = said("set", "openai", typed=f"{KEY}\n")
    assert (code, KEY in output) == (0, False)
    assert secret() == {"anthropic_api_key": "a", "openai_api_key": KEY}


def test_a_list_names_providers_and_shows_no_key(secret):
    said("set", "openai", typed=KEY)
    assert said("list") == (0, "anthropic\nopenai\n")


def test_a_key_that_is_removed_is_gone(secret):
    said("set", "openai", typed=KEY)
    assert said("remove", "openai")[0] == 0
    assert secret() == {"anthropic_api_key": "a"}


@pytest.mark.parametrize("typed", ["", "\n", "two words\n", "k" * 513, "sk-\u00e9\n"])
def test_what_is_no_key_changes_nothing(secret, typed):
    assert said("set", "openai", typed=typed)[0] == 4
    assert secret() == {"anthropic_api_key": "a"}


def test_a_key_as_an_argument_is_refused(secret):
    assert said("set", "openai", KEY)[0] == 2
