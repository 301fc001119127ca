"""`cache`: what a model has answered before it is not asked again, by whatever evaluation of the organisation."""

import pytest

from assay.domain.allowance import Account
from assay.domain.completion import Completion
from assay.domain.errors import ProviderGarbled, ProviderRefused
from assay.domain.evaluators.scorer import GlobalScorer, PromptScorer
from assay.domain.messages import Message
from assay.domain.model_task import ModelCall
from assay.domain.prompt_task import Prompt
from assay.domain.request_key import request_key
from assay.domain.score import Usage
from tests.support.build import a_judge_version, a_task, an_evaluator_version
from tests.support.engine import ORGANISATION, Engine

ROW = 3 * 0.5 + 2 * 0.25
JUDGEMENT = 3 * 2 + 2 * 1
HELLO = (Message(role="user", content="Hello"),)


def after(before, **more):
    """Another evaluation of the same organisation, with the answers of one before."""
    engine = Engine(**{"datapoints": 40, "cache": True, **more})
    engine.answers = before.answers
    return engine


def finished(**more):
    engine = Engine(**{"datapoints": 40, "cache": True, **more})
    engine.finish()
    return engine


def comparable(row):
    """What a row says, whenever and however it was got."""
    return row.model_dump(exclude={"created_at", "latency", "attempts", "is_cached"})


def test_the_second_evaluation_makes_no_call_and_has_the_same_outputs():
    first = finished()
    again = after(first)
    summary = again.finish()
    assert (again.provider.calls, summary.status, summary.n_outputs, summary.n_cached) == (0, "completed", 40, 40)
    assert [comparable(row) for row in again.outputs()] == [comparable(row) for row in first.outputs()]
    assert all(row.is_cached and row.attempts == 0 for row in again.outputs())


def test_hits_cost_nothing_and_their_tokens_are_shown():
    first = finished()
    assert (first.runs.summary(ORGANISATION, "ev_1").cost, first.provider.calls) == (40 * ROW, 40)
    summary = after(first).finish()
    assert (summary.cost, summary.prompt_tokens, summary.output_tokens, summary.latency_mean) == (0, 120, 80, None)


def test_hits_are_not_paid_from_the_purse():
    first = finished()
    again = after(first, max_cost=0.001)
    assert again.finish().status == "completed"
    assert again.progress.spent(ORGANISATION, "ev_1") == Account()


def test_unasked_every_evaluation_calls_for_itself():
    first = finished()
    again = after(first, cache=False)
    assert (again.finish().n_cached, again.provider.calls) == (0, 40)
    assert finished(cache=False).answers.kept == {}


def test_another_organisation_finds_nothing():
    first = finished()
    again = after(first)
    again.answers.kept = {(f"{name}0", *place): said for (name, *place), said in first.answers.kept.items()}
    again.finish()
    assert again.provider.calls == 40


def test_each_trial_has_an_answer_of_its_own():
    first = finished(trials=3)
    assert first.provider.calls == 120
    assert after(first, trials=2).finish().n_cached == 80
    assert after(first, trials=4).finish().n_cached == 120


@pytest.mark.parametrize("error", [ProviderGarbled("no JSON"), ProviderRefused("400")])
def test_errors_are_never_kept(error):
    engine = Engine(datapoints=3, cache=True)
    engine.provider.answer = lambda _: error
    assert engine.finish().n_errors == 3
    assert engine.answers.kept == {}


def test_a_killed_worker_pays_only_for_what_was_in_flight():
    engine = Engine(datapoints=200, width=10, cache=True)
    engine.kill_after(calls=70)
    summary = engine.finish()
    assert summary.n_outputs == 200
    assert engine.provider.calls <= 200 + 10
    assert summary.n_cached >= 60


def test_questions_that_come_at_the_same_time_share_one_reading():
    engine = finished(datapoints=1000, width=100)
    again = after(engine, datapoints=1000, width=100)
    again.finish()
    assert max(again.answers.readings) == 100
    assert len(again.answers.readings) < 60


