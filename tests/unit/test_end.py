"""The end of a pass: what counts is settled once, and whatever a worker still writes after that changes nothing."""

from contextlib import suppress

import pytest

from assay.domain.errors import IllegalTransition
from assay.domain.failure import PassFailed
from assay.domain.score import ScoredRow
from assay.domain.seal import Seal
from assay.use_cases.counted import counted
from assay.use_cases.fail_evaluation import fail_evaluation
from assay.use_cases.get_evaluation import list_rows
from assay.use_cases.paid_work import UNSAVED_ROWS
from assay.use_cases.run_rows import RunRows
from assay.use_cases.summarize_experiment import summarize_experiment
from assay.use_cases.update_evaluation.status import update_status
from tests.support.build import a_score, an_output
from tests.support.engine import ORGANISATION, Engine

PLACE = (ORGANISATION, "ev_1")


@pytest.fixture
def stopped():
    """An evaluation whose execution was stopped when it had 20 of 200 rows, 10 of them scored."""
    engine = Engine(datapoints=200, width=10)
    engine.prepare()
    engine.runs.save_output_part(*PLACE, 0, "000001-000000", [an_output("x", ordinal=n) for n in range(20)])
    scored = [ScoredRow(ordinal=n, scores=(a_score(True),)) for n in range(10)]
    engine.runs.save_score_part(*PLACE, 0, 0, "000002-000000", scored)
    fail(engine)
    return engine


def fail(engine):
    return fail_evaluation(PassFailed(this=engine.this, reason="Execution ABORTED"), **engine.ends)


def shown(engine):
    """How many rows have an output, and how many have a score."""
    stores = {"datasets": engine.datasets, "runs": engine.runs, "posted": engine.posted}
    rows = list(list_rows(ORGANISATION, engine.current, range(200), **stores))
    return sum(row.output is not None and row.output.status == "ok" for row in rows), sum(
        bool(row.scores) for row in rows
    )


def summary(engine):
    return engine.runs.summary(ORGANISATION, engine.evaluation.id)


def late(engine):
    """What a worker writes that has not noticed the end: a checkpoint, a complete chunk, scores."""
    engine.runs.save_output_part(*PLACE, 0, "000001-000001", [an_output("x", ordinal=n) for n in range(20, 80)])
    engine.runs.save_outputs(*PLACE, 1, [an_output("x", ordinal=n) for n in range(100, 200)])
    engine.runs.save_score_part(*PLACE, 0, 0, "000002-000001", [ScoredRow(ordinal=15, scores=(a_score(True),))])
    engine.runs.save_scores(*PLACE, 0, 1, [ScoredRow(ordinal=n, scores=(a_score(True),)) for n in range(100, 200)])


def test_the_rows_of_an_evaluation_that_was_stopped_are_those_that_its_summary_counts(stopped):
    late(stopped)
    assert (summary(stopped).n_outputs, summary(stopped).scores[0].n_scored) == shown(stopped) == (20, 10)


def test_word_of_the_end_that_comes_again_after_a_late_worker_changes_nothing(stopped):
    before = summary(stopped)
    late(stopped)
    assert fail(stopped) == "failed"
    assert summary(stopped) == before


def test_who_ends_a_pass_at_the_same_time_counts_the_same(stopped):
    first = stopped.runs.sealed(stopped.this)
    late(stopped)
    assert stopped.runs.seal(stopped.this, stopped.runs.plan(*PLACE)) == first


def test_a_late_worker_does_not_change_what_a_complete_evaluation_has():
    engine = Engine(datapoints=200, width=10)
    engine.finish()
    before = summary(engine), shown(engine)
    engine.runs.save_output_part(*PLACE, 0, "000009-000001", [an_output("other", ordinal=3)])
    engine.finish()
    assert (summary(engine), shown(engine)) == before
    assert engine.runs.sealed(engine.this) == Seal(outputs={}, scores=({},))


def stopped_after(calls, engine):
    """The calls that the provider got until workers saw that the execution was stopped once it had so many."""
    answer, stop, stopped = engine.provider.answer, halting(engine), iter([True])

    def stopping(messages):
        if engine.provider.calls >= calls and next(stopped, False):
            with pytest.raises(StoreLost):
                stop()
        return answer(messages)

    engine.provider.answer = stopping
    engine.finish()
    return engine.provider.calls


class StoreLost(Exception):
    """The stores of runs are gone."""


class Lost:
    """A store that cannot be reached."""

    def __getattr__(self, name):
        raise StoreLost


def halting(engine):
    """Word of the stop that comes to nobody but the workers: whoever adds up dies at once."""
    return lambda: fail_evaluation(
        PassFailed(this=engine.this, reason="Execution ABORTED"), **{**engine.ends, "runs": Lost()}
    )


