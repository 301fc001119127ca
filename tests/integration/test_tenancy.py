"""What belongs to one organisation does not exist for another: every route with an id says 404."""

import json
import re

import pytest

from assay.dialects.humanloop import openapi, refused
from tests.integration.conftest import key
from tests.integration.world import (
    CONFIG,
    EVALUATOR,
    MEASURE,
    a_world,
    datapoint,
    evaluation_request,
    made,
    run,
)
from tests.support.api_gateway import Api

OURS = {
    "GET /v4/projects/{id}": "/projects/{project}",
    "PATCH /v4/projects/{id}": "/projects/{project}",
    "DELETE /v4/projects/{id}": "/projects/{project}",
    "GET /v4/projects/{id}/configs": "/projects/{project}/configs?evaluation_aggregates=true",
    "GET /v4/projects/{id}/active-config": "/projects/{project}/active-config",
    "DELETE /v4/projects/{id}/active-config": "/projects/{project}/active-config",
    "GET /v4/projects/{id}/deployed-configs": "/projects/{project}/deployed-configs",
    "PATCH /v4/projects/{project_id}/deploy-config": "/projects/{project}/deploy-config",
    "DELETE /v4/projects/{project_id}/deployed-config/{environment_id}": "/projects/{project}/deployed-config/production",
    "POST /v4/projects/{id}/export": "/projects/{project}/export",
    "POST /v4/projects/{id}/feedback-types": "/projects/{project}/feedback-types",
    "GET /v4/model-configs/{id}": "/model-configs/{config}",
    "POST /v4/projects/{project_id}/datasets": "/projects/{project}/datasets",
    "GET /v4/projects/{project_id}/datasets": "/projects/{project}/datasets",
    "GET /v4/datasets/{id}": "/datasets/{dataset}",
    "PATCH /v4/datasets/{id}": "/datasets/{dataset}",
    "DELETE /v4/datasets/{id}": "/datasets/{dataset}",
    "POST /v4/datasets/{dataset_id}/datapoints": "/datasets/{dataset}/datapoints",
    "GET /v4/datasets/{dataset_id}/datapoints": "/datasets/{dataset}/datapoints",
    "GET /v4/datapoints/{id}": "/datapoints/{datapoint}",
    "GET /v4/evaluators/{id}": "/evaluators/{evaluator}",
    "PATCH /v4/evaluators/{id}": "/evaluators/{evaluator}",
    "DELETE /v4/evaluators/{id}": "/evaluators/{spare}",
    "GET /v4/logs/{id}": "/logs/{log}",
    "PATCH /v4/logs/{id}": "/logs/{log}",
    "GET /v4/sessions/{id}": "/sessions/{session}",
    "POST /v4/model-configs/{id}/export": "/model-configs/{config}/export",
    "POST /v4/projects/{project_id}/evaluations": "/projects/{project}/evaluations",
    "GET /v4/evaluations/{id}": "/evaluations/{evaluation}",
    "GET /v4/evaluations/{id}/datapoints": "/evaluations/{evaluation}/datapoints",
    "GET /v4/projects/{project_id}/evaluations": "/projects/{project}/evaluations",
    "PATCH /v4/evaluations/{id}/status": "/evaluations/{waiting}/status",
    "PATCH /v4/evaluations/{id}/evaluators": "/evaluations/{evaluation}/evaluators",
    "POST /v4/evaluations/{evaluation_id}/log": "/evaluations/{waiting}/log",
    "POST /v4/evaluations/{evaluation_id}/result": "/evaluations/{waiting}/result",
}
"""Every route with an id in its path that does something, and where our own thing stands."""

REFUSED = {
    "PATCH /v4/datapoints/{id}": "/datapoints/{datapoint}",
    "PATCH /v4/projects/{id}/feedback-types": "/projects/{project}/feedback-types",
}
"""Every route with an id that refuses everybody alike."""

OTHER_SPELLINGS = {"GET /v4/logs/{id}": ("/logs/{generated}", "/logs/{answered}"),
                   "GET /v4/evaluations/{id}": ("/evaluations/{run}",)}  # fmt: skip
"""Ids of other forms that some routes take: logs of evaluations, and evaluations called runs."""


@pytest.fixture
def organisation(standing):
    return standing.again()


@pytest.fixture
def ours(organisation, standing):
    return standing.things


