"""`assay import humanloop` into the local cloud, and an evaluation of what it brought."""

import time

import pytest

from tests.support.humanloop_export import one_of_everything

pytestmark = [pytest.mark.local_cloud, pytest.mark.long]
PATIENCE = 90


def test_what_was_imported_can_be_evaluated_and_past_evaluations_be_shown(cloud, api, provider, tmp_path):
    export = one_of_everything(tmp_path / "20250605-120000")
    first, again = (cloud.assay("import", "humanloop", str(export.folder)) for _ in range(2))
    assert first == again
    ids = {theirs: ours for _, theirs, ours, _ in (line.split("\t") for line in first.splitlines())}
    project = api.get("/projects", params={"filter": "sums/adder"}).json()["records"][0]["id"]
    wish = {"config_id": ids["prv_2"], "dataset_id": ids["dsv_2"], "evaluator_ids": [ids["evl_1"]]}
    evaluation = api.post(f"/projects/{project}/evaluations", json=wish).json()["id"]
    assert completed(api, evaluation)["evaluator_aggregates"][0]["aggregate_value"] is not None
    assert '"checks/right"' in cloud.assay("show", "eval evr_1 run_2", "--json")


def completed(api, evaluation):
    """The evaluation, once it is over."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        found = api.get(f"/evaluations/{evaluation}", params={"evaluator_aggregates": "true"}).json()
        if found["status"] == "completed":
            return found
        time.sleep(0.5)
    raise AssertionError(found)
