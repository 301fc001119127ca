"""A worker is killed, an execution stopped: what was paid for is kept, and nothing hangs."""

import os
import signal
import time
from threading import Event

import pytest

from tests.e2e.launching import LENGTH, launch, ordinals, sums, until
from tests.e2e.shared_provider import forget, is_quiet
from tests.support.faults import held

pytestmark = pytest.mark.local_cloud

WIDTH = 20
A_FLUSH = 100
HELD_FROM, STOPPED_OF = 130, 600


def test_when_a_worker_is_killed_every_row_still_comes_once_and_little_is_paid_twice(api, cloud, provider):
    provider.latency = 0.25
    number, killed = 300, Event()
    provider.script(held(killed.is_set), at=range(number // 2, number))
    evaluation = launch(api, sums(number), evaluators=[LENGTH], max_concurrency=WIDTH)
    until(lambda: provider.calls > number // 2)
    for worker in cloud.workers("GenerateOutputsFunction"):
        os.kill(worker, signal.SIGKILL)
    killed.set()
    assert evaluation.over()["status"] == "completed"
    rows = evaluation.rows()
    assert ordinals(rows) == list(range(number))
    assert [row["log"]["output"] for row in rows] == [f"The answer is {n + 1}." for n in range(number)]
    assert all(len(row["evaluation_results"]) == 1 for row in rows)
    assert 0 < provider.calls - number <= WIDTH + A_FLUSH
    assert cloud.summary(evaluation.id)["n_outputs"] == number


def test_when_a_scoring_worker_is_killed_every_row_still_has_one_score_and_no_call_is_repeated(api, cloud, provider):
    slow = {**LENGTH, "code": "import time\ndef judge(log):\n    time.sleep(0.05)\n    return len(log['output'])\n"}
    evaluation = launch(api, sums(60), evaluators=[slow])
    until(lambda: provider.calls == 60)
    time.sleep(1)
    for worker in cloud.workers("ScoreOutputsFunction"):
        os.kill(worker, signal.SIGKILL)
    assert evaluation.over()["status"] == "completed"
    assert [len(row["evaluation_results"]) for row in evaluation.rows()] == [1] * 60
    assert provider.calls == 60


@pytest.fixture(scope="module")
def stopped(cloud, stub):
    """An evaluation whose execution was stopped once it had rows: itself, those rows, its end, calls until then."""
    forget(stub)
    over = Event()
    stub.script(held(over.is_set), at=range(HELD_FROM, STOPPED_OF))
    with cloud.client() as api:
        evaluation = launch(api, sums(STOPPED_OF), max_concurrency=WIDTH)
        done = until(evaluation.answered)
        cloud.aws("stepfunctions").stop_execution(executionArn=cloud.execution(evaluation.id))
        seen = {"evaluation": evaluation, "done": done, "over": evaluation.over(), "calls": stub.calls}
        over.set()
        until(lambda: is_quiet(stub))
        yield seen | {"all_calls": stub.calls}


def test_an_execution_that_is_stopped_ends_its_evaluation_and_what_was_done_is_kept(cloud, stopped):
    evaluation, done = stopped["evaluation"], stopped["done"]
    assert stopped["over"]["status"] == evaluation.now()["status"] == "cancelled"
    summary = cloud.summary(evaluation.id)
    assert summary["status"] == "failed"
    assert "ABORTED" in summary["reason"]
    assert len(done) <= summary["n_outputs"] < STOPPED_OF
    assert summary["n_outputs"] + summary["n_missing"] == summary["rows"] == STOPPED_OF
    rows = evaluation.rows()
    assert ordinals(rows) == list(range(STOPPED_OF))
    assert set(ordinals(done)) <= set(ordinals(evaluation.answered()))
    assert all(row["log"]["output"] or "not generated" in row["log"]["error"] for row in rows)


def test_an_execution_that_is_stopped_is_paid_for_no_longer_than_a_flush(stopped):
    assert stopped["all_calls"] - stopped["calls"] <= WIDTH + A_FLUSH


def test_the_rows_of_an_evaluation_that_was_stopped_are_those_that_its_summary_counts(cloud, stopped):
    evaluation = stopped["evaluation"]
    assert len(evaluation.answered()) == cloud.summary(evaluation.id)["n_outputs"]
