"""Every provider is asked in its own words, at its own address, by whoever may."""

import json
from datetime import UTC, datetime

import boto3
import httpx
import pytest
from botocore.awsrequest import AWSResponse
from botocore.credentials import Credentials
from pydantic import SecretStr

from assay.adapters.providers.aws_signature import RoleSignature
from assay.adapters.providers.hosts import host_of
from assay.adapters.providers.open_providers import Operator, credentials_for
from assay.domain.errors import (
    ConfigurationError,
    ProviderRefused,
)
from assay.domain.messages import ImagePart, ImageUrl, Message, TextPart
from assay.domain.task import Task
from tests.support.providers import (
    AZURE,
    CALL,
    KEY,
    PIXEL,
    PROVIDERS,
    QUESTION,
    WEATHER,
    Asked,
    of_bedrock,
    region,
    said,
)


@pytest.mark.parametrize(
    ("provider", "url", "header"),
    [
        ("openai", "https://api.openai.com/v1/chat/completions", ("authorization", f"Bearer {KEY}")),
        ("openai_azure", "https://ours.openai.azure.com/openai/v1/chat/completions", ("api-key", KEY)),
        ("anthropic", "https://api.anthropic.com/v1/messages", ("x-api-key", KEY)),
        ("bedrock", "https://bedrock-runtime.eu-west-1.amazonaws.com/model/m-1/converse", ("authorization", f"Bearer {KEY}")),
        ("google", "https://generativelanguage.googleapis.com/v1beta/openai/chat/completions", ("authorization", f"Bearer {KEY}")),
        ("groq", "https://api.groq.com/openai/v1/chat/completions", ("authorization", f"Bearer {KEY}")),
        ("cohere", "https://api.cohere.ai/compatibility/v1/chat/completions", ("authorization", f"Bearer {KEY}")),
    ],
)  # fmt: skip
def test_a_provider_is_called_where_it_is_with_the_key_where_it_wants_it(provider, url, header):
    asked = Asked(provider, body=said(provider, "3"))
    asked.completed()
    assert str(asked.request.url) == url
    assert asked.request.headers[header[0]] == header[1]


def test_anthropic_is_told_the_version_of_its_interface():
    asked = Asked("anthropic", body=said("anthropic", "3"))
    asked.completed()
    assert asked.request.headers["anthropic-version"] == "2023-06-01"


CONVERSATION = (
    Message(role="system", content="Be brief."),
    Message(role="user", content="What is the weather?"),
    Message(role="assistant", content="I look.", tool_calls=(CALL,)),
    Message(role="tool", content="Rain.", tool_call_id="call_1"),
    Message(role="user", content=(TextPart(text="And here?"), ImagePart(image_url=ImageUrl(url=PIXEL)))),
)


def test_anthropic_is_asked_in_messages():
    asked = Asked("anthropic", body=said("anthropic", "3"))
    asked.completed(CONVERSATION, temperature=0.5, stop="END", max_tokens=50, tools=(WEATHER["function"],))
    assert asked.sent == {
        "model": "m-1",
        "max_tokens": 50,
        "temperature": 0.5,
        "stop_sequences": ["END"],
        "system": "Be brief.",
        "messages": [
            {"role": "user", "content": [{"type": "text", "text": "What is the weather?"}]},
            {"role": "assistant", "content": [
                {"type": "text", "text": "I look."},
                {"type": "tool_use", "id": "call_1", "name": "weather", "input": {"town": "Oslo"}},
            ]},
            {"role": "user", "content": [
                {"type": "tool_result", "tool_use_id": "call_1", "content": "Rain."},
                {"type": "text", "text": "And here?"},
                {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "iVBORw0="}},
            ]},
        ],
        "tools": [{"name": "weather", "description": "Of a town.", "input_schema": WEATHER["function"]["parameters"]}],
    }  # fmt: skip


