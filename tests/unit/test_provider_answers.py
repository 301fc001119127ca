"""What providers answer, and refuse, means the same to us, whoever says it."""

import json

import pytest

from assay.adapters.providers.http_provider import KEPT
from assay.domain.errors import (
    ProviderDenied,
    ProviderError,
    ProviderGarbled,
    ProviderRefused,
    ProviderThrottled,
    ProviderUnavailable,
)
from assay.domain.score import Failure
from tests.support.providers import CALL, CALLED, KEY, PROVIDERS, Asked, of_anthropic, of_bedrock, of_openai, said


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("ended", ["stop", "length"])
def test_a_text_is_the_same_whoever_says_it(provider, ended):
    answer = Asked(provider, body=said(provider, "It is 3.", ended)).completed()
    assert (answer.text, answer.finish_reason) == ("It is 3.", ended)
    assert (answer.usage.prompt_tokens, answer.usage.output_tokens) == (9, 4)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_call_of_a_tool_is_the_same_whoever_asks_for_it(provider):
    answer = Asked(provider, body=CALLED.get(provider, CALLED["openai"])).completed()
    assert answer.message.tool_calls == (CALL,)
    assert (answer.text, answer.finish_reason) == ("", "tool_calls")


@pytest.mark.parametrize(
    ("provider", "body"),
    [
        ("anthropic", of_anthropic({"type": "text", "text": "3"}, stop_reason="model_context_window_exceeded")),
        ("bedrock", of_bedrock({"text": "3"}, stop_reason="model_context_window_exceeded")),
        ("openai", of_openai({"content": "3"}, finish_reason="length")),
    ],
)
def test_an_answer_that_its_context_cut_off_was_too_long(provider, body):
    assert Asked(provider, body=body).completed().finish_reason == "length"


@pytest.mark.parametrize("provider", ["openai_azure", "google", "groq", "cohere"])
def test_an_answer_that_a_filter_swallowed_is_empty_and_says_why(provider):
    answer = Asked(provider, body=of_openai({}, finish_reason="content_filter")).completed()
    assert (answer.text, answer.finish_reason) == ("", "content_filter")


@pytest.mark.parametrize("provider", PROVIDERS)
def test_an_answer_is_handed_on_as_it_came_but_for_the_key(provider):
    body = said(provider, f"My key is {KEY}.")
    answer = Asked(provider, body=body).completed()
    assert json.loads(answer.raw) == json.loads(json.dumps(body).replace(KEY, "(the key)"))
    assert "raw" not in answer.model_dump()


@pytest.mark.parametrize(
    ("provider", "body"),
    [
        ("openai", of_openai({"content": None, "refusal": "I would rather not."})),
        ("anthropic", of_anthropic({"type": "text", "text": "I would rather not."}, stop_reason="refusal")),
        ("bedrock", of_bedrock({"text": "I would rather not."}, stop_reason="guardrail_intervened")),
    ],
)
def test_a_refusal_of_the_models_is_its_answer(provider, body):
    answer = Asked(provider, body=body).completed()
    assert answer.text == "I would rather not."
    assert answer.finish_reason == ("stop" if provider == "openai" else "content_filter")


@pytest.mark.parametrize(
    ("provider", "body"),
    [
        ("anthropic", of_anthropic({"type": "text", "text": "3"}, cache_read_input_tokens=100, cache_creation_input_tokens=10)),
        ("bedrock", of_bedrock({"text": "3"}, cacheReadInputTokens=100, cacheWriteInputTokens=10)),
        ("openai", of_openai({"content": "3"}, prompt_tokens=119, prompt_tokens_details={"cached_tokens": 100})),
    ],
)  # fmt: skip
def test_tokens_from_the_cache_are_tokens_of_the_prompt_and_counted_by_themselves(provider, body):
    usage = Asked(provider, body=body).completed().usage
    assert (usage.prompt_tokens, usage.cached_tokens) == (119, 100)
    assert usage.cache_creation_tokens == (None if provider == "openai" else 10)


