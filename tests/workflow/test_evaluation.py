"""An evaluation from launch to summary, through the real state machine and the real functions."""

from collections import Counter

from tests.integration.world import CONFIG, EVALUATOR, MEASURE
from tests.workflow.machine import sums


def test_an_evaluation_goes_all_the_way(machine, cloud):
    evaluation = machine.launch(sums(25), EVALUATOR, MEASURE)
    execution = machine.ended(evaluation)
    assert (execution["status"], machine.evaluation(evaluation)["status"]) == ("SUCCEEDED", "completed")
    assert [one["aggregate_value"] for one in machine.evaluation(evaluation)["evaluator_aggregates"]] == [1.0, 16.8]
    rows = machine.rows(evaluation)
    assert [row["log"]["output"] for row in rows] == [f"The answer is {2 * n}." for n in range(25)]
    assert all(len(row["evaluation_results"]) == 2 for row in rows)
    summary = machine.summary(evaluation)
    assert (summary.rows, summary.n_outputs, summary.n_errors, summary.n_missing) == (25, 25, 0, 0)
    calls = Counter(cloud.functions.calls)
    assert (calls["prepare_evaluation"], calls["summarize_experiment"], calls["fail_evaluation"]) == (1, 1, 0)
    assert calls["generate_outputs"] == calls["score_outputs"] == 1
    assert calls["run_python"] == 2


def test_an_evaluation_of_several_lanes_has_every_row_once_and_in_order(machine, cloud):
    evaluation = machine.launch(sums(130), max_concurrency=250)
    machine.ended(evaluation)
    assert cloud.functions.calls.count("generate_outputs") == 3
    assert [row["log"]["output"] for row in machine.rows(evaluation)] == [f"The answer is {2 * n}." for n in range(130)]
    assert machine.evaluation(evaluation)["evaluator_aggregates"][0]["aggregate_value"] == 1.0


def test_state_carries_pointers_only(machine):
    evaluation = machine.launch(sums(100))
    execution = machine.ended(evaluation)
    assert len(execution["input"]) < 200
    assert len(execution["output"]) < 500
    arn = machine.arn(evaluation)
    history = machine.cloud.executions.get_execution_history(executionArn=arn, maxResults=1000)["events"]
    assert max(len(str(event)) for event in history) < 2000


def test_an_empty_dataset_completes_with_a_summary_that_says_so(machine, cloud):
    evaluation = machine.launch([])
    assert machine.ended(evaluation)["status"] == "SUCCEEDED"
    summary = machine.summary(evaluation)
    assert (summary.status, summary.rows, summary.n_missing, summary.scores[0].mean) == ("completed", 0, 0, None)
    assert "generate_outputs" not in cloud.functions.calls
    found = machine.evaluation(evaluation)
    assert (found["status"], found["evaluator_aggregates"][0]["aggregate_value"]) == ("completed", None)


def test_rows_that_lack_a_variable_fail_alone_and_say_which(machine):
    rows = [*sums(5), {"inputs": {"a": "1"}}, {"inputs": {}}]
    evaluation = machine.launch(rows)
    machine.ended(evaluation)
    assert machine.evaluation(evaluation)["status"] == "completed"
    errors = [row["log"]["error"] for row in machine.rows(evaluation)]
    assert errors[:5] == [None] * 5
    assert errors[5:] == [f"The inputs lack the template's variables: {names}." for names in ("b", "a, b")]
    summary = machine.summary(evaluation)
    assert (summary.n_outputs, summary.errors_by_kind, summary.scores[0].n_no_output) == (5, {"template": 2}, 2)


BROKEN = {
    "raises": "def judge(log, testcase):\n    return log['nothing']\n",
    "of the wrong type": "def judge(log, testcase):\n    return 'yes'\n",
    "ends the process": "import os\ndef judge(log, testcase):\n    os._exit(1)\n",
    "does not import": "import nothing_of_this_name\ndef judge(log, testcase):\n    return True\n",
}


def test_an_evaluator_that_fails_costs_its_own_scores_only(machine):
    broken = [{**EVALUATOR, "name": name, "code": code} for name, code in BROKEN.items()]
    evaluation = machine.launch(sums(3), EVALUATOR, *broken)
    machine.ended(evaluation)
    assert machine.evaluation(evaluation)["status"] == "completed"
    good, *others = machine.summary(evaluation).scores
    assert (good.n_scored, good.mean) == (3, 1.0)
    assert [(one.n_scored, one.n_errors, one.mean) for one in others] == [(0, 3, None)] * len(BROKEN)
    for row in machine.rows(evaluation):
        assert [result["error"] is None for result in row["evaluation_results"]] == [True, *([False] * len(BROKEN))]


def test_a_stack_without_a_key_for_the_provider_fails_every_row_and_says_why(machine):
    evaluation = machine.launch(sums(4), config={**CONFIG, "provider": "openai"})
    machine.ended(evaluation)
    summary = machine.summary(evaluation)
    assert (summary.status, summary.n_errors, summary.errors_by_kind) == ("completed", 4, {"denied": 4})
    assert summary.reason.startswith("This stack has no key for the provider 'openai', and none was sent along")
