"""Global scorers that ask a model: autoevals' questions, our way to the model (contracts/braintrust.md §4.8, §4.10)."""

import asyncio
import json
import subprocess
import sys

import pytest

from assay.adapters.providers.openai import request_body
from assay.domain.completion import Completion
from assay.domain.errors import ConfigurationError, ProviderRefused
from assay.domain.evaluators.global_scorer import MODEL_SCORERS, Arguments, CannotScore
from assay.domain.evaluators.model_scorers import Models, SenselessAnswer, score
from assay.domain.evaluators.scorer import GlobalScorer
from assay.domain.messages import FunctionCall, Message, ToolCall
from assay.domain.model_task import Task
from assay.domain.score import FailedScore
from tests.support.build import an_evaluator_version
from tests.support.engine import Engine

JUDGES = {
    "Battle": ("Yes", 1), "ClosedQA": ("N", 0), "Factuality": ("B", 0.6), "Humor": ("Unsure", 0.5), "Possible": ("B", 1),
    "Security": ("No", 1), "Sql": ("Correct", 1), "Summary": ("A", 0), "Translation": ("Y", 1),
}  # fmt: skip
"""A choice of each judge, and its score by §4.10."""
EXTRA = {
    "instructions": "the-instructions",
    "criteria": "the-criteria",
    "language": "the-language",
    "context": ["one", "two"],
}
GIVEN = Arguments(input={"q": '<"&>'}, output="the-output", expected="the-expected", extra=EXTRA)


def chose(choice, name="select_choice", **more):
    """A model that makes a choice."""
    call = ToolCall(id="c", function=FunctionCall(name=name, arguments=json.dumps({"choice": choice, **more})))
    return Completion(text="", message=Message(role="assistant", content="", tool_calls=(call,)))


def asked(name, answer, given=GIVEN, **config):
    """What a scorer says, and the requests it made."""
    requests = []

    async def ask(task, messages):
        requests.append(request_body(task, messages))
        return answer

    said = asyncio.run(score(name, given, config, Models(Task(model="judge-x")), ask))
    return said, requests


@pytest.mark.parametrize("name", JUDGES)
def test_a_judge_must_choose_and_its_choice_has_the_catalogues_score(name):
    choice, value = JUDGES[name]
    said, [request] = asked(name, chose(choice, reasons="because"))
    assert said.result() == {"name": name, "score": value, "metadata": {"choice": choice, "rationale": "because"}}
    assert request["model"] == "judge-x"
    assert request["tool_choice"] == {"type": "function", "function": {"name": "select_choice"}}
    assert request["tools"][0]["function"]["name"] == "select_choice"
    prompt = request["messages"][0]["content"]
    assert "the-output" in prompt
    for word in MODEL_SCORERS[name]:
        assert ('{"q":"<\\"&>"}' if word == "input" else f"the-{word}") in prompt


@pytest.mark.parametrize(("name", "answer", "value"), [
    ("ContextRelevancy", {"sentences": [{"sentence": "one", "reasons": []}]}, 3 / 7),
    ("ContextRecall", {"statements": [{"statement": "a", "attributed": 1, "reason": ""}, {"statement": "b", "attributed": 0, "reason": ""}]}, 0.5),
    ("ContextPrecision", {"verdict": 1, "reason": ""}, 1),
])  # fmt: skip
def test_a_scorer_of_retrieval_asks_with_its_own_tool(name, answer, value):
    requests = []

    async def ask(task, messages):
        requests.append(request_body(task, messages))
        function = FunctionCall(name=requests[-1]["tools"][0]["function"]["name"], arguments=json.dumps(answer))
        return Completion(text="", message=Message(role="assistant", tool_calls=(ToolCall(id="c", function=function),)))

    said = asyncio.run(score(name, GIVEN, {}, Models(Task(model="judge-x")), ask))
    assert said.score == pytest.approx(value)
    assert requests[0]["model"] == "judge-x"