def test_bedrock_is_asked_in_converse():
    asked = Asked("bedrock", body=said("bedrock", "3"))
    asked.completed(CONVERSATION, temperature=0.5, stop="END", max_tokens=50, tools=(WEATHER["function"],))
    assert asked.sent == {
        "system": [{"text": "Be brief."}],
        "inferenceConfig": {"temperature": 0.5, "maxTokens": 50, "stopSequences": ["END"]},
        "messages": [
            {"role": "user", "content": [{"text": "What is the weather?"}]},
            {"role": "assistant", "content": [
                {"text": "I look."},
                {"toolUse": {"toolUseId": "call_1", "name": "weather", "input": {"town": "Oslo"}}},
            ]},
            {"role": "user", "content": [
                {"toolResult": {"toolUseId": "call_1", "content": [{"text": "Rain."}]}},
                {"text": "And here?"},
                {"image": {"format": "png", "source": {"bytes": "iVBORw0="}}},
            ]},
        ],
        "toolConfig": {"tools": [{"toolSpec": {
            "name": "weather", "description": "Of a town.", "inputSchema": {"json": WEATHER["function"]["parameters"]},
        }}]},
    }  # fmt: skip


def test_whoever_names_no_limit_gets_one_where_the_interface_wants_it():
    anthropic, bedrock = Asked("anthropic", body=said("anthropic", "3")), Asked("bedrock", body=said("bedrock", "3"))
    anthropic.completed()
    bedrock.completed()
    assert anthropic.sent["max_tokens"] == 4096
    assert "inferenceConfig" not in bedrock.sent


@pytest.mark.parametrize(
    ("choice", "anthropic", "bedrock"),
    [
        ("auto", {"type": "auto"}, {"auto": {}}),
        ("required", {"type": "any"}, {"any": {}}),
        (
            {"type": "function", "function": {"name": "weather"}},
            {"type": "tool", "name": "weather"},
            {"tool": {"name": "weather"}},
        ),
    ],
)
def test_a_tool_can_be_forced_on_either(choice, anthropic, bedrock):
    for provider, wanted in (("anthropic", anthropic), ("bedrock", bedrock)):
        asked = Asked(provider, body=said(provider, "3"))
        asked.completed(other={"tools": [WEATHER], "tool_choice": choice})
        sent = asked.sent if provider == "anthropic" else asked.sent["toolConfig"]
        assert sent["tool_choice" if provider == "anthropic" else "toolChoice"] == wanted


def test_no_tool_may_be_called_on_either():
    asked = Asked("anthropic", body=said("anthropic", "3"))
    asked.completed(other={"tools": [WEATHER], "tool_choice": "none"})
    assert asked.sent["tool_choice"] == {"type": "none"}
    asked = Asked("bedrock", body=said("bedrock", "3"))
    asked.completed(other={"tools": [WEATHER], "tool_choice": "none"})
    assert "toolConfig" not in asked.sent


@pytest.mark.parametrize("provider", ["anthropic", "bedrock"])
@pytest.mark.parametrize(
    "wish", [{"response_format": {"type": "json_object"}}, {"presence_penalty": 1}, {"seed": 3}, {"other": {"n": 2}}]
)
def test_what_a_provider_has_no_words_for_is_refused_by_its_name_and_not_left_out(provider, wish):
    asked = Asked(provider, body=said(provider, "3"))
    with pytest.raises(ProviderRefused, match=r"no parameter (response_format|presence_penalty|seed|n)\."):
        asked.completed(**wish)
    assert asked.request is None


@pytest.mark.parametrize("provider", ["anthropic", "bedrock"])
def test_what_has_no_embeddings_is_not_asked_for_one(provider):
    with pytest.raises(ProviderRefused, match="has no embeddings"):
        Asked(provider, body={}).completed(endpoint="embed")