def everything(cloud, organisation):
    """The ids of a world with everything in it: outputs, scores and a summary; logs and results that we posted."""
    api = Api(cloud.functions, {"X-API-KEY": key(organisation)})
    world = a_world(api)
    run(cloud, organisation, world.evaluation)
    made(patch(api, f"/projects/{world.project}", {"active_config_id": world.config}), 200)
    people = {**EVALUATOR, "name": "People", "type": "external", "code": None}
    judges = {"measure": MEASURE, "people": people, "spare": {**EVALUATOR, "name": "Spare"}}
    ids = {name: made(api.post("/evaluators", judge))["id"] for name, judge in judges.items()}
    request = evaluation_request(world.config, world.dataset, ids["people"], hl_generated=False)
    waiting = made(api.post(f"/projects/{world.project}/evaluations", request))["id"]
    run(cloud, organisation, waiting, ("prepare_evaluation", "summarize_experiment"))
    made(patch(api, f"/evaluations/{waiting}/status", {"status": "running"}), 200)
    answered = made(api.post(f"/evaluations/{waiting}/log", a_log(world.datapoint)))["id"]
    made(api.post(f"/evaluations/{waiting}/result", a_result(answered, ids["people"])))
    said = {"project_id": world.project, "config_id": world.config, "output": "x", "reference_id": "ours"}
    kept_log = made(api.post("/logs", {**said, "session_reference_id": "ours"}), 200)
    generated = made(api.get(f"/evaluations/{world.evaluation}/datapoints"), 200)["records"][0]["log"]["id"]
    spelled = {"run": world.evaluation.replace("ev_", "evrun_"), "waiting": waiting}
    logs = {"answered": answered, "log": kept_log["id"], "session": kept_log["session_id"], "generated": generated}
    return {**world._asdict(), **ids, **spelled, **logs}


def patch(caller, path, body):
    return caller.send("PATCH", path, json.dumps(body))


def a_log(datapoint_id):
    return {"datapoint_id": datapoint_id, "log": {"output": "The answer is 0."}}


def a_result(log, evaluator):
    return {"log_id": log, "evaluator_id": evaluator, "result": True}


def body(route, ours):
    """A body that the route takes, with which its owner changes something."""
    bodies = {
        "PATCH /v4/projects/{id}": {"name": "theirs"},
        "PATCH /v4/projects/{project_id}/deploy-config": {"config_id": ours["config"]},
        "POST /v4/projects/{project_id}/datasets": {"name": "theirs", "description": ""},
        "POST /v4/projects/{id}/feedback-types": {"type": "theirs", "class": "text"},
        "PATCH /v4/datasets/{id}": {"name": "theirs"},
        "POST /v4/datasets/{dataset_id}/datapoints": datapoint(1, 2),
        "PATCH /v4/evaluators/{id}": {"name": "theirs"},
        "POST /v4/projects/{project_id}/evaluations": evaluation_request(
            ours["config"], ours["dataset"], ours["evaluator"]
        ),
        "PATCH /v4/evaluations/{id}/status": {"status": "completed"},
        "PATCH /v4/logs/{id}": {"output": "theirs"},
        "PATCH /v4/evaluations/{id}/evaluators": {"evaluator_ids": [ours["measure"]]},
        "POST /v4/evaluations/{evaluation_id}/log": a_log(ours["datapoint"]),
        "POST /v4/evaluations/{evaluation_id}/result": a_result(ours["answered"], ours["people"]),
    }
    return json.dumps(bodies[route]) if route in bodies else None


def kept(cloud, organisation):
    """All that is kept for an organisation: items, but for when its keys were used, and the names of objects."""
    table = cloud.stores.table
    pages = table.client.get_paginator("scan").paginate(TableName=table.name)
    items = [item for page in pages for item in page["Items"] if item["pk"]["S"].startswith(f"{organisation}#")]
    items = [item for item in items if item["sk"]["S"] != "used"]
    assert items
    return sorted(map(repr, items)), list(cloud.stores.bucket.keys(f"{organisation}/"))


def test_every_route_with_an_id_is_tried():
    def with_id(routes):
        return {f"{route.method} {route.path}" for route in routes if "{" in route.path}

    assert with_id(refused.ROUTES) == set(REFUSED)
    assert with_id(openapi.DESCRIBED) == set(OURS) | set(REFUSED)


