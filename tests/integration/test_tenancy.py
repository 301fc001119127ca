"""What belongs to one organisation does not exist for another: every route with an id says 404."""

import re

import pytest

from assay.dialects.humanloop import evaluations, resources
from tests.integration.world import CONFIG, a_world, datapoint, evaluation_request, made, run

OURS = {
    "GET /v4/projects/{id}": "/projects/{project}",
    "GET /v4/model-configs/{id}": "/model-configs/{config}",
    "POST /v4/projects/{project_id}/datasets": "/projects/{project}/datasets",
    "GET /v4/projects/{project_id}/datasets": "/projects/{project}/datasets",
    "GET /v4/datasets/{id}": "/datasets/{dataset}",
    "POST /v4/datasets/{dataset_id}/datapoints": "/datasets/{dataset}/datapoints",
    "GET /v4/datasets/{dataset_id}/datapoints": "/datasets/{dataset}/datapoints",
    "GET /v4/datapoints/{id}": "/datapoints/{datapoint}",
    "GET /v4/evaluators/{id}": "/evaluators/{evaluator}",
    "POST /v4/projects/{project_id}/evaluations": "/projects/{project}/evaluations",
    "GET /v4/evaluations/{id}": "/evaluations/{evaluation}",
    "GET /v4/evaluations/{id}/datapoints": "/evaluations/{evaluation}/datapoints",
    "GET /v4/projects/{project_id}/evaluations": "/projects/{project}/evaluations",
}
"""Every route with an id in its path, and where our own thing stands."""


@pytest.fixture
def ours(api, cloud, organisation):
    """A world with everything in it: outputs, scores and a summary too."""
    world = a_world(api)
    run(cloud, organisation, world.evaluation)
    return world


def body(path, world):
    """A body that the route takes."""
    return {
        "datasets": {"name": "theirs", "description": ""},
        "datapoints": datapoint(1, 2),
        "evaluations": evaluation_request(world.config, world.dataset, world.evaluator),
    }[path.rpartition("/")[2]]


def test_every_route_with_an_id_is_tried():
    every = (*resources.ROUTES, *evaluations.CREATE, *evaluations.READ)
    assert {f"{route.method} {route.path}" for route in every if "{" in route.path} == set(OURS)


@pytest.mark.parametrize("route", OURS)
def test_what_is_ours_does_not_exist_for_a_stranger(api, stranger, ours, route):
    method, path = route.split()[0], OURS[route].format(**ours._asdict())

    def answer(caller):
        return caller.get(path) if method == "GET" else caller.post(path, body(path, ours))

    theirs = answer(stranger)
    assert theirs.status == 404
    assert set(theirs.body) == {"detail"}
    assert answer(api).status in {200, 201}


def test_an_id_in_a_query_or_a_body_does_not_exist_for_a_stranger_either(stranger, ours):
    assert stranger.get(f"/evaluations?project_id={ours.project}").status == 404
    assert stranger.post("/model-configs", {**CONFIG, "project_id": ours.project}).status == 404
    theirs = a_world(stranger)
    own = evaluation_request(theirs.config, theirs.dataset, theirs.evaluator)
    path = f"/projects/{theirs.project}/evaluations"
    for wrong in ({"config_id": ours.config}, {"dataset_id": ours.dataset}, {"evaluator_ids": [ours.evaluator]}):
        assert stranger.post(path, {**own, **wrong}).status == 404


def test_lists_hold_nothing_of_another_organisation(stranger, ours):
    theirs = a_world(stranger)
    assert made(stranger.get("/projects"), 200)["records"][0]["id"] == theirs.project
    assert [one["id"] for one in made(stranger.get("/datasets"), 200)] == [theirs.dataset]
    assert [one["id"] for one in made(stranger.get("/evaluators"), 200)] == [theirs.evaluator]


def test_the_same_name_may_be_taken_by_each_organisation(api, stranger):
    assert made(api.post("/projects", {"name": "x"}))["id"] != made(stranger.post("/projects", {"name": "x"}))["id"]


def test_every_key_of_table_and_bucket_starts_with_an_organisation(ours, cloud):
    table = cloud.stores.table
    keys = [item["pk"]["S"] for item in table.client.scan(TableName=table.name)["Items"]]
    assert all(re.match(r"org-\d+#", key) for key in keys)
    assert all(re.match(r"org-\d+/(datasets|evaluations)/", key) for key in cloud.stores.bucket.keys(""))
