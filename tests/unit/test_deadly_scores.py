"""Scores that kill their workers: asked for alone after two deaths, given up after the third, the others kept."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assay.domain.evaluators.scorer import GlobalScorer
from assay.domain.lane import InFlight
from assay.use_cases.paid_work import UNSAVED_ROWS
from assay.use_cases.suspects import FATAL
from tests.support.build import a_judge_version, an_evaluator_version
from tests.support.deadly import beside_the_suspect, deadly
from tests.support.engine import ORGANISATION, Engine


def judged(rows, width=10, *versions):
    return Engine(datapoints=rows, width=width, evaluators=(a_judge_version(), *versions))


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 119), st.integers(1, 40))
def test_a_score_that_kills_its_worker_three_times_is_that_scores_error(row, width):
    engine = judged(120, width, an_evaluator_version())
    deaths = deadly(engine.judge, row, times=100)
    summary = engine.finish()
    assert (summary.status, summary.n_outputs) == ("completed", 120)
    assert (summary.scores[0].n_scored, summary.scores[0].n_errors, summary.scores[1].n_scored) == (119, 1, 120)
    (lost,) = [score for score in engine.scores() if score.status == "failed"]
    assert (lost.failure.kind, lost.failure.message) == ("lost", "3 workers died on this score.")
    assert deaths == {row: FATAL}
    assert engine.judge.calls <= 120 + FATAL * (width + UNSAVED_ROWS)


@pytest.mark.parametrize("times", [1, 2])
def test_a_score_that_outlives_its_deaths_is_one(times):
    engine = judged(60)
    deadly(engine.judge, 20, times=times)
    assert engine.finish().scores[0].n_scored == 60


def test_after_two_deaths_a_question_is_asked_alone():
    engine = judged(60)
    deaths = deadly(engine.judge, 20, times=2)
    beside = beside_the_suspect(engine.judge, 20, deaths)
    engine.finish()
    assert beside == [0]


def test_two_judges_of_one_row_are_told_apart():
    other = a_judge_version(id="evv_other", evaluator_id="evfn_other", name="Other", arguments_type="target_free")
    engine = judged(
        30, 5, other.model_copy(update={"task": other.task.model_copy(update={"prompt_template": "Well?"})})
    )
    answer = engine.judge.answer
    deadly(engine.judge, 7, times=100)
    kill = engine.judge.answer
    engine.judge.answer = lambda messages: kill(messages) if "Add" in messages[-1].content else answer(messages)
    summary = engine.finish()
    assert [(line.n_scored, line.n_errors) for line in summary.scores] == [(29, 1), (30, 0)]


def test_when_a_lane_is_scored_no_question_is_noted_any_more_and_computed_scores_are_whole():
    version = an_evaluator_version(type="scorer", code=None, scorer=GlobalScorer(name="ExactMatch"))
    engine = judged(100, 10, version)
    notes, note = [], engine.progress.note
    engine.progress.note = lambda *args: notes.append(args[3]) or note(*args)
    assert [line.n_scored for line in engine.finish().scores] == [100, 100]
    assert engine.progress.noted(ORGANISATION, engine.evaluation.id, 0, "score") == InFlight()
    assert notes.count("score") <= 4