SAME = a_task(chat_template=HELLO)


def test_a_question_that_is_just_being_asked_is_paid_once():
    engine = finished(task=SAME, width=20)
    summary = engine.runs.summary(ORGANISATION, "ev_1")
    assert (engine.provider.calls, summary.n_outputs, summary.n_cached, summary.cost) == (1, 40, 39, ROW)


def test_where_no_answer_came_of_a_question_whoever_waited_for_it_asks():
    engine = Engine(datapoints=40, cache=True, task=SAME, width=20)
    said = iter([ProviderRefused("400"), *[None] * 100])
    right = engine.provider.answer
    engine.provider.answer = lambda messages: next(said) or right(messages)
    summary = engine.finish()
    assert (summary.n_errors, summary.n_outputs) == (1, 39)
    assert engine.provider.calls <= 20


def test_judges_are_not_asked_again_either():
    first = finished(evaluators=(a_judge_version(),))
    again = after(first, evaluators=(a_judge_version(),))
    summary = again.finish()
    assert (first.judge.calls, again.judge.calls, summary.cost) == (40, 0, 0)
    assert (summary.scores[0].n_scored, summary.scores[0].n_cached, summary.judge_prompt_tokens) == (40, 40, 0)
    assert {score.judgement.cached for score in again.scores()} == {1}


def test_a_judge_whose_answer_holds_no_verdict_is_asked_again():
    first = Engine(datapoints=3, cache=True, evaluators=(a_judge_version(),))
    first.judge.answer = lambda _: "Hm."
    first.finish()
    again = after(first, datapoints=3, evaluators=(a_judge_version(),))
    summary = again.finish()
    assert (again.judge.calls, summary.scores[0].n_scored) == (3, 3)


@pytest.mark.parametrize(
    "scorer",
    [
        PromptScorer(prompt=Prompt(model="judge-x", messages=({"role": "user", "content": "{{output}}"},))),
        GlobalScorer(name="Factuality"),
    ],
)
def test_scorers_that_ask_a_model_are_not_asked_again(scorer):
    version = an_evaluator_version(type="scorer", code=None, scorer=scorer)
    first = Engine(datapoints=5, cache=True, evaluators=(version,))
    said = Completion(text="0.5", message=Message(role="assistant"), usage=Usage(prompt_tokens=3, output_tokens=2))
    first.judge.answer = lambda _: said
    first.finish()
    again = after(first, datapoints=5, evaluators=(version,))
    again.judge.answer = first.judge.answer
    again.finish()
    assert again.judge.calls == (0 if first.runs.summary(ORGANISATION, "ev_1").scores[0].n_scored else 10)


def test_a_request_is_the_same_whatever_its_messages_were_made_from():
    tasks = [a_task(prompt_template=template) for template in ("{{greeting}}", "Hello")]
    asked = {request_key("https://a", ModelCall(task=task, messages=HELLO), 0) for task in tasks}
    assert len(asked) == 1


@pytest.mark.parametrize(
    "changed",
    [
        {"model": "another"},
        {"temperature": 0.5},
        {"provider": "mock"},
        {"seed": 1},
        {"other": {"logprobs": True}},
        {"tools": ({"name": "f"},)},
    ],
)
def test_a_request_with_anything_else_in_it_is_another(changed):
    task = a_task()
    asked = [request_key("https://a", ModelCall(task=each, messages=HELLO), 0) for each in (task, a_task(**changed))]
    assert asked[0] != asked[1]


def test_a_request_to_another_address_in_another_trial_or_of_other_words_is_another():
    call = ModelCall(task=a_task(), messages=HELLO)
    other = call.model_copy(update={"messages": (Message(role="user", content="Hello!"),)})
    keys = [request_key("https://a", call, 0), request_key("https://b", call, 0), request_key("https://a", call, 1)]
    assert len({*keys, request_key("https://a", other, 0)}) == 4
