"""What scorers return, and what they are asked (contracts/braintrust.md §4.5, §4.6 and §5.2)."""

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.adapters.providers.openai import request_body
from assay.domain.completion import Completion
from assay.domain.evaluators.evaluator import EvaluatorVersion
from assay.domain.evaluators.scorer import CodeScorer, GlobalScorer, NoChoice, PromptScorer
from assay.domain.evaluators.scores import NoScore, scores_in
from assay.domain.messages import FunctionCall, Message, ToolCall
from assay.domain.prompt_data import LlmClassifier
from assay.domain.prompt_task import Prompt
from assay.domain.score import NamedScore
from tests.support.build import an_evaluator_version
from tests.support.engine import Engine

ASKING = ({"role": "user", "content": "{{input.q}} {{output}} {{expected}} {{metadata.x}}"},)
YES_NO = LlmClassifier(type="llm_classifier", use_cot=True, choice_scores={"YES": 1, "NO": 0.25})


def named(result):
    return [(score.name, score.value, score.metadata) for score in scores_in("mine", result)]


@pytest.mark.parametrize(
    ("result", "scores"),
    [
        (0.5, [("mine", 0.5, {})]),
        (1, [("mine", 1.0, {})]),
        (True, [("mine", 1.0, {})]),
        (False, [("mine", 0.0, {})]),
        (None, [("mine", None, {})]),
        ("0.45", [("mine", 0.45, {})]),
        ({"score": 1}, [("mine", 1.0, {})]),
        ({"score": None, "name": "its own", "metadata": {"why": 1}, "more": 2}, [("its own", None, {"why": 1})]),
        ([{"name": "a", "score": 1}, {"name": "b", "score": None}], [("a", 1.0, {}), ("b", None, {})]),
        ([], []),
    ],
)
def test_a_result_gives_scores_by_their_names(result, scores):
    assert named(result) == scores


@pytest.mark.parametrize(
    "result",
    [
        *(1.5, -0.01, math.nan, math.inf, "high", "nan", "1.5"),
        *({}, {"score": 2}, {"score": 1, "name": 7}, {"score": 1, "metadata": "why"}, {"score": "good"}),
        *([0.5], [{"score": 1}], [{"name": "a", "score": 1}, {"name": "a", "score": 0}]),
    ],
)
def test_any_other_result_gives_none(result):
    with pytest.raises(NoScore):
        scores_in("mine", result)


@given(st.floats(0, 1))
def test_every_number_from_0_to_1_is_a_score_also_as_a_text(number):
    assert named(number) == named(repr(number)) == [("mine", number, {})]


def a_scorer(scorer, name="mine", **fields) -> EvaluatorVersion:
    return an_evaluator_version(id=f"evv_{name}", name=name, type="scorer", code=None, scorer=scorer, **fields)


def code(source: str, name="mine") -> EvaluatorVersion:
    return a_scorer(CodeScorer(runtime="python", code=source), name)


def a_prompt_scorer(classifier=None, **prompt) -> PromptScorer:
    return PromptScorer(prompt=Prompt(**{"model": "judge-1", "messages": ASKING, **prompt}), classifier=classifier)


def test_a_version_is_stored_with_its_scorer_and_without_one_as_before():
    version = a_scorer(a_prompt_scorer(YES_NO))
    assert EvaluatorVersion.model_validate_json(version.model_dump_json()) == version
    assert "scorer" not in an_evaluator_version().model_dump()


def test_a_classifier_forces_the_model_to_choose_the_reasons_first():
    call = a_prompt_scorer(YES_NO, tools="[]").call(
        {"input": {"q": "Q"}, "output": [1], "expected": None, "metadata": {}}
    )
    body = request_body(call.task, call.messages)
    assert body["messages"][0]["content"] == "Q [1]  "
    assert body["tool_choice"] == {"type": "function", "function": {"name": "select_choice"}}
    (tool,) = body["tools"]
    parameters = tool["function"]["parameters"]
    assert list(parameters["properties"]) == parameters["required"] == ["reasons", "choice"]
    assert parameters["properties"]["choice"]["enum"] == ["YES", "NO"]


def test_without_reasons_there_is_only_the_choice_and_perhaps_that_nothing_matches():
    classifier = YES_NO.model_copy(update={"use_cot": False, "allow_no_match": True})
    (tool,) = a_prompt_scorer(classifier).call({}).task.other["tools"]
    assert list(tool["function"]["parameters"]["properties"]) == ["choice"]
    assert tool["function"]["parameters"]["properties"]["choice"]["enum"] == ["YES", "NO", "No match"]


def choosing(*arguments: str) -> Completion:
    calls = tuple(ToolCall(id="c", function=FunctionCall(name="select_choice", arguments=each)) for each in arguments)
    return Completion(text="", message=Message(role="assistant", content="", tool_calls=calls or None))