def test_an_image_elsewhere_goes_by_its_address_where_the_interface_fetches_it():
    away = (Message(role="user", content=(ImagePart(image_url=ImageUrl(url="https://x.example/a.png")),)),)
    asked = Asked("anthropic", body=said("anthropic", "3"))
    asked.completed(away)
    assert asked.sent["messages"][0]["content"][0]["source"] == {"type": "url", "url": "https://x.example/a.png"}
    with pytest.raises(ProviderRefused, match="data:"):
        Asked("bedrock", body=said("bedrock", "3")).completed(away)


# Who may be called


def test_replicate_is_refused_by_its_name():
    with pytest.raises(ConfigurationError, match="'replicate'"):
        host_of("replicate", {}, region)


def test_azure_without_an_address_says_where_to_give_it():
    with pytest.raises(ConfigurationError, match="openai_azure_endpoint"):
        host_of("openai_azure", {}, region)


def test_an_address_on_azure_with_a_path_is_taken_as_it_is():
    host = host_of("openai_azure", {"openai_azure": "https://gateway.example/azure/v1"}, region)
    assert host.base_url == "https://gateway.example/azure/v1"


@pytest.mark.parametrize("provider", PROVIDERS)
def test_without_a_key_it_is_said_of_whom_and_what_to_do(provider):
    operator = Operator({}, frozenset(), region)
    with pytest.raises(ConfigurationError, match=f"assay provider set {provider}"):
        credentials_for(provider, host_of(provider, AZURE, region), {}, operator)


def test_bedrock_without_a_key_is_asked_in_the_name_of_the_role():
    signature = RoleSignature(Credentials("AKIA", "secret"), "bedrock", "eu-west-1")
    operator = Operator({}, frozenset(), region, lambda: signature)
    host = host_of("bedrock", {}, region)
    assert credentials_for("bedrock", host, {}, operator) is signature
    own = credentials_for("bedrock", host, {"bedrock": SecretStr("k")}, operator)
    assert own.identity == "k"


@pytest.mark.parametrize("model", ["amazon.nova-lite-v1:0", "arn:aws:bedrock:eu-west-1:1:inference-profile/x.y:0"])
def test_a_request_to_bedrock_is_signed_as_boto3_signs_it(model, monkeypatch):
    """Boto3 is asked for the same call: path, body and time are equal, and so is then the signature."""
    theirs = []
    keys = {"aws_access_key_id": "AKIA", "aws_secret_access_key": "secret", "aws_session_token": "session"}
    client = boto3.client("bedrock-runtime", region_name="eu-west-1", **keys)
    client.meta.events.register("before-send", lambda request, **_: theirs.append(request) or nothing(request))
    client.converse(modelId=model, messages=[{"role": "user", "content": [{"text": "1 and 2"}]}])
    host = host_of("bedrock", {}, region)
    asked = host.wire.request(Task(provider="bedrock", model=model, endpoint="chat"), QUESTION)
    ours = httpx.Request(
        "POST", f"{host.base_url}/{asked.path}", content=theirs[0].body, headers={"content-type": "application/json"}
    )
    moment = datetime.strptime(text(theirs[0].headers["X-Amz-Date"]), "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    monkeypatch.setattr("botocore.auth.get_current_datetime", lambda: moment)
    RoleSignature(Credentials("AKIA", "secret", "session"), "bedrock", "eu-west-1").apply(ours)
    assert ours.url.raw_path.decode() == theirs[0].url.partition("amazonaws.com")[2]
    assert json.loads(theirs[0].body) == asked.body
    assert ours.headers["authorization"] == text(theirs[0].headers["Authorization"])


def text(value):
    """A header of botocore's, which may be bytes."""
    return value.decode() if isinstance(value, bytes) else value


def nothing(request):
    """What boto3 takes for an answer, so that nothing is sent."""
    content = json.dumps(of_bedrock({"text": "3"})).encode()

    class Raw:
        def stream(self, **_):
            yield content

    return AWSResponse(request.url, 200, {"content-type": "application/json"}, Raw())
