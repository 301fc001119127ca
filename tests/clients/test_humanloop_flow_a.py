"""`humanloop==0.7.35`, unmodified: everything registered, launched, polled and read, nested objects typed.

It is run with `validate=True`, which parses every body strictly, and in the full test as users run it, too.
"""

import pytest

from tests.e2e.shared_provider import forget
from tests.support.faults import held

pytestmark = [pytest.mark.local_cloud, pytest.mark.official_sdk]

RIGHT = [n != 3 for n in range(12)]
LENGTHS = [len(f"The answer is {n + 1}.") for n in range(12)]
CHOOSY = [None if n in {1, 2} else n / 4 for n in range(12)]


@pytest.fixture(scope="module", params=["strict", pytest.param("flow", marks=pytest.mark.long)])
def told(request, run_script, has_period_pydantic, cloud, stub, tmp_path_factory):
    """What the SDK hands back, from the first call to the last; the model says nothing before it has seen it running."""
    forget(stub)
    seen = tmp_path_factory.mktemp("flow") / "seen running"
    stub.script(held(seen.exists))
    return run_script("humanloop_script.py", request.param if has_period_pydantic else "flow", cloud, seen)


def test_what_is_registered_comes_back_typed(told):
    assert told["project"] == "ProjectResponse"
    assert told["registered"] == ["ProjectConfigResponse", "ModelConfigResponse", "model"]
    assert told["dataset"] == ["DatasetResponse", 0]
    assert told["datapoints"] == [str(n) for n in range(12)]
    assert told["evaluators"] == [
        ["EvaluatorResponse", "boolean", "target_required"],
        ["EvaluatorResponse", "number", "target_free"],
        ["EvaluatorResponse", "number", "target_free"],
    ]


def test_an_evaluation_is_created_at_once_pending_and_with_its_dataset_frozen(told):
    assert told["created"] == ["EvaluationResponse", "pending", 12]
    assert told["version"]


def test_the_evaluation_is_seen_running_and_then_completed(told):
    assert list(told["states"])[-2:] == ["running", "completed"]
    assert told["status"] == "completed"


def test_in_every_state_nested_objects_are_typed(told):
    expected = {
        "config": "ModelConfigResponse",
        "dataset": "DatasetResponse",
        "dataset_snapshot": "DatasetResponse",
        "evaluators": ["EvaluatorResponse"],
        "created_at": "datetime",
        "message": "ChatMessageWithToolCall",
    }
    assert told["states"] == dict.fromkeys(told["states"], expected)


def test_rows_are_there_before_their_logs(told):
    assert [row["inputs"]["a"] for row in told["early"]] == [str(n) for n in range(12)]
    assert [row["log"] for row in told["early"]] == ["NoneType"] * 12
    assert [row["results"] for row in told["early"]] == [[]] * 12


def test_aggregates_are_exact_and_leave_out_errors_and_rows_to_which_they_do_not_apply(told):
    assert told["aggregates"] == {
        "right": 11 / 12,
        "length": sum(LENGTHS) / 12,
        "choosy": sum(value for value in CHOOSY if value is not None) / 10,
    }
    assert told["aggregate_kinds"] == ["ModelConfigEvaluatorAggregateResponse"]


def test_aggregates_come_only_when_asked_for(told):
    assert told["plain_aggregates"] is None


def test_pages_count_from_one_and_hold_every_row_once(told):
    assert told["pages"] == [[1, 5, 12, 5], [2, 5, 12, 5], [3, 5, 12, 2]]
    assert [row["inputs"]["a"] for row in told["rows"]] == [str(n) for n in range(12)]


def test_logs_and_results_are_typed_and_belong_to_their_datapoints(told):
    for row in told["rows"]:
        assert row["kind"] == "EvaluationDatapointSnapshotResponse"
        assert row["datapoint"] == "DatapointResponse"
        assert row["log"] == "LogResponse"
        assert row["log_config"] == "ModelConfigResponse"
        assert row["log_message"] == "ChatMessageWithToolCall"
        assert row["results"] == ["EvaluationResultResponse"] * 3
        assert row["source"]


def test_outputs_and_values_are_those_of_the_model_and_the_evaluators(told):
    assert [row["output"] for row in told["rows"]] == [f"The answer is {n + 1}." for n in range(12)]
    assert [row["values"]["right"] for row in told["rows"]] == RIGHT
    assert [row["values"]["length"] for row in told["rows"]] == LENGTHS
    assert [row["values"]["choosy"] for row in told["rows"]] == CHOOSY
    assert {row["tokens"] for row in told["rows"]} == {10}


def test_an_evaluator_that_raises_is_that_rows_error_and_one_that_says_none_is_not(told):
    errors = [row["errors"]["choosy"] for row in told["rows"]]
    assert "ValueError" in errors[1]
    assert "no ones" in errors[1]
    assert [error for n, error in enumerate(errors) if n != 1] == [None] * 11


def test_the_evaluation_is_on_the_list_of_its_project_with_aggregates(told):
    assert told["listed"] == [["EvaluationResponse", True, 3]]
