"""Configs go to .prompt files and come back as they were."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.dialects.humanloop.prompt_files import read, written
from assay.dialects.humanloop.requests import ConfigRequest
from assay.dialects.humanloop.translate_configs import fields
from assay.domain.errors import InvalidRequest

TAGGED = ["</user>", "<user>", '<tool name="x">', "---", "\n", "  ", "\t", "\r\n", "\u2028", "\x85", "{{x}}", '"', "\\"]
TEXTS = st.text(max_size=20) | st.lists(st.sampled_from(TAGGED) | st.text(max_size=5), max_size=6).map("".join)
LEAVES = (
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False) | TEXTS
)
OBJECTS = st.dictionaries(
    TEXTS, st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=3), max_leaves=4), max_size=3
)
NUMBERS = st.floats(-2, 2)
PARTS = st.fixed_dictionaries({"type": st.just("text"), "text": TEXTS}) | st.fixed_dictionaries(
    {
        "type": st.just("image_url"),
        "image_url": st.fixed_dictionaries({"url": TEXTS}, optional={"detail": st.just("high")}),
    }
)
CALLS = st.fixed_dictionaries(
    {"id": TEXTS, "function": st.fixed_dictionaries({"name": TEXTS}, optional={"arguments": TEXTS})}
)
MESSAGES = st.fixed_dictionaries(
    {"role": st.sampled_from(["system", "user", "assistant", "tool"])},
    optional={
        "content": TEXTS | st.lists(PARTS, min_size=1, max_size=3),
        "name": TEXTS,
        "tool_call_id": TEXTS,
        "tool_calls": st.lists(CALLS, min_size=1, max_size=2),
    },
)
COMMON = {
    "name": TEXTS,
    "description": TEXTS,
    "provider": st.sampled_from(["openai", "anthropic", "mock"]),
    "max_tokens": st.integers(-1, 1000),
    "temperature": NUMBERS,
    "top_p": NUMBERS,
    "presence_penalty": NUMBERS,
    "frequency_penalty": NUMBERS,
    "stop": TEXTS | st.lists(TEXTS, max_size=3),
    "seed": st.integers(),
    "response_format": st.just({"type": "json_object"})
    | st.builds(lambda one: {"type": "json_schema", "json_schema": one}, OBJECTS),
    "other": OBJECTS,
    "tools": st.lists(st.fixed_dictionaries({"name": TEXTS, "parameters": OBJECTS}), min_size=1, max_size=2),
}
CHATS = st.fixed_dictionaries(
    {"model": TEXTS}, optional={**COMMON, "chat_template": st.lists(MESSAGES, min_size=1, max_size=3)}
)
PROMPTS = st.fixed_dictionaries(
    {"model": TEXTS}, optional={**COMMON, "prompt_template": TEXTS, "endpoint": st.sampled_from(["complete", "edit"])}
)

CHAT = """---
model: gpt-4o
temperature: 0.7
max_tokens: -1
provider: openai
endpoint: chat
tools: [
  {
    "name": "weather",
    "parameters": {"type": "object", "properties": {"city": {"type": "string"}}}
  }
]
---
<system>
  You are a weather frog in {{city}}.

  Be brief.
</system>
<user name="ann">
  <text>
    What will it be here?
  </text>
  <image url="https://example.com/sky.png" />
</user>
<assistant>
  <tool name="weather" id="call_1">
    {"city": "Kyiv"}
  </tool>
</assistant>
<tool name="weather" id="call_1">
  Rain
