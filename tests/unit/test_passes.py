"""One pass after another: what failed is resumed, what is too long for one execution is gone on with in the next."""

import json
from itertools import pairwise

import pytest

from assay.domain import lane
from assay.domain.dataset import SnapshotIndex
from assay.domain.errors import IllegalTransition, NotFound, ProviderThrottled
from assay.domain.failure import LaneFailed, PassFailed
from assay.domain.lane import EVENTS_A_TURN, STALLS, TURNS_OF_A_PASS, LaneTurn
from assay.domain.plan import chunk_starts, lane_widths
from assay.use_cases.fail_evaluation import fail_evaluation
from assay.use_cases.summarize_experiment import summarize_experiment
from assay.use_cases.update_evaluation.status import update_status
from tests.support.build import an_evaluation, an_output
from tests.support.engine import ORGANISATION, Engine, Killed

HISTORY_EVENTS = 25_000
"""AWS's limit on the history of one execution."""
PAYLOAD_BYTES = 256 * 1024


def stopped(engine):
    """The engine, its execution stopped."""
    fail_evaluation(PassFailed(this=engine.this, reason="Execution ABORTED"), **engine.ends)
    return engine


def test_a_stopped_evaluation_goes_on_from_its_checkpoints_also_those_that_came_late():
    engine = Engine(datapoints=200, width=10)
    engine.prepare()
    engine.runs.save_output_part(
        ORGANISATION, "ev_1", 0, "000001-000000", [an_output(f"Add {n} and 1.", ordinal=n) for n in range(20)]
    )
    stopped(engine)
    engine.runs.save_output_part(
        ORGANISATION, "ev_1", 0, "000001-000001", [an_output(f"Add {n} and 1.", ordinal=n) for n in range(20, 60)]
    )
    summary = engine.resume()
    assert (summary.status, summary.reason, summary.n_outputs, summary.scores[0].n_scored) == (
        "completed",
        None,
        200,
        200,
    )
    assert engine.provider.calls == 140
    assert engine.this.number == 2


def test_an_evaluation_that_was_never_prepared_can_be_resumed():
    engine = stopped(Engine(datapoints=20))
    assert engine.resume().n_outputs == 20


def test_lanes_that_failed_in_an_earlier_pass_are_not_held_against_the_next():
    engine = Engine(datapoints=20, width=10)
    answer, deaths = engine.provider.answer, []

    def deadly(messages):
        if len(deaths) < 5:
            deaths.extend([1] * (not engine.provider.workers[0].dead))
            for store in engine.provider.workers:
                store.dead = True
            raise Killed
        return answer(messages)

    engine.provider.answer = deadly
    assert engine.finish().reason == "Lane 0 failed: Its worker died five times."
    fail = engine.current.revised(engine.clock.now(), status="failed")
    engine.resources.replace(ORGANISATION, engine.current, fail)
    summary = engine.resume()
    assert (summary.status, summary.reason, summary.n_outputs, summary.errors_by_kind) == (
        "completed",
        None,
        17,
        {"lost": 3},
    )


@pytest.mark.parametrize("status", ["pending", "running", "completed", "cancelled"])
def test_only_what_failed_can_be_resumed(status):
    evaluation = an_evaluation(status=status)
    with pytest.raises(IllegalTransition, match=f"that is {status} cannot be resumed"):
        evaluation.resumed(evaluation.updated_at)


def test_live_sums_are_shown_again_once_it_goes_on():
    engine = Engine(datapoints=20)
    engine.finish()
    failed = engine.current.revised(engine.clock.now(), status="failed")
    resumed = failed.resumed(engine.clock.now())
    assert (resumed.status, resumed.is_working, resumed.passes, resumed.aggregates) == ("running", True, 2, ())


def test_a_lane_that_has_had_all_its_turns_is_gone_on_with_in_another_pass(monkeypatch):
    monkeypatch.setattr(lane, "TURNS_OF_A_PASS", 2)
    engine = Engine(datapoints=500, width=2, latency=1)
    engine.invocation_seconds = 100
    engine.finish()
    numbers = [1]
    while engine.current.is_working:
        assert engine.executions.started[-1] == engine.current.latest_pass(ORGANISATION)
        engine.next_pass()
        numbers.append(engine.this.number)
    summary = engine.runs.summary(ORGANISATION, engine.evaluation.id)
    assert numbers == [1, 2, 3, 4]
    assert (summary.status, summary.n_outputs, summary.scores[0].n_scored) == ("completed", 500, 500)
    assert engine.provider.calls == 500


def test_a_lane_in_which_nothing_moves_any_more_is_given_up_and_says_so():
    engine = Engine(datapoints=20, width=5)
    engine.provider.answer = lambda _: ProviderThrottled("slow down", retry_after=3600)
    summary = engine.finish()
    assert (summary.status, summary.n_missing) == ("completed", 20)
    assert summary.reason == f"Lane 0 failed: In {STALLS} turns no row got anything."
    assert engine.provider.calls <= STALLS * 5


