"""Judging models in the engine, over fakes: every verdict once, paid for once, and never a made-up number."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assay.domain.errors import (
    ConfigurationError,
    ProviderDenied,
    ProviderRefused,
    ProviderThrottled,
    ProviderUnavailable,
)
from assay.domain.score import FailedScore, Score, ScoredRow, merged
from assay.use_cases.paid_work import UNSAVED_ROWS
from tests.support.build import a_judge_version, a_score, a_task, an_evaluator_version
from tests.support.engine import ORGANISATION, Engine


def judged(*versions, **sizes):
    """An engine whose evaluators are judging models, or whatever is named."""
    return Engine(**{"datapoints": 60, "width": 5, "evaluators": versions or (a_judge_version(),), **sizes})


def test_a_judge_is_asked_once_for_each_output_and_its_verdicts_are_averaged():
    engine = judged()
    engine.judge.answer = lambda messages: "It says so.\nFalse" if "Add 7 and" in messages[0].content else "True"
    summary = engine.finish()
    assert engine.judge.calls == 60
    assert [(score.n_scored, score.mean) for score in summary.scores] == [(60, 59 / 60)]
    assert engine.scores()[7].value is False


def test_a_judge_reads_the_output_and_the_target():
    engine = judged(datapoints=1)
    asked = []
    engine.judge.answer = lambda messages: asked.append(messages) or "True"
    engine.finish()
    [[message]] = asked
    assert (message.role, message.content) == ("user", "Is Add 0 and 1. right? It should be Add 0 and 1..")


@pytest.mark.parametrize("width", [1, 7, 100, 150, 250])
def test_exactly_as_many_judgements_are_in_flight_as_rows_were_asked_for(width):
    engine = judged(datapoints=3 * width, width=width)
    engine.finish()
    assert engine.judge.peak == width


def test_two_judges_and_code_share_the_width_and_keep_their_order():
    versions = (a_judge_version(id="evv_a"), an_evaluator_version(), a_judge_version(id="evv_b"))
    engine = judged(*versions)
    engine.finish()
    assert engine.judge.peak == 5
    assert engine.judge.calls == 120
    assert [score.evaluator for score in engine.scores()[:3]] == ["evv_a", "evv_1", "evv_b"]


def test_a_provider_is_opened_once_for_all_its_judges_and_not_where_only_code_judges():
    other = a_judge_version(id="evv_c", task=a_task(provider="mock", prompt_template="{{log.output}}"))
    engine = judged(a_judge_version(id="evv_a"), a_judge_version(id="evv_b"), other, datapoints=500)
    engine.finish()
    assert engine.judge.opened == ["openai", "mock"]
    code = Engine(datapoints=20)
    code.finish()
    assert code.judge.opened == []


def test_what_a_judge_said_and_what_it_took_stands_with_its_score():
    engine = judged(datapoints=3)
    engine.finish()
    score = engine.scores()[0]
    assert score.reason == "Right.\nTrue"
    assert (score.judgement.usage.prompt_tokens, score.judgement.usage.output_tokens) == (3, 2)
    assert (score.judgement.attempts, score.judgement.latency) == (1, pytest.approx(0.1))


def test_tokens_of_judges_are_counted_apart_from_those_of_the_task():
    engine = judged(datapoints=10)
    summary = engine.finish()
    assert (summary.prompt_tokens, summary.output_tokens) == (30, 20)
    assert (summary.judge_prompt_tokens, summary.judge_output_tokens) == (30, 20)


def test_an_answer_without_a_verdict_is_asked_for_once_more():
    engine = judged(datapoints=1)
    answers = iter(["Hard to say.", "Well then.\nTrue"])
    engine.judge.answer = lambda _: next(answers)
    summary = engine.finish()
    [score] = engine.scores()
    assert (score.value, score.judgement.attempts, score.judgement.usage.prompt_tokens) == (True, 2, 6)
    assert summary.judge_prompt_tokens == 6


def test_row_8_a_judge_that_never_gives_a_verdict_fails_without_a_number_and_its_words_are_kept():
    engine = judged(datapoints=20)
    engine.judge.answer = lambda _: "Hard to say."
    summary = engine.finish()
    assert engine.judge.calls == 40
    assert (summary.scores[0].n_errors, summary.scores[0].n_scored, summary.scores[0].mean) == (20, 0, None)
    assert {(score.failure.kind, score.reason) for score in engine.scores()} == {("parse", "Hard to say.")}
    assert summary.judge_prompt_tokens == 120


def test_a_path_that_leads_nowhere_fails_that_judgement_by_name_and_costs_nothing():
    lost = a_judge_version(task=a_task(prompt_template="{{log.mood}} {{testcase.target.output}}"))
    engine = judged(lost, datapoints=5)
    summary = engine.finish()
    assert engine.judge.calls == 0
    failure = engine.scores()[0].failure
    assert (failure.kind, failure.message) == ("template", "The log and the datapoint have nothing at: log.mood.")
    assert (summary.status, summary.scores[0].n_errors) == ("completed", 5)


@pytest.mark.parametrize(
    ("error", "kind", "calls"),
    [(ProviderUnavailable("500"), "provider", 8), (ProviderRefused("too long"), "refused", 1)],
)
def test_a_provider_that_lets_a_judge_down_is_that_scores_failure_and_no_other(error, kind, calls):
    engine = judged(datapoints=10)
    engine.judge.answer = lambda messages: error if "Add 3 and" in messages[0].content else "True"
    summary = engine.finish()
    failed = [score for score in engine.scores() if isinstance(score, FailedScore)]
    assert [(score.failure.kind, score.failure.attempts) for score in failed] == [(kind, calls)]
    assert (summary.scores[0].n_scored, summary.scores[0].n_errors, summary.scores[0].mean) == (9, 1, 1)


def test_a_refused_key_ends_all_judging_at_once_and_leaves_the_outputs():
    engine = judged(datapoints=100)
    engine.judge.answer = lambda _: ProviderDenied("The provider answered 401: wrong key")
    summary = engine.finish()
    assert (summary.n_outputs, summary.scores[0].n_errors) == (100, 100)
    assert engine.judge.calls <= 5
    assert {score.failure.kind for score in engine.scores()} == {"denied"}


def test_a_provider_that_the_stack_cannot_call_is_every_scores_failure():
    engine = judged(datapoints=4)

    def refuse(task):
        raise ConfigurationError("This stack has no key for the provider 'openai'.")

    engine.judge = type("Closed", (), {"__call__": staticmethod(refuse), "workers": []})()
    engine.finish()
    assert {score.failure.message for score in engine.scores()} == {"This stack has no key for the provider 'openai'."}


def test_a_judges_provider_that_asks_for_a_long_pause_gets_it_without_a_worker_waiting():
    engine = judged(datapoints=50)
    asked = []

    def answer(_):
        asked.append(engine.clock.monotonic())
        return ProviderThrottled("slow down", retry_after=300) if len(asked) == 1 else "True"

    engine.judge.answer = answer
    summary = engine.finish()
    assert summary.scores[0].n_scored == 50
    assert not [moment for moment in asked if asked[0] < moment < asked[0] + 300]
    assert (engine.judge.calls, max(engine.progress.tokens.values())) == (51, 4)


@settings(max_examples=40)
@given(st.integers(1, 250), st.integers(1, 40))
def test_a_killed_worker_pays_for_no_judgement_twice(calls, width):
    engine = judged(datapoints=250, width=width)
    engine.kill_after(calls, engine.judge)
    summary = engine.finish()
    assert (summary.status, summary.scores[0].n_scored, summary.scores[0].mean) == ("completed", 250, 1)
    assert engine.judge.calls <= 250 + width + UNSAVED_ROWS


def test_slow_judgements_are_saved_every_few_seconds():
    engine = judged(datapoints=60, width=1, latency=1)
    engine.kill_after(30, engine.judge)
    engine.finish()
    assert engine.judge.calls <= 60 + 1 + 6


def test_a_worker_gives_its_lane_back_before_its_time_is_up_and_the_next_goes_on_where_it_stopped():
    engine = judged(datapoints=200, width=2, latency=1)
    engine.invocation_seconds = 100
    summary = engine.finish()
    assert summary.scores[0].n_scored == 200
    assert engine.judge.calls == 200


def test_live_sums_of_judges_come_with_each_save_and_end_equal_to_the_summary():
    engine = judged(datapoints=60, width=1, latency=1)
    seen = []
    report = engine.progress.report_scores
    engine.progress.report_scores = lambda *args: seen.append(args[-1][0].n_scored) or report(*args)
    engine.finish()
    assert seen == [5, 10] * 6
    assert list(engine.current.aggregates) == engine.progress.aggregates(ORGANISATION, engine.evaluation.id)


def test_of_two_records_of_one_judgement_the_first_holds():
    pieces = [
        ScoredRow(ordinal=1, scores=(a_score(True),)),
        ScoredRow(ordinal=0, scores=(a_score(False),)),
        ScoredRow(ordinal=1, scores=(a_score(False), a_score(True, "evv_2"))),
    ]
    assert merged(pieces) == [
        ScoredRow(ordinal=0, scores=(a_score(False),)),
        ScoredRow(ordinal=1, scores=(a_score(True), a_score(True, "evv_2"))),
    ]


def test_a_score_of_code_carries_nothing_of_a_judges():
    engine = Engine(datapoints=1)
    engine.finish()
    assert engine.scores() == [Score(evaluator="evv_1", value=True)]
