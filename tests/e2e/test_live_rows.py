"""A running evaluation shows what it has."""

from threading import Event

import pytest

from tests.e2e.launching import IS_RIGHT, LENGTH, launch, sums, until
from tests.support.faults import held

pytestmark = pytest.mark.local_cloud


def test_rows_are_visible_while_the_rest_is_still_being_generated(api, provider):
    looked = Event()
    provider.script(held(looked.is_set), at=range(130, 200))
    evaluation = launch(api, sums(200), evaluators=[IS_RIGHT, LENGTH], max_concurrency=20)
    before = evaluation.rows()
    seen = until(evaluation.answered)
    assert evaluation.now()["status"] == "running"
    looked.set()
    assert len(before) == 200
    assert 0 < len(seen) < 200
    assert all(row["log"]["output"] == f"The answer is {int(row['datapoint']['inputs']['a']) + 1}." for row in seen)
    over = evaluation.over()
    assert over["status"] == "completed"
    assert len(evaluation.answered()) == 200
    assert [one["aggregate_value"] for one in over["evaluator_aggregates"]] == [1, 17.46]


def test_a_dataset_without_rows_makes_an_evaluation_that_completes_with_nothing(api, provider, cloud):
    evaluation = launch(api, [], evaluators=[LENGTH])
    over = evaluation.over()
    assert over["status"] == "completed"
    assert over["evaluator_aggregates"][0]["aggregate_value"] is None
    assert evaluation.rows() == []
    assert cloud.summary(evaluation.id)["rows"] == 0


def test_rows_added_after_the_launch_are_not_evaluated(api, provider):
    provider.latency = 0.5
    evaluation = launch(api, sums(5))
    dataset_id = evaluation.now()["dataset"]["id"]
    assert api.post(f"/datasets/{dataset_id}/datapoints", json=sums(3)).status_code == 201
    over = evaluation.over()
    assert over["dataset"]["datapoint_count"] == 8
    assert over["dataset_snapshot"]["datapoint_count"] == 5
    assert len(evaluation.rows()) == provider.calls == 5
