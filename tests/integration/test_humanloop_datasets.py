"""Datasets and datapoints by way of the API (contracts/humanloop-v4.md §3.4, §3.5)."""

import json

import pytest

from tests.integration.world import a_world, datapoint, evaluation_request, made, paged, run, shaped


@pytest.fixture
def project(api):
    return made(api.post("/projects", {"name": "sums"}))["id"]


@pytest.fixture
def dataset(api, project):
    return made(api.post(f"/projects/{project}/datasets", {"name": "sums", "description": ""}))["id"]


def patch(api, path, body):
    return api.send("PATCH", path, json.dumps(body))


def test_a_dataset_gets_another_name_or_description(api, dataset):
    changed = shaped("dataset", made(patch(api, f"/datasets/{dataset}", {"name": "products"}), 200))
    assert (changed["name"], changed["description"]) == ("products", "")
    changed = made(patch(api, f"/datasets/{dataset}", {"description": "of two", "provider_api_keys": {}}), 200)
    assert (changed["name"], changed["description"]) == ("products", "of two")
    assert made(api.get(f"/datasets/{dataset}"), 200) == changed
    assert made(patch(api, f"/datasets/{dataset}", {}), 200) == changed


def test_a_name_or_description_over_255_characters_is_refused(api, project, dataset):
    for field in ("name", "description"):
        body = {"name": "sums", "description": "", field: "x" * 256}
        assert api.post(f"/projects/{project}/datasets", body).status == 422
        answer = patch(api, f"/datasets/{dataset}", {field: "x" * 256})
        assert (answer.status, answer.body["detail"][0]["loc"]) == (422, ["body", field])


def test_deleting_a_dataset_answers_200_with_an_object_and_it_is_gone(api, project, dataset):
    answer = api.send("DELETE", f"/datasets/{dataset}")
    assert (answer.status, answer.body) == (200, {})
    assert answer.headers["Content-Type"] == "application/json"
    assert api.get(f"/datasets/{dataset}").status == 404
    assert made(api.get("/datasets"), 200) == []
    assert api.get(f"/datasets/{dataset}/datapoints").status == 404
    assert api.post(f"/datasets/{dataset}/datapoints", datapoint(1, 2)).status == 404
    assert api.send("DELETE", f"/datasets/{dataset}").status == 404


def test_a_datapoint_goes_with_its_dataset(api, dataset):
    (point,) = made(api.post(f"/datasets/{dataset}/datapoints", datapoint(1, 2)))
    made(api.send("DELETE", f"/datasets/{dataset}"), 200)
    assert api.get(f"/datapoints/{point['id']}").status == 404


def test_evaluations_of_a_deleted_dataset_stay_readable(api, cloud, organisation):
    world = a_world(api)
    run(cloud, organisation, world.evaluation)
    before = made(api.get(f"/evaluations/{world.evaluation}/datapoints"), 200)
    made(api.send("DELETE", f"/datasets/{world.dataset}"), 200)
    assert paged("row", made(api.get(f"/evaluations/{world.evaluation}/datapoints"), 200)) == before
    assert shaped("evaluation", made(api.get(f"/evaluations/{world.evaluation}"), 200))["dataset"]["name"] == "sums"
    assert made(api.get(f"/evaluations?project_id={world.project}"), 200)["total"] == 1


def test_an_evaluation_of_a_dataset_deleted_before_it_ran_is_run_all_the_same(api, cloud, organisation):
    world = a_world(api)
    made(api.send("DELETE", f"/datasets/{world.dataset}"), 200)
    run(cloud, organisation, world.evaluation)
    assert made(api.get(f"/evaluations/{world.evaluation}"), 200)["status"] == "completed"
    request = evaluation_request(world.config, world.dataset)
    assert api.post(f"/projects/{world.project}/evaluations", request).status == 404


def test_strangers_neither_change_nor_delete_a_dataset(stranger, api, dataset):
    assert patch(stranger, f"/datasets/{dataset}", {"name": "mine"}).status == 404
    assert stranger.send("DELETE", f"/datasets/{dataset}").status == 404
    assert made(api.get(f"/datasets/{dataset}"), 200)["name"] == "sums"


def test_readers_delete_nothing(reader, dataset):
    assert reader.send("DELETE", f"/datasets/{dataset}").status == 403