@pytest.fixture
def outsiders(api, cloud, organisation, stranger):
    """Whoever must not see what is ours: another organisation, and the holder of a key confined to another project."""
    project = made(api.post("/projects", {"name": "another"}))["id"]
    return stranger, type(api)(cloud.functions, {"X-API-KEY": key(organisation, project_id=project)})


@pytest.mark.parametrize("route", OURS)
def test_what_is_ours_does_not_exist_for_an_outsider(api, outsiders, ours, route, cloud, organisation):
    method, sent, before = route.split()[0], body(route, ours), kept(cloud, organisation)
    for place in (OURS[route], *OTHER_SPELLINGS.get(route, ())):
        path = place.format(**ours)
        for outsider in outsiders:
            theirs = outsider.send(method, path, sent)
            assert theirs.status == 404, theirs.body
            assert set(theirs.body) == {"detail"}
            assert kept(cloud, organisation) == before
        assert api.send(method, path, sent).status in {200, 201, 204}


@pytest.mark.parametrize("route", REFUSED)
def test_what_nobody_may_do_is_refused_to_a_stranger_as_to_us_and_reveals_nothing(api, stranger, ours, route):
    method, path = route.split()[0], REFUSED[route].format(**ours)
    unknown = REFUSED[route].format(**dict.fromkeys(ours, "unknown"))
    theirs = stranger.send(method, path, "{}")
    assert theirs.status in {405, 410}
    assert set(theirs.body) == {"detail"}
    assert theirs == stranger.send(method, unknown, "{}") == api.send(method, path, "{}")


def test_an_id_in_a_query_or_a_body_does_not_exist_for_a_stranger_either(stranger, ours, cloud, organisation):
    before = kept(cloud, organisation)
    assert stranger.get(f"/evaluations?project_id={ours['project']}").status == 404
    assert stranger.get(f"/logs?project_id={ours['project']}").status == 404
    assert stranger.post("/model-configs", {**CONFIG, "project_id": ours["project"]}).status == 404
    theirs = a_world(stranger)
    own = evaluation_request(theirs.config, theirs.dataset, theirs.evaluator)
    path = f"/projects/{theirs.project}/evaluations"
    for wrong in (
        {"config_id": ours["config"]},
        {"dataset_id": ours["dataset"]},
        {"evaluator_ids": [ours["evaluator"]]},
    ):
        assert stranger.post(path, {**own, **wrong}).status == 404
    log = {"project_id": theirs.project, "config_id": theirs.config, "output": "x"}
    for wrong in ({"project_id": ours["project"]}, {"config_id": ours["config"]}):
        assert stranger.post("/logs", {**log, **wrong}).status == 404
        assert stranger.post("/logs", [log, {**log, **wrong}]).status == 404
    assert patch(stranger, f"/projects/{theirs.project}", {"active_config_id": ours["config"]}).status == 404
    assert patch(stranger, f"/projects/{theirs.project}/deploy-config", {"config_id": ours["config"]}).status == 404
    assert patch(stranger, "/logs?reference_id=ours", {"output": "theirs"}).status == 404
    assert stranger.get(f"/sessions?project_id={ours['project']}").status == 404
    for name in ("log", "generated", "answered"):
        assert stranger.delete(f"/logs?id={ours[name]}").status == 404
        said = {"data_id": ours[name], "type": "rating", "value": "bad"}
        assert [stranger.post("/feedback", each).status for each in (said, [said])] == [404, 404]
        assert patch(stranger, f"/logs/{ours[name]}", {"output": "theirs"}).status == 404
        assert stranger.post(f"/datasets/{theirs.dataset}/datapoints", {"log_ids": [ours[name]]}).status == 404
    assert (
        patch(stranger, f"/evaluations/{theirs.evaluation}/evaluators", {"evaluator_ids": [ours["measure"]]}).status
        == 404
    )
    assert made(stranger.get(f"/logs?project_id={theirs.project}"), 200)["total"] == 0
    assert made(stranger.get(f"/datasets/{theirs.dataset}/datapoints"), 200)["total"] == 3
    assert kept(cloud, organisation) == before


