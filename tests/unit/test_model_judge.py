"""What a judge's prompt can name, and how its verdict is read (contracts/humanloop-v4.md §5.2)."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.domain.evaluators.model_judge import (
    UnreadableVerdict,
    judge_inputs,
    judge_prompt,
    judge_variables,
    look_up,
    text_of,
    verdict,
)
from assay.domain.prompt import MissingVariables
from tests.support.build import a_judge_version, a_task

LOG = {
    "inputs": {"hello": "world", "n": 3},
    "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hi"}],
    "output": "Hello {{log.error}}",
    "output_message": {"role": "assistant", "content": "Hello"},
    "error": None,
}
TESTCASE = {"target": {"x": "right", "list": [1, {"y": True}]}, "inputs": {}, "messages": [], "id": "dp_1"}


def asking(template, **fields):
    return a_judge_version(task=a_task(prompt_template=template), **fields)


def prompt(template, log=LOG, testcase=TESTCASE):
    [message] = judge_prompt(asking(template), judge_variables(log, testcase))
    assert message.role == "user"
    return message.content


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{{log.output}}", "Hello {{log.error}}"),
        ("{{ log.inputs.hello }}!", "world!"),
        ("{{log.inputs.n}}", "3"),
        ("{{log.messages[0].content}}", "Be brief."),
        ("{{log.output_message}}", '{"role": "assistant", "content": "Hello"}'),
        ("{{testcase.target.x}}", "right"),
        ("{{testcase.target.list[1].y}}", "true"),
        ("{{log_prompt}}", "system: Be brief.\n\nuser: Hi"),
        ("{{log_output}} {{log_inputs}}", 'Hello {{log.error}} {"hello": "world", "n": 3}'),
        ("{{log_error}}|{{log.error}}", "|"),
        ("{{ 1 + 1 }} {no}", "{{ 1 + 1 }} {no}"),
    ],
)
def test_a_path_stands_for_what_it_leads_to(template, text):
    assert prompt(template) == text


def test_messages_are_json_wherever_they_are_named():
    assert json.loads(prompt("{{log.messages}}")) == json.loads(prompt("{{log_messages}}")) == LOG["messages"]


def test_a_prompt_of_one_message_is_that_messages_text():
    assert prompt("{{log_prompt}}", {**LOG, "messages": LOG["messages"][1:]}) == "Hi"


def test_every_path_that_leads_nowhere_is_named_once_and_in_order():
    with pytest.raises(MissingVariables) as raised:
        prompt("{{testcase.target.z}} {{log.messages[2]}} {{log.output.a}} {{log.output}} {{log.messages[2]}}")
    assert raised.value.names == ("log.messages[2]", "log.output.a", "testcase.target.z")


def test_without_a_datapoint_no_path_leads_into_it():
    with pytest.raises(MissingVariables):
        prompt("{{testcase.target.x}}", LOG, None)


def test_the_inputs_of_a_judge_are_the_paths_it_names_and_their_text():
    version = asking("{{log.inputs.n}} {{log.nothing}} {{testcase.target.x}}")
    assert judge_inputs(version, judge_variables(LOG, TESTCASE)) == {"log.inputs.n": "3", "testcase.target.x": "right"}


KEYS = st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,5}", fullmatch=True)
LEAVES = st.none() | st.booleans() | st.integers() | st.text()
TREES = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3))


def paths(value, at):
    """Every path into `value`, with what it leads to."""
    yield at, value
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inner:
        yield from paths(one, f"{at}[{key}]" if isinstance(value, list) else f"{at}.{key}")


@given(st.dictionaries(KEYS, TREES, max_size=4))
def test_every_path_into_a_log_leads_to_what_is_there_and_its_text_is_put_in_unread(log):
    variables = judge_variables(log, None)
    for path, value in paths(log, "log"):
        assert look_up(path, variables) == value
        assert prompt(f"<{{{{{path}}}}}>", log, None) == f"<{text_of(value)}>"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("It is wrong.\nFalse", False),
        ("True", True),
        ("true.\n\n", True),
        ("Well.\n**Final verdict: FALSE**\n```\n", False),
        ("Not True but False", False),
    ],
)
def test_a_boolean_is_the_last_true_or_false_of_the_last_line(text, value):
    assert verdict(asking("x"), text) is value


@pytest.mark.parametrize(
    ("text", "value"),
    [("Score\n7", 7), ("Out of 10 it is 7.5", 7.5), ("**-3**", -3), ("1e3", 1000), ("Score: 8.", 8), ("0", 0)],
)
def test_a_number_is_the_last_number_of_the_last_line(text, value):
    assert verdict(asking("x", return_type="number"), text) == value


@pytest.mark.parametrize(
    ("returns", "text"),
    [
        ("boolean", ""),
        ("boolean", "True\nI am not sure."),
        ("boolean", "Untrue"),
        ("boolean", "1"),
        ("number", "garbage"),
        ("number", "7\nis my score"),
        ("number", "nan"),
        ("number", "Infinity"),
        ("number", "1e400"),
        ("number", "True"),
    ],
)
def test_a_last_line_without_a_verdict_is_no_verdict(returns, text):
    with pytest.raises(UnreadableVerdict):
        verdict(asking("x", return_type=returns), text)


@given(st.text(), st.booleans())
def test_whatever_the_rationale_the_verdict_stands_on_the_last_line(rationale, value):
    assert verdict(asking("x"), f"{rationale}\n{value}") is value


@given(st.text(), st.floats(-1e15, 1e15, allow_nan=False))
def test_a_number_is_read_exactly_as_python_writes_it(rationale, value):
    assert verdict(asking("x", return_type="number"), f"{rationale}\n{value!r}") == value


@given(st.text(), st.sampled_from(["boolean", "number"]))
def test_no_text_makes_anything_of_a_judge_but_its_type_or_no_verdict(text, returns):
    try:
        value = verdict(asking("x", return_type=returns), text)
    except UnreadableVerdict:
        return
    assert type(value) is (bool if returns == "boolean" else float)
    assert abs(value) <= 1e15
