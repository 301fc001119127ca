"""What goes wrong for good: nothing finished is lost, nothing is averaged over, no evaluation is stuck."""

import threading
import time

import pytest

from assay.domain.evaluation import Evaluation
from tests.integration.world import CONFIG, EVALUATOR, MEASURE
from tests.support.entry_points import Dead
from tests.support.faults import throttled
from tests.workflow.machine import Machine, sums

LOST = "This row was not generated: the evaluation is {status}."


class Faults:
    """Deaths by organisation and folder; `times` bounds how often, None means always."""

    def __init__(self):
        self.deaths = {}

    def kill(self, machine, folder, lane=None, times=None):
        """Lets the function die in this organisation, in one lane or in all."""
        self.deaths[machine.organisation, folder, lane] = times

    def __call__(self, folder, event):
        for lane in (event.get("lane"), None):
            key = (event.get("organisation"), folder, lane)
            if (left := self.deaths.get(key, 0)) != 0:
                self.deaths[key] = None if left is None else left - 1
                raise Dead


@pytest.fixture(scope="module")
def slow(cloud, provider):
    """Evaluations that take their retries and pauses, all at once."""
    faults = Faults()
    cloud.functions.rules = [faults]
    names = ("dead lanes", "prepare", "summarize", "reborn", "held", "no end")
    machines = {name: Machine(cloud, name.replace(" ", "-")) for name in names}
    faults.kill(machines["dead lanes"], "generate_outputs", lane=1)
    faults.kill(machines["dead lanes"], "score_outputs", lane=2)
    faults.kill(machines["prepare"], "prepare_evaluation")
    faults.kill(machines["summarize"], "summarize_experiment")
    faults.kill(machines["reborn"], "generate_outputs", times=2)
    faults.kill(machines["reborn"], "score_outputs", times=1)
    faults.kill(machines["no end"], "summarize_experiment")
    faults.kill(machines["no end"], "fail_evaluation", times=3)
    provider.script(throttled(retry_after=21), at=range(1))
    openai = {**CONFIG, "provider": "openai"}
    launched = {"held": machines["held"].launch(sums(6), MEASURE, config=openai, max_concurrency=3)}
    launched["dead lanes"] = machines["dead lanes"].launch(sums(9), EVALUATOR, MEASURE, max_concurrency=201)
    for name in ("prepare", "summarize", "reborn", "no end"):
        launched[name] = machines[name].launch(sums(4))
    ended = {name: machines[name].ended(evaluation) for name, evaluation in launched.items()}
    return {name: (machines[name], launched[name], ended[name]) for name in names}


def test_a_lane_that_fails_for_good_fails_as_a_value_and_its_siblings_finish(slow):
    machine, evaluation, execution = slow["dead lanes"]
    summary = machine.summary(evaluation)
    assert (execution["status"], summary.status) == ("SUCCEEDED", "completed")
    assert (summary.rows, summary.n_outputs, summary.n_missing) == (9, 6, 3)
    assert "Lane 1 failed: Runtime.ExitError" in summary.reason
    assert "Lane 2 failed: Runtime.ExitError" in summary.reason
    assert [(one.n_scored, one.n_no_output, one.n_missing) for one in summary.scores] == [(3, 3, 3)] * 2
    assert summary.scores[0].mean == 1.0


def test_the_rows_of_a_failed_lane_carry_the_error(slow):
    machine, evaluation, _ = slow["dead lanes"]
    rows = machine.rows(evaluation)
    assert [bool(row["log"]["output"]) for row in rows] == [True] * 3 + [False] * 3 + [True] * 3
    assert [len(row["evaluation_results"]) for row in rows] == [2] * 3 + [0] * 6
    for row in rows[3:6]:
        assert row["log"]["error"].startswith(LOST.format(status="completed"))
        assert "Lane 1 failed" in row["log"]["error"]


def test_an_evaluation_that_cannot_be_prepared_ends_failed_and_says_why(slow):
    machine, evaluation, execution = slow["prepare"]
    assert (execution["status"], execution["error"]) == ("FAILED", "Runtime.ExitError")
    summary = machine.summary(evaluation)
    assert (summary.status, summary.rows, summary.n_missing) == ("failed", 4, 4)
    assert summary.reason.startswith("Runtime.ExitError: ")
    assert machine.evaluation(evaluation)["status"] == "cancelled"
    assert all(LOST.format(status="failed") in row["log"]["error"] for row in machine.rows(evaluation))