</tool>
"""


def wish(config):
    return ConfigRequest.model_validate(config).translated()


def file_of(wished):
    return written(fields(wished.task, wished.name, wished.description))


@given(CHATS | PROMPTS)
def test_what_is_written_reads_back_as_it_was(config):
    wished = wish(config)
    assert wish(read(file_of(wished))) == wished


def test_a_file_is_what_people_would_write():
    config = {
        "model": "gpt-4o",
        "temperature": 0.5,
        "chat_template": [
            {"role": "system", "content": "Be brief.\nBe kind."},
            {"role": "user", "content": [{"type": "image_url", "image_url": {"url": "https://example.com/a.png"}}]},
        ],
    }
    text = file_of(wish(config))
    assert 'model: "gpt-4o"\n' in text
    assert text.endswith(
        '---\n<system>\n  Be brief.\n  Be kind.\n</system>\n<user>\n  <image url="https://example.com/a.png"/>\n</user>\n'
    )
    assert file_of(wish({"model": "m", "prompt_template": "Say {{x}}.\n"})).endswith("\n---\nSay {{x}}.\n")


def test_a_file_that_people_wrote_is_read():
    found = wish(read(CHAT)).task
    system, user, assistant, tool = found.chat_template
    assert (found.model, found.temperature, found.endpoint) == ("gpt-4o", 0.7, "chat")
    assert found.tools[0]["parameters"]["properties"] == {"city": {"type": "string"}}
    assert (system.role, system.content) == ("system", "You are a weather frog in {{city}}.\n\nBe brief.")
    assert (user.name, user.content[0].text) == ("ann", "What will it be here?")
    assert user.content[1].image_url.url == "https://example.com/sky.png"
    assert (assistant.content, assistant.tool_calls[0].id) == (None, "call_1")
    assert assistant.tool_calls[0].function.arguments == '{"city": "Kyiv"}'
    assert (tool.role, tool.tool_call_id, tool.content) == ("tool", "call_1", "Rain")


def test_a_file_with_other_line_ends_is_read():
    assert wish(read(CHAT.replace("\n", "\r\n"))).task.model == "gpt-4o"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no header",
        "---\nmodel: m\n",
        "---\n- a list\n---\n",
        "---\n\n---\n",
        "---\nmodel: [unclosed\n---\n",
        "---\nmodel: &a m\nname: *a\n---\n",
        "---\nother: {x: .nan}\n---\n",
        "---\nother: !!binary aGk=\n---\n",
        "---\nother: !!python/object/apply:os.system [id]\n---\n",
        "---\nother: " + "[" * 5000 + "\n---\n",
        "---\nother: " + '{"a": ' * 150 + "1" + "}" * 150 + "\n---\n",
        "---\nmodel: m\nendpoint: chat\n---\n<user>\n  no end\n",
        "---\nmodel: m\nendpoint: chat\n---\nno tags\n",
        "---\nmodel: m\nendpoint: chat\n---\n<user>hi</user> and more\n",
        '---\nmodel: m\nendpoint: chat\n---\n<user json="no object"/>\n',
        '---\nmodel: m\nendpoint: chat\n---\n<user json="[1]"/>\n',
        '---\nmodel: m\nendpoint: chat\n---\n<user name="\\x"/>\n',
        '---\nmodel: m\nendpoint: chat\n---\n<user>\nlead\n<image url="u"/>\n</user>\n',
    ],
    ids=itertools.count(),
)
def test_what_is_no_prompt_file_is_refused_with_a_sentence(text):
    with pytest.raises(InvalidRequest) as refused:
        read(text)
    assert refused.value.place in {("config",), ()}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('---\nmodel: "a"\nmodel: "b"\n---\n', "'model' twice, again in its line 2"),
        ("---\nmodel: a\ntemperature: 1\nother:\n  x: 1\n  x: 2\n---\n", "'x' twice, again in its line 5"),
        ('---\nmodel: m\nother: {"x": 1, "x": 2}\n---\n', "'x' twice, again in its line 2"),
        ("---\nmodel: m\nprompt_template: a\n---\nb", "in the header as prompt_template, and below it"),
        ('---\nmodel: m\nendpoint: chat\n---\n<user name="a" name="b">hi</user>', 'something twice: name="a" name="b"'),
    ],
)
def test_what_is_said_twice_is_refused(text, said):
    with pytest.raises(InvalidRequest, match=said):
        read(text)


def test_a_date_in_a_header_is_a_text():
    assert read("---\nmodel: m\nname: 2024-07-19\n---\n")["name"] == "2024-07-19"