def test_a_choice_has_its_score_and_one_that_is_not_ours_has_none():
    scorer = a_prompt_scorer(YES_NO)
    said = scorer.result(choosing('{"reasons": "because", "choice": "NO"}'))
    assert said == {"score": 0.25, "metadata": {"rationale": "because", "choice": "NO"}}
    unmatched = scorer.result(choosing('{"choice": "MAYBE"}'))
    assert unmatched == {"score": None, "metadata": {"choice": "MAYBE"}}
    for senseless in ((), ("not JSON",), ("{}",), ('{"choice": 1}',)):
        with pytest.raises(NoChoice):
            scorer.result(choosing(*senseless))


def engine_of(*versions: EvaluatorVersion, **fields) -> Engine:
    return Engine(datapoints=20, evaluators=versions, **fields)


def scores_of(engine: Engine, version: EvaluatorVersion):
    return [score for score in engine.scores() if score.evaluator == version.id]


def test_code_gives_several_scores_of_one_output():
    version = code(
        "def handler(input, output, expected):\n"
        "    right = output == expected['output']\n"
        "    return [{'name': 'right', 'score': right}, {'name': 'short', 'score': None, 'metadata': {'n': input['a']}}]"
    )
    engine = engine_of(version)
    engine.finish()
    assert scores_of(engine, version)[3].named == (
        NamedScore(name="right", value=1),
        NamedScore(name="short", value=None, metadata={"n": "3"}),
    )


def test_a_scorer_that_lets_a_row_down_leaves_the_other_scorers_and_the_row_alone():
    throwing = code("def handler(input):\n    return 1 / (int(input['a']) - 3)", "throwing")
    too_high = code("def handler():\n    return 1.5", "too high")
    good = code(
        "async def handler(**row):\n    return sorted(row) == ['expected', 'input', 'metadata', 'output']", "good"
    )
    engine = engine_of(throwing, too_high, good)
    summary = engine.finish()
    assert (summary.n_outputs, summary.n_errors) == (20, 0)
    assert scores_of(engine, throwing)[3].failure.message.startswith("ZeroDivisionError")
    assert {score.failure.message for score in scores_of(engine, too_high)} == {
        "A score is a number from 0 to 1; it was 1.5."
    }
    assert {score.value for score in scores_of(engine, good)} == {1.0}


def test_global_scorers_that_only_compute_are_asked_here_and_now():
    exact, nobody = (
        a_scorer(GlobalScorer(name="ExactMatch"), "ExactMatch"),
        a_scorer(GlobalScorer(name="Nobody"), "Nobody"),
    )
    contains = a_scorer(GlobalScorer(name="ValidJSON", config={"schema": {"type": "number"}}), "ValidJSON")
    engine = engine_of(exact, nobody, contains)
    engine.finish()
    assert engine.judge.calls == 0
    assert [score.named[0].name for score in scores_of(engine, exact)] == ["ExactMatch"] * 20
    assert scores_of(engine, nobody)[0].failure.message == "This stack has no scorer 'Nobody'."
    assert scores_of(engine, contains)[0].value == 0


def test_a_prompt_without_a_classifier_answers_with_a_number():
    version = a_scorer(a_prompt_scorer())
    engine = engine_of(version)
    engine.judge.answer = lambda messages: "0.75"
    engine.finish()
    assert [score.value for score in scores_of(engine, version)] == [0.75] * 20
    assert scores_of(engine, version)[0].judgement.usage.prompt_tokens == 3


def test_a_judge_whose_answer_gives_no_score_is_asked_once_more_and_then_it_is_an_error():
    version = a_scorer(a_prompt_scorer(YES_NO))
    engine = engine_of(version)
    engine.finish()
    assert engine.judge.calls == 40
    assert {score.failure.kind for score in scores_of(engine, version)} == {"parse"}


def test_a_strict_prompt_that_lacks_a_variable_is_that_scores_error():
    version = a_scorer(a_prompt_scorer(strict=True))
    engine = engine_of(version)
    engine.finish()
    assert {score.failure.message for score in scores_of(engine, version)} == {
        "The template's variable 'input.q' is missing."
    }


def test_a_score_without_names_is_stored_as_it_was_before_there_were_any():
    engine = Engine(datapoints=1)
    engine.finish()
    assert json.loads(engine.scores()[0].model_dump_json()).keys() == {
        *("status", "evaluator", "value", "reason", "stdout", "judgement")
    }


@pytest.mark.parametrize("first", [True, False])
def test_a_score_by_the_name_of_another_scorer_is_an_error_and_leaves_the_other_alone(first):
    liar = code("def handler(output): return {'name': 'theirs', 'score': 0.5}", name="liar")
    theirs = code("def handler(output): return 1", name="theirs")
    engine = engine_of(*((liar, theirs) if first else (theirs, liar)))
    engine.finish()
    assert {(one.name, one.value) for score in scores_of(engine, theirs) for one in score.named} == {("theirs", 1.0)}
    assert all("'theirs'" in score.failure.message for score in scores_of(engine, liar))


def test_of_two_scorers_that_give_a_name_of_nobody_the_first_holds():
    one, other = (code("def handler(output): return [{'name': 'x', 'score': 1}]", name=name) for name in "ab")
    engine = engine_of(one, other)
    engine.finish()
    assert {score.status for score in scores_of(engine, one)} == {"ok"}
    assert {score.status for score in scores_of(engine, other)} == {"failed"}
