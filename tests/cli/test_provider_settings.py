"""Which provider the stack calls: a key never goes where it was not meant to, and silence changes nothing."""

import json

import boto3
import pytest
from moto import mock_aws

from assay_cli.errors import CommandFailed
from assay_cli.provider_settings import OPENAI, keep_keys, merged_keys, parameters

PASSWORD = "hunter2"
KEPT = {"openai_api_key": "old", "anthropic_api_key": "older"}


def test_silence_keeps_what_the_stack_has():
    assert parameters({}) == {}
    assert merged_keys(KEPT, {}) == KEPT


def test_an_empty_variable_is_silence():
    assert parameters({"OPENAI_API_KEY": "", "OPENAI_BASE_URL": ""}) == {}
    assert merged_keys(KEPT, {"OPENAI_API_KEY": "", "ANTHROPIC_API_KEY": ""}) == KEPT


def test_a_key_alone_is_meant_for_openai():
    assert parameters({"OPENAI_API_KEY": "k"}) == {"OpenAIBaseUrl": OPENAI, "AllowedProviderHosts": ""}
    assert merged_keys(KEPT, {"OPENAI_API_KEY": "k"})["openai_api_key"] == "k"


def test_an_address_alone_takes_the_kept_key_away():
    environment = {"OPENAI_BASE_URL": "https://models.example/v1"}
    assert parameters(environment)["OpenAIBaseUrl"] == "https://models.example/v1"
    assert merged_keys(KEPT, environment) == {"anthropic_api_key": "older"}


def test_anthropics_key_stands_for_itself():
    assert merged_keys(KEPT, {"ANTHROPIC_API_KEY": "a"}) == {"openai_api_key": "old", "anthropic_api_key": "a"}


@pytest.mark.parametrize("url", ["http://127.0.0.1:8089/v1", "http://[::1]:8089/v1", "http://models:80"])
def test_a_host_without_tls_is_allowed_by_name_and_port(url):
    assert parameters({"OPENAI_BASE_URL": url})["AllowedProviderHosts"] == url.split("/")[2]


@pytest.mark.parametrize(
    "url", ["models.example/v1", "ftp://models.example", "https://", f"https://me:{PASSWORD}@models.example/v1"]
)
def test_what_is_no_provider_address_is_refused_without_being_repeated(url):
    with pytest.raises(CommandFailed) as refusal:
        parameters({"OPENAI_BASE_URL": url})
    assert PASSWORD not in str(refusal.value)


@pytest.fixture
def secret(monkeypatch):
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    with mock_aws():
        client = boto3.client("secretsmanager")
        client.create_secret(Name="keys", SecretString="{}")
        yield lambda: json.loads(client.get_secret_value(SecretId="keys")["SecretString"])


def test_the_secret_holds_the_keys_of_the_environment(secret):
    assert keep_keys("keys", {"OPENAI_API_KEY": "k"})
    assert secret() == {"openai_api_key": "k"}


def test_the_secret_is_written_only_when_something_changes(secret):
    keep_keys("keys", {"OPENAI_API_KEY": "k"})
    assert not keep_keys("keys", {"OPENAI_API_KEY": "k"})
    assert not keep_keys("keys", {})
    assert secret() == {"openai_api_key": "k"}