def test_at_most_a_thousand_datapoints_are_added_at_once(api, dataset):
    path = f"/datasets/{dataset}/datapoints"
    assert len(made(api.post(path, [datapoint(1, 2)] * 1000))) == 1000
    refused = api.post(path, [datapoint(1, 2)] * 1001)
    assert (refused.status, "1000" in refused.body["detail"][0]["msg"]) == (422, True)
    assert api.post(path, {"log_ids": ["data_1"] * 1001}).status == 422
    assert made(api.get(path), 200)["total"] == 1000


def test_a_request_over_4_mb_is_refused_as_too_large(api, dataset):
    refused = api.post(f"/datasets/{dataset}/datapoints", {"inputs": {"a": "x" * (4 * 1024 * 1024)}})
    assert (refused.status, "4194304" in refused.body["detail"]) == (413, True)
    assert made(api.get(f"/datasets/{dataset}"), 200)["datapoint_count"] == 0


def test_inputs_that_are_not_texts_are_refused_with_their_place(api, dataset):
    answer = api.post(f"/datasets/{dataset}/datapoints", [datapoint(1, 2), {"inputs": {"a": 1}}])
    assert (answer.status, answer.body["detail"][0]["loc"]) == (422, ["body", 1, "inputs", "a"])


def test_datapoints_are_made_from_logs_in_the_order_asked_for(api, dataset):
    log = {"project": "sums", "config": {"model": "m"}, "inputs": {"a": "1", "n": 2}, "output": " so "}
    said = [{"role": "user", "content": "Well?"}]
    first, second = made(api.post("/logs", [log, {**log, "messages": said, "output": "then"}]), 200)
    ids = [second["id"], first["id"], second["id"]]
    points = made(api.post(f"/datasets/{dataset}/datapoints", {"log_ids": ids}))
    assert [point["target"] for point in points] == [{"output": "then"}, {"output": "so"}, {"output": "then"}]
    assert points[0]["messages"][0]["content"] == "Well?"
    assert points[1]["inputs"] == {"a": "1", "n": "2"}
    assert made(api.get(f"/datasets/{dataset}/datapoints"), 200)["records"] == points


def test_datapoints_are_made_from_the_logs_of_evaluations(api, cloud, organisation):
    world = a_world(api)
    run(cloud, organisation, world.evaluation)
    row = made(api.get(f"/evaluations/{world.evaluation}/datapoints?page=2&size=1"), 200)["records"][0]
    (point,) = made(api.post(f"/datasets/{world.dataset}/datapoints", {"log_ids": [row["log"]["id"]]}))
    assert point["inputs"] == row["datapoint"]["inputs"]
    assert point["target"] == {"output": row["log"]["output"]}


def test_a_log_that_is_not_there_makes_no_datapoints_at_all(api, dataset):
    log = made(api.post("/logs", {"project": "sums", "config": {"model": "m"}, "output": "so"}), 200)["id"]
    for missing in ("data_1", "data_1_1", "nothing"):
        assert api.post(f"/datasets/{dataset}/datapoints", {"log_ids": [log, missing]}).status == 404
    assert made(api.get(f"/datasets/{dataset}"), 200)["datapoint_count"] == 0


def test_heavy_datapoints_make_smaller_pages_that_still_partition_the_list(api, dataset):
    path = f"/datasets/{dataset}/datapoints"
    points = [made(api.post(path, {"inputs": {"a": str(n), "b": "x" * 900_000}}))[0]["id"] for n in range(9)]
    first = made(api.get(path), 200)
    assert (first["size"], first["total"], len(first["records"])) == (3, 9, 3)
    rest = [made(api.get(f"{path}?size={first['size']}&page={page}"), 200) for page in (1, 2, 3)]
    assert [one["id"] for page in (first, *rest) for one in page["records"]] == points
    assert made(api.get(f"{path}?page=1"), 200)["records"] == rest[0]["records"]


def test_withdrawn_calls_are_refused_clearly(api, dataset):
    (point,) = made(api.post(f"/datasets/{dataset}/datapoints", datapoint(1, 2)))
    for answer in (
        api.send("PATCH", f"/datapoints/{point['id']}"),
        patch(api, f"/datapoints/{point['id']}", {"inputs": {"a": "b"}}),
        api.send("DELETE", "/datapoints"),
        api.send("DELETE", "/datapoints", f'["{point["id"]}"]'),
    ):
        assert (answer.status, "withdrawn" in answer.body["detail"]) == (410, True)
    assert made(api.get(f"/datapoints/{point['id']}"), 200) == point