@pytest.mark.parametrize("provider", [one for one in PROVIDERS if one not in {"anthropic", "bedrock"}])
def test_thoughts_are_tokens_of_the_output_and_counted_by_themselves(provider):
    thoughts = {"completion_tokens": 14, "completion_tokens_details": {"reasoning_tokens": 10}}
    usage = Asked(provider, body=of_openai({"content": "3"}, **thoughts)).completed().usage
    assert (usage.output_tokens, usage.reasoning_tokens) == (14, 10)


@pytest.mark.parametrize(
    ("counted", "output", "thoughts"),
    [
        ({"prompt_tokens": 20, "completion_tokens": 198, "total_tokens": 623}, 603, 405),
        ({"prompt_tokens": 21, "completion_tokens": 0, "total_tokens": 81}, 60, 60),
        ({"prompt_tokens": 21, "total_tokens": 81}, 60, 60),
        ({"prompt_tokens": 20, "completion_tokens": 5, "total_tokens": 25}, 5, None),
        ({"prompt_tokens": 20, "completion_tokens": 5, "total_tokens": 0}, 5, None),
        ({"prompt_tokens": 20, "total_tokens": None}, None, None),
    ],
)
def test_thoughts_that_google_counts_in_the_total_only_are_tokens_of_the_output(counted, output, thoughts):
    body = of_openai({"content": "3"})
    body["usage"] = counted
    usage = Asked("google", body=body).completed().usage
    assert (usage.prompt_tokens, usage.output_tokens, usage.reasoning_tokens) == (
        counted["prompt_tokens"], output, thoughts,
    )  # fmt: skip


@pytest.mark.parametrize("provider", PROVIDERS)
def test_where_no_token_is_of_the_cache_or_a_thought_nothing_is_said_of_them(provider):
    none = {"prompt_tokens_details": {"cached_tokens": 0}, "completion_tokens_details": {"reasoning_tokens": 0}}
    nothing = {
        "anthropic": {"cache_read_input_tokens": 0, "cache_creation_input_tokens": 0},
        "bedrock": {"cacheReadInputTokens": 0, "cacheWriteInputTokens": 0},
    }
    body = said(provider, "3")
    body["usage"] |= nothing.get(provider, none)
    usage = Asked(provider, body=body).completed().usage
    assert usage.model_dump() == {"prompt_tokens": 9, "output_tokens": 4}


@pytest.mark.parametrize("tokens", [-1, 10**400], ids=["less than none", "more than a float holds"])
def test_a_count_that_cannot_be_is_none(tokens):
    usage = (
        Asked("openai", body=of_openai({"content": "3"}, prompt_tokens=tokens, total_tokens=tokens)).completed().usage
    )
    assert (usage.prompt_tokens, usage.output_tokens) == (None, 4)


@pytest.mark.parametrize("provider", ["google", "groq", "cohere"])
def test_an_answer_without_a_count_has_none(provider):
    body = of_openai({"content": "3"})
    del body["usage"]
    assert Asked(provider, body=body).completed().usage.is_complete is False


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("body", [b"", b"<html>", b"{}", b'{"choices": [], "content": 3, "output": {}}', b"[]"])
def test_an_answer_that_makes_no_sense_says_how_it_starts_and_not_the_key(provider, body):
    with pytest.raises(ProviderGarbled) as caught:
        Asked(provider, body=body + KEY.encode()).completed()
    assert KEY not in str(caught.value)
    assert body.decode() in str(caught.value)


def test_a_key_at_the_end_of_what_is_shown_is_not_shown_in_part():
    with pytest.raises(ProviderGarbled) as caught:
        Asked("openai", body=b"x" * (KEPT - 4) + KEY.encode()).completed()
    assert KEY[:4] not in str(caught.value)


# What is refused

