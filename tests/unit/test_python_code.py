"""Evaluators in Python: what is called, with what, and what its answer means (contracts/humanloop-v4.md §5.1)."""

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.domain.errors import InvalidRequest
from assay.domain.evaluators.python_code import arguments, entry_point, judge, log_argument
from assay.domain.messages import Message
from assay.domain.sandbox import CodeResult
from assay.domain.score import FailedScore, Usage
from tests.support.build import a_config, a_datapoint, an_evaluator_version, an_output

BOOLEAN = an_evaluator_version(return_type="boolean")
NUMBER = an_evaluator_version(return_type="number")
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)


def verdict(version, value):
    return judge(version, CodeResult(value=value))


def log_and_testcase(version=BOOLEAN, output=None, **datapoint):
    point = a_datapoint(**datapoint)
    return arguments(version, log_argument(a_config(), point, output or an_output(), "data_1"), point)


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("def judge(log):\n    return True\n", "judge"),
        ("def first(log): ...\ndef last(log): ...\n", "last"),
        ("import json\n\n@staticmethod\ndef judge(log): ...\n\nLIMIT = 3\nscore = lambda log: 1\n", "judge"),
        ("def judge(log):\n    def inner(x): ...\n    return inner(log)\n", "judge"),
        ("def judge(log): ...\n\nclass Helper:\n    def method(self): ...\n", "judge"),
        ("def helper(log): ...\n\nasync def judge(log): ...\n", "judge"),
        ("def bewertung_für(log): ...\n", "bewertung_für"),
        ("def judge(log):\r\n    return re.match('\\d', log['output'])\r\n", "judge"),
    ],
)
@pytest.mark.filterwarnings("ignore:invalid escape sequence")
def test_the_last_function_of_the_source_judges(code, name):
    assert entry_point(code) == name


@pytest.mark.parametrize(
    "code",
    [
        *("", "# nothing yet", "x = 1", "class A:\n    def method(self): ...", "score = lambda log: 1"),
        *("def judge(log:", "return True", "def f():\nreturn 1", "def f(): pass\x00", "def f(): '\ud800'", "print 'x'"),
        *("(" * 1000, "-" * 50_000 + "1", "[" * 150 + "]" * 150, "def f(x, x): ...\n)"),
    ],
)
def test_code_that_cannot_judge_is_an_invalid_request_that_names_the_place(code):
    with pytest.raises(InvalidRequest) as caught:
        entry_point(code)
    assert caught.value.place == ("code",)


@given(st.text() | st.text("def f():\n x=1(,\\'\"[{", max_size=60))
def test_any_text_either_has_a_function_that_judges_or_is_an_invalid_request(code):
    try:
        name = entry_point(code)
    except InvalidRequest:
        return
    assert name.isidentifier()


def test_code_that_needs_no_target_is_called_with_the_log_alone():
    assert len(log_and_testcase(an_evaluator_version(arguments_type="target_free"))) == 1
    assert len(log_and_testcase()) == 2


def test_the_log_has_what_evaluators_subscript():
    (log, _) = log_and_testcase(
        output=an_output(" 5\n", finish_reason="stop", usage=Usage(prompt_tokens=9, output_tokens=1), latency=0.2),
        metadata={"level": "easy"},
    )
    assert (log["id"], log["output"], log["raw_output"]) == ("data_1", "5", " 5\n")
    assert log["inputs"] == {"a": 2, "b": 3}
    assert log["messages"] == [{"role": "user", "content": "Add 2 and 3."}]
    assert log["output_message"] == {"role": "assistant", "content": " 5\n"}
    assert (log["prompt_tokens"], log["output_tokens"], log["provider_latency"]) == (9, 1, 0.2)
    assert (log["error"], log["finish_reason"], log["metadata"], log["feedback"]) == (
        None,
        "stop",
        {"level": "easy"},
        [],
    )


def test_the_log_has_its_config_under_both_names():
    (log, _) = log_and_testcase()
    assert log["config"] == log["model_config"]
    assert (log["config"]["id"], log["config"]["name"], log["config"]["model"]) == ("config_1", "adder", "gpt-x")
    assert log["config"]["chat_template"][0]["content"] == "Add {{a}} and {{b}}."


