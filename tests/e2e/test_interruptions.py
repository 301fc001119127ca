"""A worker is killed, an execution stopped, the local cloud taken down: what was paid for is kept, and nothing hangs."""

import os
import signal
import time

import pytest

from tests.e2e.launching import LENGTH, launch, sums, until
from tests.e2e.shared_provider import is_quiet

pytestmark = pytest.mark.local_cloud

A_FLUSH = 100


def ordinals(rows):
    """Which of `sums` the rows are."""
    return [int(row["datapoint"]["inputs"]["a"]) for row in rows]


def test_when_a_worker_is_killed_every_row_still_comes_once_and_little_is_paid_twice(api, cloud, provider):
    provider.latency = 0.25
    width, number = 20, 300
    evaluation = launch(api, sums(number), evaluators=[LENGTH], max_concurrency=width)
    until(lambda: provider.calls >= number // 2)
    for worker in cloud.workers("GenerateOutputsFunction"):
        os.kill(worker, signal.SIGKILL)
    assert provider.calls < number, "the worker was killed too late"
    assert evaluation.over()["status"] == "completed"
    rows = evaluation.rows()
    assert ordinals(rows) == list(range(number))
    assert [row["log"]["output"] for row in rows] == [f"The answer is {n + 1}." for n in range(number)]
    assert all(len(row["evaluation_results"]) == 1 for row in rows)
    assert 0 < provider.calls - number <= width + A_FLUSH
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


def test_an_execution_that_is_stopped_ends_its_evaluation_and_what_was_done_is_kept(api, cloud, provider):
    provider.latency = 0.4
    evaluation = launch(api, sums(300), max_concurrency=20)
    done = until(evaluation.answered)
    cloud.aws("stepfunctions").stop_execution(executionArn=cloud.execution(evaluation.id))
    over = evaluation.over(seconds=30)
    assert over["status"] == "cancelled"
    summary = cloud.summary(evaluation.id)
    assert summary["status"] == "failed"
    assert "ABORTED" in summary["reason"]
    assert len(done) <= summary["n_outputs"] < 300
    assert summary["n_outputs"] + summary["n_missing"] == summary["rows"] == 300
    until(lambda: is_quiet(provider))
    rows = evaluation.rows()
    assert ordinals(rows) == list(range(300))
    assert set(ordinals(done)) <= set(ordinals(evaluation.answered()))
    assert evaluation.now()["status"] == "cancelled"


def test_a_local_cloud_taken_down_in_mid_run_comes_up_with_that_evaluation_ended_and_its_rows_kept(
    api, cloud, provider
):
    provider.latency = 0.4
    evaluation = launch(api, sums(300), max_concurrency=20)
    done = until(evaluation.answered)
    assert evaluation.now()["status"] == "running"
    cloud.assay("down")
    cloud.up()
    assert evaluation.over(seconds=10)["status"] == "cancelled"
    summary = cloud.summary(evaluation.id)
    assert summary["status"] == "failed"
    assert len(done) <= summary["n_outputs"] < 300
    assert set(ordinals(done)) <= set(ordinals(evaluation.answered()))
    provider.latency = 0
    assert launch(api, sums(3)).over()["status"] == "completed"