@pytest.mark.parametrize("name", sorted(MODEL_SCORERS))
def test_what_a_scorer_needs_and_has_not_is_named_before_anybody_is_asked(name):
    for word in MODEL_SCORERS[name]:
        extra = {key: value for key, value in EXTRA.items() if key != word}
        given = GIVEN.model_copy(update={"extra": extra, **({word: None} if word in {"input", "expected"} else {})})
        with pytest.raises(CannotScore, match=f"{name} needs {word}"):
            asked(name, chose("A"), given)


def test_what_the_author_fixed_of_the_asking_holds_and_a_rows_metadata_changes_none_of_it():
    given = GIVEN.model_copy(update={"extra": {"model": "the-rows", "temperature": 2, "client": 1, "trace": 1}})
    _, [request] = asked("Factuality", chose("A"), given, use_cot=False, temperature=0.5, max_tokens=9)
    assert (request["model"], request["temperature"], request["max_tokens"]) == ("judge-x", 0.5, 9)
    assert "reasons" not in request["tools"][0]["function"]["parameters"]["properties"]


def test_a_configuration_that_the_scorer_does_not_know_is_an_error():
    with pytest.raises(CannotScore, match="The config has what ContextRecall does not know"):
        asked("ContextRecall", chose("A"), use_cot=True)


@pytest.mark.parametrize(
    "answer",
    [chose("Z"), chose("A", name="another"), Completion(text="A", message=Message(role="assistant", content="A"))],
)
def test_an_answer_that_is_no_choice_makes_no_score(answer):
    with pytest.raises(SenselessAnswer):
        asked("Factuality", answer)


def factuality(**config):
    """An evaluator that is the global scorer Factuality."""
    return an_evaluator_version(
        name="Factuality", type="scorer", code=None, scorer=GlobalScorer(name="Factuality", config=config)
    )


def test_a_run_asks_a_judge_once_for_each_output():
    engine = Engine(datapoints=20, width=5, evaluators=(factuality(model="judge-y"),))
    engine.judge.answer = lambda messages: chose("B" if "Add 7 and" in messages[0].content else "C")
    summary = engine.finish()
    assert (engine.judge.calls, engine.judge.opened) == (20, ["openai"])
    assert (summary.scores[0].n_scored, summary.scores[0].mean) == (20, pytest.approx(19.6 / 20))
    assert engine.scores()[7].named[0].metadata == {"choice": "B"}
    assert engine.scores()[7].judgement.attempts == 1


def test_a_senseless_answer_is_asked_for_once_more_and_then_an_error():
    engine = Engine(datapoints=3, evaluators=(factuality(),))
    engine.judge.answer = lambda _: "I would rather not choose."
    engine.finish()
    assert engine.judge.calls == 6
    assert [(score.failure.kind, score.judgement.attempts) for score in engine.scores()] == [("parse", 2)] * 3


def test_a_provider_that_refuses_is_the_scores_error():
    engine = Engine(datapoints=2, evaluators=(factuality(),))
    engine.judge.answer = lambda _: ProviderRefused("The provider answered 400: no.")
    engine.finish()
    assert {(score.status, score.failure.kind) for score in engine.scores()} == {("failed", "refused")}


def test_where_no_provider_is_configured_the_score_says_so_and_the_run_completes():
    engine = Engine(datapoints=2, evaluators=(factuality(),))

    def nobody(task):
        raise ConfigurationError("This stack has no key for the provider 'openai'.")

    engine.judge = nobody
    summary = engine.finish()
    assert summary.status == "completed"
    assert all(
        isinstance(score, FailedScore) and "no key for the provider" in score.failure.message
        for score in engine.scores()
    )


def test_nothing_of_it_is_loaded_where_no_such_scorer_judges():
    program = "import assay.use_cases.score_outputs, assay.use_cases.resolve_function, sys; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()
    assert not {"autoevals", "yaml", "jsonschema", "chevron", "polyleven", "jsonschema_rs"} & set(loaded)