@pytest.mark.parametrize(
    "key",
    [
        *("id", "model_config", "config", "inputs", "messages", "output", "provider_latency", "metadata"),
        *("created_at", "feedback", "error", "prompt_tokens", "output_tokens", "output_message"),
    ],
)
def test_the_log_has_every_key_that_was_documented(key):
    assert key in log_and_testcase()[0]


def test_the_testcase_has_the_datapoint_as_it_is():
    history = (Message(role="assistant", content="Ready?"),)
    (_, testcase) = log_and_testcase(messages=history, target={"output": "5"})
    assert testcase["id"] == "dp_1"
    assert testcase["inputs"] == {"a": 2, "b": 3}
    assert testcase["target"] == {"output": "5"}
    assert testcase["messages"] == [{"role": "assistant", "content": "Ready?"}]


def test_a_datapoint_without_a_target_has_none():
    (_, testcase) = log_and_testcase(target=None)
    assert testcase["target"] is None


def test_the_arguments_are_plain_json():
    sent = log_and_testcase(messages=(Message(role="user", content="…"),), metadata={"n": [1, {"a": None}]})
    assert tuple(json.loads(json.dumps(sent, allow_nan=False))) == sent


@pytest.mark.parametrize(("version", "value"), [(BOOLEAN, True), (BOOLEAN, False), (NUMBER, 0.5), (NUMBER, -3.25)])
def test_a_value_of_the_declared_type_is_the_score(version, value):
    score = verdict(version, value)
    assert (score.status, score.evaluator, score.value) == ("ok", "evv_1", value)
    assert type(score.value) is type(value)


@pytest.mark.parametrize("value", [0, 1, 7, -2])
def test_an_int_counts_as_a_number_and_not_as_a_boolean(value):
    assert verdict(NUMBER, value).value == value
    assert not isinstance(verdict(NUMBER, value).value, bool)


@pytest.mark.parametrize("value", [True, False, "0.5", [0.5], {"score": 0.5}, math.nan, math.inf, -math.inf])
def test_a_number_evaluator_that_returns_anything_else_has_failed_on_that_row(value):
    score = verdict(NUMBER, value)
    assert score.status == "failed"
    assert score.failure.kind == "evaluator"
    assert "must return a number" in score.failure.message


@pytest.mark.parametrize("value", [1, 0, 1.0, "True", [True], {}, math.nan])
def test_a_boolean_evaluator_that_returns_anything_else_has_failed_on_that_row(value):
    score = verdict(BOOLEAN, value)
    assert score.status == "failed"
    assert "must return a boolean" in score.failure.message


@pytest.mark.parametrize("value", [10**400, -(10**400), 2**1024], ids=["10^400", "-10^400", "2^1024"])
def test_a_number_too_large_for_a_float_fails_that_row_and_no_other(value):
    assert verdict(NUMBER, value).status == "failed"


@pytest.mark.parametrize("version", [BOOLEAN, NUMBER])
def test_none_abstains(version):
    score = verdict(version, None)
    assert (score.status, score.value) == ("ok", None)


@given(json_values, st.sampled_from([BOOLEAN, NUMBER]), st.text(max_size=10))
def test_an_error_wins_over_any_value_and_what_was_printed_is_kept(value, version, printed):
    score = judge(version, CodeResult(value=value, error="KeyError: 'target'", stdout=printed))
    assert isinstance(score, FailedScore)
    assert score.failure.message == "KeyError: 'target'"
    assert score.stdout == printed


@given(json_values, st.sampled_from([BOOLEAN, NUMBER]), st.text(max_size=10))
def test_row_9_whatever_code_returns_becomes_a_score_or_a_failure_and_keeps_what_was_printed(value, version, printed):
    score = judge(version, CodeResult(value=value, stdout=printed))
    assert score.stdout == printed
    assert score.evaluator == version.id
    assert score.status == "failed" or score.value is None or math.isfinite(score.value)


def test_a_failure_shows_the_value_and_not_all_of_it():
    message = verdict(NUMBER, "x" * 10_000).failure.message
    assert "str 'xxx" in message
    assert len(message) < 200