def test_a_config_cannot_be_called_by_a_stranger_nor_for_a_project_of_others(stranger, ours, cloud, organisation):
    before = kept(cloud, organisation)
    theirs = a_world(stranger)
    asked = {"messages": [], "inputs": {"a": "1", "b": "2"}}
    for wrong in (
        {"model_config_id": ours["config"]},
        {"model_config_id": theirs.config, "project_id": ours["project"]},
    ):
        assert stranger.post("/chat-model-config", {**asked, **wrong}).status == 404
        assert stranger.post("/completion-model-config", {**wrong}).status == 404
    for call in ("chat", "completion"):
        config = {"model_config": {"provider": "mock", "model": "m"}, "project_id": ours["project"]}
        body = {**asked, **config} if call == "chat" else config
        assert stranger.post(f"/{call}", body).status == 404
        del body["model_config"]
        assert stranger.post(f"/{call}-deployed", body).status == 404
    assert made(stranger.get(f"/logs?project_id={theirs.project}"), 200)["total"] == 0
    assert kept(cloud, organisation) == before


def test_the_version_of_an_evaluator_does_not_exist_for_a_stranger_either(api, stranger, ours):
    rows = made(api.get(f"/evaluations/{ours['evaluation']}/datapoints"), 200)["records"]
    version = rows[0]["evaluation_results"][0]["evaluator_version_id"]
    theirs = a_world(stranger)
    change = {"evaluator_version_ids": [version]}
    assert patch(stranger, f"/evaluations/{theirs.evaluation}/evaluators", change).status == 404


def test_what_a_stranger_posts_to_an_evaluation_cannot_be_about_what_is_ours(stranger, ours, cloud, elsewhere):
    theirs = a_world(stranger)
    people = made(stranger.post("/evaluators", {**EVALUATOR, "name": "P", "type": "external", "code": None}))["id"]
    request = evaluation_request(theirs.config, theirs.dataset, people, hl_generated=False)
    evaluation = made(stranger.post(f"/projects/{theirs.project}/evaluations", request))["id"]
    run(cloud, elsewhere, evaluation, ("prepare_evaluation", "summarize_experiment"))
    made(patch(stranger, f"/evaluations/{evaluation}/status", {"status": "running"}), 200)
    log = made(stranger.post(f"/evaluations/{evaluation}/log", a_log(theirs.datapoint)))["id"]
    path = f"/evaluations/{evaluation}/log"
    assert_same(422, *(stranger.post(path, a_log(one)) for one in (ours["datapoint"], unknown(ours["datapoint"]))))
    path = f"/evaluations/{evaluation}/result"
    for status, name in ((404, "log"), (422, "generated"), (422, "answered")):
        answers = (stranger.post(path, a_result(one, people)) for one in (ours[name], unknown(ours[name])))
        assert_same(status, *answers)
    answers = (stranger.post(path, a_result(log, one)) for one in (ours["people"], unknown(ours["people"])))
    assert_same(422, *answers)
    made(stranger.post(path, a_result(log, people)))


def unknown(identifier):
    """An id of the same form that nothing has."""
    kind, _, rest = identifier.partition("_")
    return f"{kind}_xx{rest[2:]}"


def assert_same(status, theirs, nothing):
    """Both answers say the same, but for the id that was asked for."""
    assert (theirs.status, nothing.status) == (status, status), (theirs.body, nothing.body)

    def told(answer):
        return re.sub(r"\b[a-z]+_\w+", "…", json.dumps(answer.body["detail"]))

    assert told(theirs) == told(nothing)


def test_lists_hold_nothing_of_another_organisation(stranger, ours):
    theirs = a_world(stranger)
    assert made(stranger.get("/projects"), 200)["records"][0]["id"] == theirs.project
    assert made(stranger.get("/projects"), 200)["total"] == 1
    assert made(stranger.get(f"/logs?project_id={theirs.project}"), 200)["records"] == []
    assert [one["id"] for one in made(stranger.get("/datasets"), 200)] == [theirs.dataset]
    assert [one["id"] for one in made(stranger.get("/evaluators"), 200)] == [theirs.evaluator]


def test_the_same_name_may_be_taken_by_each_organisation(api, stranger):
    assert made(api.post("/projects", {"name": "x"}))["id"] != made(stranger.post("/projects", {"name": "x"}))["id"]


def test_every_key_of_table_and_bucket_starts_with_an_organisation(ours, cloud):
    table = cloud.stores.table
    keys = [item["pk"]["S"] for item in table.client.scan(TableName=table.name)["Items"]]
    assert all(re.match(r"org-\d+#", key) for key in keys)
    assert all(re.match(r"org-\d+/(datasets|evaluations)/", key) for key in cloud.stores.bucket.keys(""))
