"""Rows of the fault matrix that no other file is about; tests/FAULTS.md says where each row is tested."""

import asyncio
import random
from datetime import timedelta

import pytest

from assay.adapters.code_runner import LARGEST, LambdaCodeRunner
from assay.domain.dataset import Datapoint
from assay.domain.errors import ProviderRefused, ProviderUnavailable
from assay.domain.sandbox import CodeBatch
from assay.use_cases.run_code import run_some
from tests.support.build import an_evaluator_version
from tests.support.engine import ORGANISATION, Engine, Killed

TURN, TIME_OUT = 900, 300
"""Seconds: an invocation of a worker, and how long it waits for a provider's next byte."""
BREAKS = "def judge(log, testcase):\n    return 1 / (int(testcase['inputs']['a']) - 7) != 0\n"


class Unreliable:
    """A store of which every so-manieth word fails, as if AWS were busy for longer than its client tries."""

    def __init__(self, store, seed):
        self.store, self.dice = store, random.Random(seed)  # noqa: S311

    def __getattr__(self, name):
        found = getattr(self.store, name)

        def called(*args, **named):
            if self.dice.random() < 0.03:
                raise Killed
            return found(*args, **named)

        return called


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("store", ["progress", "runs"])
def test_rows_13_and_14_a_store_that_fails_now_and_then_drops_nothing(store, seed):
    engine = Engine(datapoints=120, width=10)
    kept = getattr(engine, store)
    engine.prepare()
    setattr(engine, store, Unreliable(kept, seed))
    engine.clock.run(engine.lanes([0]))
    setattr(engine, store, kept)
    engine.progress.failed.clear()
    summary = engine.finish()
    assert (summary.status, summary.n_outputs, summary.scores[0].n_scored) == ("completed", 120, 120)
    assert [output.ordinal for output in engine.outputs()] == list(range(120))


def test_row_15_one_poison_datapoint_costs_its_own_row_alone():
    engine = Engine(datapoints=20, evaluators=(an_evaluator_version(code=BREAKS),))
    rows = engine.datasets.kept[ORGANISATION, "evts_1"][0][1]
    rows[3] = rows[3].model_copy(update={"inputs": {"b": "1"}})
    summary = engine.finish()
    assert (summary.n_outputs, summary.errors_by_kind) == (19, {"template": 1})
    assert (summary.scores[0].n_scored, summary.scores[0].n_errors, summary.scores[0].n_no_output) == (18, 1, 1)


def test_row_16_large_datapoints_and_outputs_work():
    engine = Engine(datapoints=3, width=2)
    rows = engine.datasets.kept[ORGANISATION, "evts_1"][0][1]
    rows[1] = Datapoint(id="dp_a_s_1", inputs={"a": "1", "b": "x" * 5_000_000}, target={"output": "?"})
    engine.provider.answer = lambda messages: str(messages[-1].content)[:3_000_000]
    summary = engine.finish()
    assert (summary.n_outputs, summary.scores[0].n_scored, summary.scores[0].n_errors) == (3, 3, 0)
    assert len(engine.outputs()[1].text) == 3_000_000


def test_row_16_a_row_too_large_for_the_sandbox_is_that_rows_error():
    class Client:
        def invoke(self, Payload, **_):  # noqa: N803
            raise AssertionError("Lambda refuses this.")

    runner = LambdaCodeRunner(Client, {"python": "RunPythonFunction"})
    batch = CodeBatch(code="", function="judge", rows=(("x" * LARGEST,),))
    [result] = asyncio.run(run_some(runner, batch))
    assert "more than the 6291456 that the sandbox takes" in result.error


def test_row_24_a_dataset_that_grows_during_the_run_does_not_change_it():
    engine = Engine(datapoints=50, width=5)
    engine.prepare()
    more = [Datapoint(id=f"dp_new_{n}", inputs={"a": "0", "b": "0"}) for n in range(50)]
    engine.datasets.append(ORGANISATION, "evts_1", "t", more)
    asked, snapshot = set(), engine.datasets.snapshot
    engine.datasets.snapshot = lambda *args: asked.add(args[2]) or snapshot(*args)
    summary = engine.finish()
    assert asked == {engine.evaluation.dataset.sequence} == {1}
    assert (summary.rows, summary.n_outputs, engine.provider.calls) == (50, 50, 50)


def test_row_26_where_every_row_failed_the_summary_says_so_and_has_no_mean():
    engine = Engine(datapoints=30)
    engine.provider.answer = lambda _: ProviderRefused("too long")
    summary = engine.finish()
    assert (summary.status, summary.n_outputs, summary.errors_by_kind) == ("completed", 0, {"refused": 30})
    assert (summary.scores[0].mean, summary.scores[0].n_no_output) == (None, 30)


def test_row_30_workers_whose_clocks_are_wrong_by_five_minutes_lose_and_repeat_nothing():
    engine = Engine(datapoints=300, width=150, latency=0.5)
    true, skews = engine.clock.now, iter(range(10**9))
    engine.clock.now = lambda: true() + timedelta(minutes=5 * (next(skews) % 3 - 1))
    engine.kill_after(120)
    summary = engine.finish()
    assert (summary.status, summary.n_outputs, summary.scores[0].n_scored) == ("completed", 300, 300)
    assert [output.ordinal for output in engine.outputs()] == list(range(300))


def test_row_32_a_lane_that_fails_for_good_leaves_its_siblings_alone():
    engine = Engine(datapoints=300, width=150)
    answer = engine.provider.answer

    def deadly(messages):
        if int(messages[-1].content.split()[1]) >= 150:
            for store in engine.provider.workers:
                store.dead = True
            raise Killed
        return answer(messages)

    engine.provider.answer = deadly
    summary = engine.finish()
    assert summary.status == "completed"
    assert summary.n_outputs + summary.n_errors + summary.n_missing == 300
    assert summary.reason == "Lane 1 failed: Its worker died five times."


def test_row_6_a_provider_that_is_away_costs_its_rows_no_more_calls_than_the_rule_allows():
    engine = Engine(datapoints=10)
    engine.provider.answer = lambda _: ProviderUnavailable("The connection was reset.")
    summary = engine.finish()
    assert summary.errors_by_kind == {"provider": 10}
    assert engine.provider.calls == 10 * engine.rule.attempts


def test_row_6_a_row_whose_calls_hang_is_an_error_within_two_turns_of_a_worker():
    engine = Engine(datapoints=50, width=5)
    engine.invocation_seconds = TURN
    complete = engine.provider.complete

    async def hanging(task, messages):
        said = await complete(task, messages)
        if messages[-1].content == "Add 7 and 1.":
            await engine.clock.sleep(TIME_OUT)
            raise ProviderUnavailable("The provider could not be reached: ReadTimeout.")
        return said

    engine.provider.complete = hanging
    summary = engine.finish()
    assert (summary.n_outputs, summary.n_missing, summary.errors_by_kind) == (49, 0, {"provider": 1})
    assert engine.provider.calls == 51
    assert engine.clock.seconds < TURN