ERRORS = {
    "openai": {"error": {"message": "as we said", "type": "x", "param": None, "code": "y"}},
    "anthropic": {"type": "error", "error": {"type": "x", "message": "as we said"}, "request_id": "req_1"},
    "bedrock": {"message": "as we said"},
    "google": [{"error": {"code": 400, "message": "as we said", "status": "X"}}],
    "cohere": {"id": "1", "message": "as we said"},
}


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, ProviderRefused),
        (401, ProviderDenied),
        (403, ProviderDenied),
        (404, ProviderRefused),
        (408, ProviderUnavailable),
        (413, ProviderRefused),
        (429, ProviderThrottled),
        (500, ProviderUnavailable),
        (503, ProviderUnavailable),
        (529, ProviderThrottled),
    ],
)
def test_an_error_is_of_its_kind_and_in_the_providers_words(provider, status, error):
    with pytest.raises(error, match=f"answered {status}: as we said$"):
        Asked(provider, status, ERRORS.get(provider, ERRORS["openai"])).completed()


UNKEEPABLE = {
    "too deep": b"[" * 100_000,
    "half a character": b'{"error": {"message": "cut off \\ud83d"}}',
    "no text": b"\xff\xfe",
    "a number": b"1" * 5000,
}


@pytest.mark.parametrize("status", [400, 401, 429, 500])
@pytest.mark.parametrize("body", UNKEEPABLE.values(), ids=UNKEEPABLE)
def test_whatever_an_error_says_it_can_be_kept(status, body):
    with pytest.raises(ProviderError) as caught:
        Asked("openai", status, body).completed()
    assert Failure(kind="provider", message=str(caught.value)).message.startswith(f"The provider answered {status}: ")


def test_a_model_of_bedrocks_that_failed_is_asked_again():
    with pytest.raises(ProviderUnavailable):
        Asked("bedrock", 424, ERRORS["bedrock"]).completed()


@pytest.mark.parametrize(
    ("provider", "headers", "seconds"),
    [
        ("anthropic", {"retry-after": "7"}, 7),
        ("groq", {"retry-after": "2"}, 2),
        ("openai", {"retry-after-ms": "250"}, 0.25),
        ("openai_azure", {"retry-after": "9", "retry-after-ms": "8500"}, 8.5),
        ("bedrock", {}, None),
        ("cohere", {"x-endpoint-monthly-call-limit": "1000"}, None),
    ],
)
def test_how_long_to_wait_is_heeded(provider, headers, seconds):
    with pytest.raises(ProviderThrottled) as caught:
        Asked(provider, 429, ERRORS["openai"], headers).completed()
    assert caught.value.retry_after == seconds


@pytest.mark.parametrize(
    ("delay", "seconds"), [("34s", 34), ("0.5s", 0.5), ("soon", None), (34, None), ("1e9999s", None)]
)
def test_google_says_in_its_body_how_long_to_wait(delay, seconds):
    details = [{"@type": "type.googleapis.com/google.rpc.Help"}, {"@type": "RetryInfo", "retryDelay": delay}]
    said = [{"error": {"code": 429, "message": "as we said", "status": "RESOURCE_EXHAUSTED", "details": details}}]
    with pytest.raises(ProviderThrottled, match=r"as we said$") as caught:
        Asked("google", 429, said).completed()
    assert caught.value.retry_after == seconds


@pytest.mark.parametrize("said", [{"error": {"details": "x"}}, {"error": {"details": ["x"]}}, {"error": 3}, [], 3])
def test_a_429_of_any_other_shape_does_not_say_how_long_to_wait(said):
    with pytest.raises(ProviderThrottled) as caught:
        Asked("google", 429, said).completed()
    assert caught.value.retry_after is None


@pytest.mark.parametrize(
    ("provider", "headers", "pause"),
    [
        ("groq", {"x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "2m59.5s"}, 179.5),
        (
            "anthropic",
            {
                "anthropic-ratelimit-tokens-remaining": "0",
                "anthropic-ratelimit-tokens-reset": "2025-09-08T12:00:09Z",
                "date": "Mon, 08 Sep 2025 12:00:00 GMT",
            },
            9,
        ),
    ],
)
def test_a_limit_that_is_used_up_is_heeded_before_the_provider_has_to_refuse(provider, headers, pause):
    assert Asked(provider, body=said(provider, "3"), headers=headers).completed().pause == pause