def test_a_child_execution_stays_under_the_limits_of_step_functions():
    spare = HISTORY_EVENTS - TURNS_OF_A_PASS * EVENTS_A_TURN
    assert spare >= 3 * 1000, "a thousand deaths of workers, with three events each"
    turn = LaneTurn(
        organisation="o" * 100,
        evaluation_id="ev_" + "0" * 30,
        lane=999,
        cause="x" * 1000,
        paces={f"provider {n}": 99.999999999 for n in range(10)},
        turns=TURNS_OF_A_PASS,
    )
    assert len(turn.model_dump_json()) < PAYLOAD_BYTES / 100


@pytest.mark.parametrize("size", [1_000, 20_000])
@pytest.mark.parametrize("concurrency", [1, 10, 100])
def test_a_million_rows_are_a_bounded_number_of_chunks_and_turns(concurrency, size):
    rows, widths = 1_000_000, lane_widths(concurrency)
    starts = chunk_starts(widths, SnapshotIndex.of([size] * rows), 1)
    assert len(starts) <= 4000
    assert max(after - before for before, after in pairwise(starts)) * size <= 8 * 1024 * 1024
    assert -(-len(starts) // TURNS_OF_A_PASS) <= 3, "even at one chunk a turn three passes do"
    assert len(json.dumps(starts)) < PAYLOAD_BYTES


def test_an_evaluation_that_completed_without_a_lane_is_resumed_and_loses_no_row():
    engine = Engine(datapoints=300, width=150)
    lanes = engine.prepare()
    failure = LaneFailed(this=engine.this, lane=1, reason="Its worker died five times.")
    engine.clock.run(engine.lane(lanes[0]))
    engine.progress.fail_lane(failure)
    partial = summarize_experiment(engine.this, **engine.ends, executions=engine.executions)
    assert (partial.status, engine.current.is_partial) == ("completed", True)
    assert 0 < partial.n_missing < 300
    calls = engine.provider.calls
    whole = engine.resume()
    assert (whole.status, whole.n_outputs, whole.n_missing, whole.reason) == ("completed", 300, 0, None)
    assert engine.provider.calls == calls + partial.n_missing
    assert not engine.current.is_partial


def test_an_evaluation_that_completed_with_all_its_lanes_cannot_be_resumed():
    engine = Engine(datapoints=5)
    engine.finish()
    with pytest.raises(IllegalTransition, match="completed cannot be resumed: only one that failed, or lost some"):
        engine.resume()


def test_an_evaluation_that_reached_its_max_cost_is_not_resumed_and_says_so():
    engine = Engine(datapoints=500, width=10, max_cost=10)
    assert engine.finish().reason.startswith("Stopped at max_cost")
    with pytest.raises(IllegalTransition, match="cancelled cannot be resumed: only one that failed, or lost some"):
        engine.resume()


def test_an_evaluation_that_is_resumed_twice_at_once_has_one_pass_more():
    engine = stopped(Engine(datapoints=20))
    changing = {"executions": engine.executions, "clock": engine.clock}
    replace, passes = engine.resources.replace, []

    def overtaken(*args):
        engine.resources.replace = replace
        passes.append(update_status(ORGANISATION, "ev_1", "running", resources=engine.resources, **changing).passes)
        replace(*args)

    engine.resources.replace = overtaken
    passes.append(update_status(ORGANISATION, "ev_1", "running", resources=engine.resources, **changing).passes)
    assert passes == [2, 2]
    assert [this.number for this in engine.executions.started] == [2]
    assert engine.next_pass().n_outputs == 20


def test_nobody_resumes_an_evaluation_of_another_organisation():
    engine = stopped(Engine(datapoints=20))
    with pytest.raises(NotFound):
        update_status(
            "others", "ev_1", "running", resources=engine.resources, executions=engine.executions, clock=engine.clock
        )
    assert engine.current.passes == 1


def test_an_execution_that_is_redriven_after_its_evaluation_was_ended_calls_nobody_and_changes_nothing():
    engine = Engine(datapoints=200, width=10)
    [lane] = engine.prepare()
    first = LaneTurn(organisation=ORGANISATION, evaluation_id="ev_1", lane=lane)
    stopped(engine)
    summary = engine.runs.summary(ORGANISATION, "ev_1")
    assert (summary.status, engine.finish(), engine.provider.calls) == ("failed", summary, 0)
    assert engine.clock.run(engine.generate(first)).status == "done"
    assert [announced.status for announced in engine.events.announced] == ["failed"]
    assert engine.resume().n_outputs == 200