def test_the_workers_of_a_pass_that_failed_stop_before_anything_is_added_up():
    assert stopped_after(300, Engine(datapoints=2000, width=10)) <= 300 + 100 + 10


def test_a_pass_that_was_told_to_stop_completes_nothing_and_the_next_goes_on():
    engine = Engine(datapoints=2000, width=10)
    calls = stopped_after(300, engine)
    assert (engine.current.status, engine.current.reason) == ("failed", "Execution ABORTED")
    assert (summary(engine).status, summary(engine).n_outputs) == ("failed", calls)
    resumed = engine.resume()
    assert (resumed.status, resumed.reason, resumed.n_outputs) == ("completed", None, 2000)
    assert engine.provider.calls == 2000


def test_a_pass_that_is_over_or_another_is_not_told_to_stop(stopped):
    again = stopped.current.with_next_pass(stopped.clock.now(), status="running", reason=None)
    stopped.resources.replace(ORGANISATION, stopped.current, again)
    fail(stopped)
    assert stopped.current == again
    assert stopped.current.has_work


def test_late_word_that_a_pass_ended_does_not_touch_the_pass_that_follows_it(stopped):
    before = summary(stopped)
    again = stopped.current.with_next_pass(stopped.clock.now(), status="running")
    stopped.resources.replace(ORGANISATION, stopped.current, again)
    late(stopped)
    assert fail(stopped) == "running"
    assert summary(stopped) == before
    assert stopped.runs.sealed(again.latest_pass(ORGANISATION)) is None
    assert counted(ORGANISATION, stopped.current, stopped.runs) is stopped.runs
    assert shown(stopped)[0] == 180


def cancelled_in_flight(engine, call):
    """Lets the user cancel once so many calls were made; the pass that then sums up ends before the worker notices."""
    answer = engine.provider.answer

    def cancel(messages):
        if engine.provider.calls >= call and not engine.current.is_over:
            changing = {"resources": engine.resources, "executions": engine.executions, "clock": engine.clock}
            update_status(ORGANISATION, "ev_1", "cancelled", **changing)
            last = engine.current.latest_pass(ORGANISATION)
            summarize_experiment(last, **engine.ends, executions=engine.executions)
        return answer(messages)

    engine.provider.answer = cancel
    engine.clock.run(engine.lanes(engine.prepare()))


@pytest.mark.parametrize("call", [10, 30, 90, 190])
def test_row_19_the_rows_of_an_evaluation_that_its_user_cancelled_are_those_that_its_summary_counts(call):
    engine = Engine(datapoints=200, width=10)
    cancelled_in_flight(engine, call)
    assert engine.current.status == "cancelled"
    assert engine.progress.chunks(*PLACE)
    assert shown(engine)[0] == summary(engine).n_outputs < call
    assert engine.provider.calls <= call + 10 + UNSAVED_ROWS


@pytest.mark.parametrize("call", [30, 85])
def test_the_spans_of_an_eval_that_its_user_cancelled_are_of_the_rows_that_its_summary_counts(call):
    engine = Engine(datapoints=200, width=10)
    cancelled_in_flight(engine, call)
    plan = engine.runs.plan(*PLACE)
    rows = RunRows(ORGANISATION, engine.current, plan, datasets=engine.datasets, runs=engine.runs, posted=engine.posted)
    roots = [row for row in rows.down(None) if row.content["span_attributes"]["type"] == "llm"]
    assert len(roots) == summary(engine).n_outputs


@pytest.mark.parametrize("first", ["cancelled", "completed"])
def test_row_19_a_cancel_that_races_the_end_leaves_one_terminal_state(first):
    engine = Engine(datapoints=5)
    changing = {"resources": engine.resources, "executions": engine.executions, "clock": engine.clock}
    engine.clock.run(engine.lanes(engine.prepare()))
    replace = engine.resources.replace

    def raced(*args):
        engine.resources.replace = replace
        if first == "cancelled":
            update_status(ORGANISATION, "ev_1", "cancelled", **changing)
        replace(*args)

    engine.resources.replace = raced
    summarize_experiment(engine.this, **engine.ends, executions=engine.executions)
    with suppress(IllegalTransition):
        update_status(ORGANISATION, "ev_1", "cancelled", **changing)
    if engine.current.is_working:
        engine.next_pass()
    assert (engine.current.status, summary(engine).status) == (first, first)
    assert [one.status for one in engine.events.announced] == [first]
    assert (summary(engine).n_outputs, engine.provider.calls) == (5, 5)