@pytest.mark.parametrize("name", ["summarize", "no end"])
def test_an_evaluation_that_cannot_be_summarised_ends_failed_with_everything_that_was_finished(slow, name):
    machine, evaluation, execution = slow[name]
    assert execution["status"] == "FAILED"
    summary = machine.summary(evaluation)
    assert (summary.status, summary.n_outputs, summary.n_missing) == ("failed", 4, 0)
    assert (summary.scores[0].n_scored, summary.scores[0].mean) == (4, 1.0)
    assert summary.reason.startswith("Runtime.ExitError")
    assert machine.evaluation(evaluation)["evaluator_aggregates"][0]["aggregate_value"] == 1.0


def test_workers_that_die_now_and_then_lose_nothing(slow):
    machine, evaluation, execution = slow["reborn"]
    summary = machine.summary(evaluation)
    assert (execution["status"], summary.status, summary.reason) == ("SUCCEEDED", "completed", None)
    assert (summary.n_outputs, summary.scores[0].n_scored) == (4, 4)


def test_row_3_a_lane_that_the_provider_holds_waits_without_a_worker_and_goes_on(slow, provider):
    machine, evaluation, execution = slow["held"]
    summary = machine.summary(evaluation)
    assert (execution["status"], summary.n_outputs, summary.n_errors) == ("SUCCEEDED", 6, 0)
    history = machine.cloud.executions.get_execution_history(executionArn=machine.arn(evaluation), maxResults=1000)
    entered = [
        event["stateEnteredEventDetails"]["name"] for event in history["events"] if "stateEnteredEventDetails" in event
    ]
    assert "Evaluate lanes" in entered
    assert provider.calls == 7
    first = [moment - provider.arrivals[0] for moment in provider.arrivals]
    assert not [after for after in first if 5 < after < 20.5]
    assert first[-1] >= 20.5


class Gate:
    """Holds back one function of one organisation, in one lane, until it is opened."""

    def __init__(self, machine, folder, lane=None):
        self.place = (machine.organisation, folder, lane)
        self.reached, self.opened = threading.Event(), threading.Event()

    def __call__(self, folder, event):
        if (event.get("organisation"), folder, event.get("lane")) == self.place:
            self.reached.set()
            self.opened.wait(30)


def until(condition):
    """Waits until something is so."""
    end = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < end, "It never came about."
        time.sleep(0.02)


@pytest.mark.parametrize("status", ["ABORTED", "TIMED_OUT", "FAILED"])
def test_row_31_an_execution_that_ends_from_outside_leaves_a_failed_evaluation_with_what_was_finished(
    machine, cloud, status
):
    gate = Gate(machine, "generate_outputs", lane=1)
    cloud.functions.rules.append(gate)
    evaluation = machine.launch(sums(6), max_concurrency=101)
    until(lambda: gate.reached.is_set() and "score_outputs" in cloud.functions.calls)
    until(lambda: machine.evaluation(evaluation)["evaluator_aggregates"][0]["aggregate_value"] is not None)
    machine.cloud.executions.stop_execution(executionArn=machine.arn(evaluation))
    machine.tell(machine.execution(evaluation), status=status)
    summary = machine.summary(evaluation)
    assert (summary.status, summary.n_outputs, summary.n_missing) == ("failed", 3, 3)
    assert summary.reason == f"Execution {status}"
    assert summary.scores[0].n_scored == 3
    assert machine.evaluation(evaluation)["status"] == "cancelled"
    lost = [row["log"]["error"] for row in machine.rows(evaluation) if row["log"]["error"]]
    assert lost == [f"{LOST.format(status='failed')} Execution {status}"] * 3
    gate.opened.set()
    until(
        lambda: (
            cloud.functions.calls.count("generate_outputs") == 2
            and machine.execution(evaluation)["status"] == "ABORTED"
        )
    )
    assert machine.summary(evaluation) == summary


