"""The engine over fakes: every row once, paid for once, whatever happens on the way."""

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assay.domain.errors import (
    ProviderDenied,
    ProviderGarbled,
    ProviderRefused,
    ProviderThrottled,
    ProviderUnavailable,
    Superseded,
)
from assay.domain.lane import LaneTurn
from assay.use_cases.paid_work import FLUSH_SECONDS, UNSAVED_ROWS
from tests.support.engine import ORGANISATION, Engine


def test_an_undisturbed_run_calls_the_model_once_a_row_and_scores_every_output():
    engine = Engine(datapoints=250, width=10)
    summary = engine.finish()
    assert (summary.status, summary.n_outputs, summary.n_errors, summary.n_missing) == ("completed", 250, 0, 0)
    assert engine.provider.calls == 250
    assert [(score.n_scored, score.mean) for score in summary.scores] == [(250, 1.0)]
    assert [output.ordinal for output in engine.outputs()] == list(range(250))


@pytest.mark.parametrize("width", [1, 7, 100, 101, 150, 250])
def test_exactly_as_many_rows_are_in_flight_as_were_asked_for(width):
    engine = Engine(datapoints=3 * width, width=width)
    engine.finish()
    assert engine.provider.peak == width


@pytest.mark.parametrize(("datapoints", "width", "trials"), [(7, 3, 4), (20, 1, 3)])
def test_trials_repeat_each_datapoint_and_keep_its_place_also_where_a_chunk_ends_between_them(
    datapoints, width, trials
):
    engine = Engine(datapoints, width, trials)
    summary = engine.finish()
    assert (summary.rows, summary.n_outputs) == (datapoints * trials, datapoints * trials)
    assert [(output.datapoint_id, output.text) for output in engine.outputs()] == [
        (f"dp_a_s_{n // trials}", f"Add {n // trials} and 1.") for n in range(datapoints * trials)
    ]
    assert summary.scores[0].mean == 1.0


def test_an_evaluation_of_an_empty_dataset_completes_with_nothing_in_it():
    engine = Engine(datapoints=0)
    summary = engine.finish()
    assert (summary.status, summary.rows, summary.scores[0].mean) == ("completed", 0, None)


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 250), st.integers(1, 40))
def test_a_killed_worker_pays_for_no_output_twice(calls, width):
    engine = Engine(datapoints=250, width=width)
    engine.kill_after(calls=calls)
    summary = engine.finish()
    assert (summary.status, summary.n_outputs) == ("completed", 250)
    assert [output.ordinal for output in engine.outputs()] == list(range(250))
    assert engine.provider.calls <= 250 + width + UNSAVED_ROWS


def test_a_killed_worker_of_a_slow_model_has_lost_a_few_seconds_of_calls():
    width, latency = 5, 1
    engine = Engine(datapoints=200, width=width, latency=latency)
    engine.kill_after(calls=70)
    assert engine.finish().n_outputs == 200
    assert engine.provider.calls <= 200 + width + width * FLUSH_SECONDS / latency


def test_nobody_waits_for_what_is_flushed_meanwhile():
    engine = Engine(datapoints=2000, width=100, latency=0.1)
    engine.finish()
    assert engine.clock.seconds < 2000 / 100 * 0.1 + 0.2


class Sleeper:
    """The worker of a lane sleeps after so many calls, until another has done the lane. It raises what the sleeper did."""

    def __init__(self, engine, calls):
        self.engine, self.calls, self.woken = engine, calls, asyncio.Event()
        self.is_first, self.complete, engine.provider.complete = True, engine.provider.complete, self.call
        self.calls_of_others = 0

    async def call(self, task, messages):
        if self.is_first and self.engine.provider.calls >= self.calls:
            await self.woken.wait()
        return await self.complete(task, messages)

    async def work(self, turn):
        sleeper = asyncio.create_task(self.engine.generate(turn))
        await self.engine.clock.sleep(60)
        self.is_first = False
        while turn.generated < 10:
            turn = await self.engine.generate(turn)
        self.calls_of_others = self.engine.provider.calls
        self.woken.set()
        await sleeper


