"""Prompt templates as contracts/humanloop-v4.md §5.7 has them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.domain.messages import FunctionCall, ImagePart, ImageUrl, Message, TextPart, ToolCall
from assay.domain.prompt import MissingVariables, populate, populate_messages

names = st.text("abcXYZ_.[]019éß", min_size=1, max_size=8)
plain = st.text().filter(lambda text: "{" not in text and "}" not in text)
spaces = st.text(" \t\n\u00a0", max_size=3)


@given(st.text().filter(lambda text: "{{" not in text or "}}" not in text), st.dictionaries(names, st.text()))
def test_text_without_variables_is_unchanged(text, inputs):
    assert populate(text, inputs) == text


@given(plain, names, st.text(), plain)
def test_a_variable_becomes_its_input_whatever_that_holds(before, name, value, after):
    assert populate(f"{before}{{{{{name}}}}}{after}", {name: value}) == before + value + after


@pytest.mark.parametrize("value", [r"\1 \g<0> \n \\", "{{b}}", "}}{{", "{", "%s {0} $x", ""])
def test_backslashes_and_braces_in_an_input_stay_as_they_are(value):
    assert populate("<{{a}}>", {"a": value, "b": "never"}) == f"<{value}>"


@given(names, spaces, spaces)
def test_a_variable_may_have_one_whitespace_character_on_each_side_and_no_more(name, left, right):
    text = "{{" + left + name + right + "}}"
    populated = populate(text, {name: "value"})
    assert populated == ("value" if len(left) <= 1 and len(right) <= 1 else text)


@pytest.mark.parametrize(
    "text",
    [
        *("{{ 3+4 }}", "{{}}", "{{ }}", "{{a-b}}", "{{a b}}", "{{ a | upper }}", "{{#a}}", "{a}", "{{a}", "{ {a} }"),
        *("{{ tool(a) }}", '{{ tool("literal") }}', "{% if a %}"),
    ],
)
def test_braces_around_anything_but_a_name_are_text(text):
    assert populate(text, {"a": "value", "b": "value"}) == text


def test_a_dotted_name_is_looked_up_as_it_is_written():
    assert populate("{{user.names[0]}}", {"user.names[0]": "Ada", "user": {"names": ["Bob"]}}) == "Ada"
    with pytest.raises(MissingVariables):
        populate("{{user.name}}", {"user": {"name": "Ada"}})


@pytest.mark.parametrize(
    ("value", "text"),
    [(3, "3"), (2.5, "2.5"), (True, "True"), (["a", 1], "['a', 1]"), ({"k": None}, "{'k': None}")],
)
def test_an_input_that_is_no_string_is_converted_with_str(value, text):
    assert populate("{{a}}", {"a": value}) == text


@pytest.mark.parametrize("value", [0, False, "", [], {}])
def test_an_empty_input_is_not_a_missing_one(value):
    assert populate("{{a}}", {"a": value}) == str(value)


def test_inputs_that_the_template_does_not_use_are_ignored():
    assert populate("Hello.", {"a": "x", "b": None}) == "Hello."


@given(st.lists(names, min_size=1), st.dictionaries(names, st.none() | st.text()))
def test_the_error_names_every_missing_or_null_variable_once_and_sorted(used, inputs):
    missing = sorted({name for name in used if inputs.get(name) is None})
    text = " ".join(f"{{{{{name}}}}}" for name in used)
    if not missing:
        assert populate(text, inputs) == " ".join(inputs[name] for name in used)
        return
    with pytest.raises(MissingVariables) as caught:
        populate(text, inputs)
    assert list(caught.value.names) == missing
    assert str(caught.value).endswith(f": {', '.join(missing)}.")


def test_the_error_of_a_conversation_names_what_is_missing_in_all_its_messages():
    template = [
        Message(role="system", content="You speak {{language}}."),
        Message(role="user", content=(TextPart(text="{{zebra}} and {{known}}"), TextPart(text="{{apple}}"))),
        Message(role="user", content="{{language}}"),
    ]
    with pytest.raises(MissingVariables) as caught:
        populate_messages(template, {"known": "x", "zebra": None})
    assert caught.value.names == ("apple", "language", "zebra")


def test_the_text_and_every_text_part_of_a_message_are_populated_and_the_rest_is_left_alone():
    image = ImagePart(image_url=ImageUrl(url="https://example.org/{{a}}.png"))
    asking = ToolCall(id="call_1", function=FunctionCall(name="look_up", arguments='{"of": "{{a}}"}'))
    template = (
        Message(role="system", content="Be {{a}}."),
        Message(role="user", name="ann", content=(TextPart(text="{{a}}?"), image, TextPart(text="{{ b }}!"))),
        Message(role="assistant", tool_calls=(asking,)),
        Message(role="tool", tool_call_id="call_1", content=""),
    )
    system, user, assistant, tool = populate_messages(template, {"a": "brief", "b": 2})
    assert system.content == "Be brief."
    assert user.content == (TextPart(text="brief?"), image, TextPart(text="2!"))
    assert (user.role, user.name) == ("user", "ann")
    assert (assistant, tool) == template[2:]