def test_an_execution_that_is_stopped_before_it_prepared_leaves_a_failed_evaluation(machine, cloud):
    gate = Gate(machine, "prepare_evaluation")
    cloud.functions.rules.append(gate)
    evaluation = machine.launch(sums(2))
    until(gate.reached.is_set)
    machine.cloud.executions.stop_execution(executionArn=machine.arn(evaluation))
    machine.tell(machine.execution(evaluation), status="ABORTED")
    assert (machine.summary(evaluation).status, machine.summary(evaluation).n_missing) == ("failed", 2)
    gate.opened.set()
    until(lambda: machine.cloud.stores.runs.bucket.get(f"{machine.organisation}/evaluations/{evaluation}/plan.json"))
    assert machine.evaluation(evaluation)["status"] == "cancelled"
    assert [row["log"]["output"] for row in machine.rows(evaluation)] == [None, None]


def test_a_stopped_evaluation_is_resumed_and_only_what_is_missing_is_generated(machine, cloud):
    gate = Gate(machine, "generate_outputs", lane=1)
    cloud.functions.rules.append(gate)
    evaluation = machine.launch(sums(6), max_concurrency=101)
    until(lambda: gate.reached.is_set() and "score_outputs" in cloud.functions.calls)
    until(lambda: machine.evaluation(evaluation)["evaluator_aggregates"][0]["aggregate_value"] is not None)
    machine.cloud.executions.stop_execution(executionArn=machine.arn(evaluation))
    machine.tell(machine.execution(evaluation), status="ABORTED")
    before = machine.rows(evaluation)[:3]
    cloud.functions.rules.clear()
    resumed = machine.api.send("PATCH", f"/evaluations/{evaluation}/status", '{"status": "running"}')
    assert (resumed.status, resumed.body["status"]) == (200, "running")
    gate.opened.set()
    until(lambda: machine.evaluation(evaluation)["status"] == "completed")
    summary = machine.summary(evaluation)
    assert (summary.status, summary.reason, summary.n_outputs, summary.n_missing) == ("completed", None, 6, 0)
    assert summary.scores[0].n_scored == 6
    assert [row["log"]["id"] for row in machine.rows(evaluation)[:3]] == [row["log"]["id"] for row in before]
    assert [row["log"]["created_at"] for row in machine.rows(evaluation)[:3]] == [
        row["log"]["created_at"] for row in before
    ]


def test_word_of_a_failure_that_comes_late_or_twice_changes_nothing(machine):
    evaluation = machine.launch(sums(3))
    execution = machine.ended(evaluation)
    summary = machine.summary(evaluation)
    for _ in range(2):
        machine.tell(execution, status="ABORTED")
    assert machine.summary(evaluation) == summary
    assert machine.evaluation(evaluation)["status"] == "completed"


def test_the_rule_hears_of_bad_ends_only(machine, cloud):
    evaluation = machine.launch(sums(1))
    execution = machine.ended(evaluation)
    before = cloud.functions.calls.count("fail_evaluation")
    for status in ("SUCCEEDED", "RUNNING", "PENDING_REDRIVE"):
        machine.tell(execution, status=status)
    machine.tell(execution, status="FAILED", stateMachineArn="arn:aws:states:us-east-1:123456789012:stateMachine:other")
    assert cloud.functions.calls.count("fail_evaluation") == before == 0


def test_a_limit_on_the_cost_of_a_model_that_has_no_price_any_more_fails_the_evaluation_before_any_call(machine, cloud):

    def limit(folder, event):
        if folder == "prepare_evaluation":
            kept = cloud.stores.resources.get(machine.organisation, Evaluation, event["evaluation_id"])
            cloud.stores.resources.replace(machine.organisation, kept, kept.revised(kept.updated_at, max_cost=0.5))

    cloud.functions.rules.append(limit)
    evaluation = machine.launch(sums(3))
    execution = machine.ended(evaluation)
    assert execution["status"] == "FAILED"
    assert execution["cause"].endswith("(max_cost) cannot be kept: the price of mock/mock-1 is not known.")
    assert machine.summary(evaluation).reason == execution["cause"]
    assert "generate_outputs" not in cloud.functions.calls