def test_row_11_a_worker_that_wakes_after_its_lane_was_taken_over_stops_within_a_flush_and_changes_nothing():
    engine = Engine(datapoints=1000, width=10)
    [lane] = engine.prepare()
    sleeper = Sleeper(engine, calls=230)
    with pytest.raises(Superseded):
        engine.clock.run(sleeper.work(LaneTurn(organisation=ORGANISATION, evaluation_id="ev_1", lane=lane)))
    assert sleeper.calls_of_others <= 1000 + 10
    assert engine.provider.calls - sleeper.calls_of_others <= 10 + UNSAVED_ROWS
    counts = engine.progress.chunks(ORGANISATION, "ev_1")
    assert [(chunk.rows, chunk.complete) for chunk in counts] == [(100, True)] * 10
    assert engine.finish().n_outputs == 1000


def test_a_row_whose_inputs_lack_a_variable_fails_alone_and_costs_nothing():
    engine = Engine(datapoints=20)
    rows = engine.datasets.kept[ORGANISATION, "evts_1"][0][1]
    rows[5] = rows[5].model_copy(update={"inputs": {"a": "1"}})
    summary = engine.finish()
    assert summary.errors_by_kind == {"template": 1}
    assert engine.provider.calls == 19
    assert engine.outputs()[5].failure.message == "The inputs lack the template's variables: b."
    assert (summary.scores[0].n_scored, summary.scores[0].n_no_output) == (19, 1)


def failing_once(error):
    """An answer that lets the first call down."""
    failed = []

    def answer(messages):
        if not failed:
            failed.append(True)
            return error
        return str(messages[-1].content)

    return answer


@pytest.mark.parametrize(
    "error", [ProviderThrottled("slow down"), ProviderUnavailable("500"), ProviderGarbled("<html>")]
)
def test_row_4_a_call_that_may_succeed_later_is_made_again(error):
    engine = Engine(datapoints=20)
    engine.provider.answer = failing_once(error)
    summary = engine.finish()
    assert (summary.n_outputs, engine.provider.calls) == (20, 21)
    assert max(output.attempts for output in engine.outputs()) == 2


def test_a_refused_row_is_not_asked_for_again():
    engine = Engine(datapoints=20)
    engine.provider.answer = failing_once(ProviderRefused("too long"))
    summary = engine.finish()
    assert (summary.errors_by_kind, engine.provider.calls) == ({"refused": 1}, 20)


def test_row_5_a_refused_key_fails_the_remaining_rows_without_calls_and_says_so_once_for_the_run():
    engine = Engine(datapoints=100, width=5)
    engine.provider.answer = lambda _: ProviderDenied("The provider answered 401: wrong key")
    summary = engine.finish()
    assert (summary.status, summary.errors_by_kind) == ("completed", {"denied": 100})
    assert engine.provider.calls <= 5
    assert engine.current.reason == "The provider answered 401: wrong key"


def test_a_provider_that_asks_for_a_long_pause_gets_it_without_a_worker_waiting():
    engine = Engine(datapoints=50, width=5)
    engine.provider.answer = failing_once(ProviderThrottled("slow down", retry_after=300))
    summary = engine.finish()
    assert summary.n_outputs == 50
    assert engine.clock.seconds >= 300
    assert engine.provider.calls == 51


def test_row_12_a_worker_gives_its_lane_back_before_its_time_is_up():
    engine = Engine(datapoints=500, width=5, latency=1)

    engine.invocation_seconds = 100
    summary = engine.finish()
    assert summary.n_outputs == 500
    assert max(engine.progress.tokens.values()) > 2


def test_what_became_of_the_evaluation_is_announced_once():
    engine = Engine(datapoints=5)
    engine.finish()
    engine.finish()
    assert [announced.status for announced in engine.events.announced] == ["completed"]


def test_live_aggregates_equal_those_of_the_summary():
    engine = Engine(datapoints=250, width=10)
    engine.finish()
    live = engine.progress.aggregates(ORGANISATION, engine.evaluation.id)
    assert [(each.n_scored, each.total) for each in live] == [(250, 250)]
    assert list(engine.current.aggregates) == live
