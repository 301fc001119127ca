"""Prompts under test, as contracts/braintrust.md §4.2 to §4.4 have them."""

import json

import pytest

from assay.adapters.providers.openai import request_body
from assay.domain.completion import Completion
from assay.domain.messages import FunctionCall, ImagePart, ImageUrl, Message, TextPart, ToolCall
from assay.domain.prompt_task import Prompt, PromptTask
from assay.domain.task import Config
from assay.domain.templates.values import TemplateFault
from tests.support.build import a_config, a_datapoint
from tests.support.engine import ORGANISATION, Engine

ASKING = ({"role": "user", "content": "Q: {{input.q}}"},)
SCHEMA = {"type": "object"}


def a_prompt(**fields) -> Prompt:
    return Prompt(**{"model": "m1", "messages": ASKING, **fields})


def body(prompt: Prompt, **datapoint) -> dict:
    """What the provider is sent for a datapoint."""
    call = PromptTask(prompt=prompt).call_for(a_datapoint(**datapoint))
    return request_body(call.task, call.messages)


def test_the_model_gets_the_rendered_messages_and_the_parameters_but_those_for_people():
    params = {"temperature": 0, "top_p": 1, "seed": 7, "use_cache": True, "stream": True, "stop": None, "x": [1]}
    assert body(a_prompt(params=params), inputs={"q": '<&"'}) == {
        "model": "m1",
        "messages": [{"role": "user", "content": 'Q: <&"'}],
        "temperature": 0,
        "top_p": 1,
        "seed": 7,
        "x": [1],
    }


@pytest.mark.parametrize(
    ("template", "inputs", "text"),
    [
        ("{{input}}", "world", "world"),
        ("{{input}} {{q}}", {"q": 1}, '{"q":1} 1'),
        ("{{expected}} {{metadata.level}}", {}, "right 3"),
        ("{{expected}}", {"expected": "its own"}, "right"),
    ],
)
def test_a_prompt_can_name_input_expected_metadata_and_the_fields_of_the_input(template, inputs, text):
    prompt = a_prompt(messages=({"role": "user", "content": template},))
    sent = body(prompt, inputs=inputs, target="right", metadata={"level": 3})
    assert sent["messages"][0]["content"] == text


def test_the_parts_of_a_message_are_templates_too():
    parts = [
        {"type": "text", "text": "{{q}}"},
        {"type": "image_url", "image_url": {"url": "{{image}}", "detail": "low"}},
    ]
    call = PromptTask(prompt=a_prompt(messages=({"role": "user", "content": parts, "later": None},))).call_for(
        a_datapoint(inputs={"q": "What?", "image": "https://x/y.png"})
    )
    image = ImagePart(image_url=ImageUrl(url="https://x/y.png", detail="low"))
    assert call.messages == (Message(role="user", content=(TextPart(text="What?"), image)),)


def test_tools_and_a_schema_that_are_texts_are_rendered_and_then_parsed():
    tools = '[{"type": "function", "function": {"name": "{{q}}", "parameters": {}}}]'
    wanted = {"type": "json_schema", "json_schema": {"name": "n", "schema": '{"type": "{{kind}}"}'}}
    sent = body(a_prompt(tools=tools, params={"response_format": wanted}), inputs={"q": "look_up", "kind": "object"})
    assert sent["tools"][0]["function"]["name"] == "look_up"
    assert sent["response_format"]["json_schema"] == {"name": "n", "schema": SCHEMA}


@pytest.mark.parametrize("given", [{"tools": "{{q}}"}, {"messages": ({"role": "{{q}}", "content": ""},)}])
def test_what_becomes_no_message_or_no_json_is_a_fault_of_the_row(given):
    with pytest.raises(TemplateFault):
        body(a_prompt(**given), inputs={"q": "[1"})


def test_extra_messages_come_last():
    history = [{"role": "assistant", "content": "Go {{on}}?", "refusal": None}, {"role": "user", "content": "Yes."}]
    for path in ("input.history", "{{input.history}}"):
        sent = body(a_prompt(extra_messages=path), inputs={"q": "a", "history": history})["messages"]
        assert [message["content"] for message in sent] == ["Q: a", "Go {{on}}?", "Yes."]
    assert len(body(a_prompt(extra_messages="input.history"), inputs={"q": "a"})["messages"]) == 1
    for inputs in ({"q": "a", "history": "none"}, {"q": "a", "history": ["none"]}):
        with pytest.raises(TemplateFault):
            body(a_prompt(extra_messages="input.history"), inputs=inputs)
    with pytest.raises(TemplateFault, match=r"input\.history"):
        body(a_prompt(extra_messages="input.history", strict=True), inputs={"q": "a"})


def answer(prompt: Prompt, text: str, *calls: FunctionCall):
    """The output that an answer is."""
    made = tuple(ToolCall(id=f"c{n}", function=call) for n, call in enumerate(calls))
    found = prompt.answer(
        Completion(text=text, message=Message(role="assistant", content=text, tool_calls=made or None))
    )
    return json.loads(found.text) if found.form == "json" else found.text


def test_an_answer_is_its_text_unless_json_was_asked_for_or_a_tool_is_called():
    wanted = a_prompt(params={"response_format": {"type": "json_object"}})
    assert answer(a_prompt(), '{"a": 1}') == '{"a": 1}'
    assert answer(wanted, '{"a": 1}') == {"a": 1}
    assert answer(wanted, "I cannot.") == "I cannot."
    assert answer(a_prompt(), "", FunctionCall(name="f", arguments='{"a": 1}')) == {"a": 1}
    several = answer(a_prompt(), "", FunctionCall(name="f", arguments="{}"), FunctionCall(name="g", arguments="{}"))
    assert [call["function"]["name"] for call in several] == ["f", "g"]


def test_a_task_is_stored_and_read_by_its_kind():
    for config in (a_config(), a_config(task=PromptTask(prompt=a_prompt()))):
        assert Config.model_validate_json(config.model_dump_json()) == config
    assert "kind" not in a_config().model_dump()["task"]


def test_a_row_that_lacks_a_variable_of_a_strict_prompt_fails_alone():
    asking = ({"role": "user", "content": "{{a}} {{b}}"},)
    engine = Engine(datapoints=20, task=PromptTask(prompt=a_prompt(messages=asking, strict=True)))
    rows = engine.datasets.kept[ORGANISATION, "evts_1"][0][1]
    rows[5] = rows[5].model_copy(update={"inputs": {"a": "1"}})
    summary = engine.finish()
    assert summary.errors_by_kind == {"template": 1}
    assert engine.outputs()[5].failure.message == "The template's variable 'b' is missing."
    assert engine.outputs()[6].text == "6 1"
