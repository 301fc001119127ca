"""Chat messages survive storage and the wire as they were."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from assay.domain.messages import FunctionCall, ImagePart, ImageUrl, Message, TextPart, ToolCall

texts = st.text(max_size=20)
images = st.builds(ImageUrl, url=texts, detail=st.sampled_from([None, "high", "low", "auto"]))
parts = st.builds(TextPart, text=texts) | st.builds(ImagePart, image_url=images)
functions = st.builds(FunctionCall, name=texts, arguments=st.none() | texts)
messages = st.builds(
    Message,
    role=st.sampled_from(["user", "assistant", "system", "tool", "function", "developer", "model"]),
    content=st.none() | texts | st.lists(parts, max_size=3).map(tuple),
    name=st.none() | texts,
    tool_call_id=st.none() | texts,
    tool_calls=st.none() | st.lists(st.builds(ToolCall, id=texts, function=functions), max_size=2).map(tuple),
)


@given(messages)
def test_a_message_comes_back_from_json_as_it_was(message):
    assert Message.model_validate_json(message.model_dump_json()) == message


@given(messages)
def test_a_message_comes_back_from_the_wire_as_it_was(message):
    assert Message.model_validate_json(json.dumps(message.wire())) == message


@given(messages)
def test_the_wire_has_no_null_anywhere(message):
    assert None not in everything_in(message.wire())


def everything_in(value):
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [value, *(leaf for one in inner for leaf in everything_in(one))]


def test_the_wire_is_openais():
    asking = ToolCall(id="call_1", function=FunctionCall(name="weather", arguments='{"city": "Oslo"}'))
    assert Message(role="assistant", tool_calls=(asking,)).wire() == {
        "role": "assistant",
        "tool_calls": [
            {"id": "call_1", "type": "function", "function": {"name": "weather", "arguments": '{"city": "Oslo"}'}}
        ],
    }
    looking = (TextPart(text="What is this?"), ImagePart(image_url=ImageUrl(url="https://example.org/a.png")))
    assert Message(role="user", content=looking).wire()["content"] == [
        {"type": "text", "text": "What is this?"},
        {"type": "image_url", "image_url": {"url": "https://example.org/a.png"}},
    ]


@pytest.mark.parametrize(
    "message",
    [
        {"content": "no role"},
        {"role": "wizard", "content": "hi"},
        {"role": "user", "content": 5},
        {"role": "user", "content": [{"type": "audio", "audio": "…"}]},
        {"role": "user", "content": "hi", "mood": "good"},
    ],
)
def test_what_is_no_message_is_refused(message):
    with pytest.raises(ValidationError):
        Message.model_validate(message)


def test_a_refusal_does_not_repeat_what_was_said():
    with pytest.raises(ValidationError) as caught:
        Message.model_validate({"role": "my-secret-role", "content": {"my": "secret-content"}})
    assert "secret" not in str(caught.value)
