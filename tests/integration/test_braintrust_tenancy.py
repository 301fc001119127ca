"""What belongs to one organisation does not exist for another: every route of the second dialect says so."""

import json

import pytest

from assay.dialects.braintrust import openapi
from tests.integration.braintrust import NOBODYS, good, ids, v1_api

EVENTS, FEEDBACK, CODE = {"events": [{"id": "x"}]}, {"feedback": [{"id": "row"}]}, {"type": "prompt"}
NAMED = {"name": "mine", "slug": "mine", "function_data": CODE, "project_id": "{project}"}
TO_OURS = {
    "GET /v1/project/{project_id}": ("/v1/project/{project}", None),
    "PATCH /v1/project/{project_id}": ("/v1/project/{project}", {}),
    "DELETE /v1/project/{project_id}": ("/v1/project/{project}", None),
    "POST /v1/dataset": ("/v1/dataset", NAMED),
    "GET /v1/dataset/{dataset_id}": ("/v1/dataset/{dataset}", None),
    "PATCH /v1/dataset/{dataset_id}": ("/v1/dataset/{dataset}", {}),
    "DELETE /v1/dataset/{dataset_id}": ("/v1/dataset/{dataset}", None),
    "POST /v1/dataset/{dataset_id}/insert": ("/v1/dataset/{dataset}/insert", EVENTS),
    "GET /v1/dataset/{dataset_id}/fetch": ("/v1/dataset/{dataset}/fetch", None),
    "POST /v1/dataset/{dataset_id}/fetch": ("/v1/dataset/{dataset}/fetch", {}),
    "POST /v1/dataset/{dataset_id}/feedback": ("/v1/dataset/{dataset}/feedback", FEEDBACK),
    "GET /v1/dataset/{dataset_id}/summarize": ("/v1/dataset/{dataset}/summarize", None),
    "POST /v1/experiment": ("/v1/experiment", NAMED),
    "GET /v1/experiment/{experiment_id}": ("/v1/experiment/{experiment}", None),
    "PATCH /v1/experiment/{experiment_id}": ("/v1/experiment/{experiment}", {}),
    "DELETE /v1/experiment/{experiment_id}": ("/v1/experiment/{experiment}", None),
    "POST /v1/experiment/{experiment_id}/insert": ("/v1/experiment/{experiment}/insert", EVENTS),
    "GET /v1/experiment/{experiment_id}/fetch": ("/v1/experiment/{experiment}/fetch", None),
    "POST /v1/experiment/{experiment_id}/fetch": ("/v1/experiment/{experiment}/fetch", {}),
    "GET /v1/experiment/{experiment_id}/summarize": ("/v1/experiment/{experiment}/summarize", None),
    "POST /v1/experiment/{experiment_id}/feedback": ("/v1/experiment/{experiment}/feedback", FEEDBACK),
    "POST /v1/function": ("/v1/function", NAMED),
    "PUT /v1/function": ("/v1/function", NAMED),
    "GET /v1/function/{function_id}": ("/v1/function/{prompt}", None),
    "PATCH /v1/function/{function_id}": ("/v1/function/{prompt}", {}),
    "DELETE /v1/function/{function_id}": ("/v1/function/{prompt}", None),
    "POST /v1/prompt": ("/v1/prompt", NAMED),
    "PUT /v1/prompt": ("/v1/prompt", NAMED),
    "GET /v1/prompt/{function_id}": ("/v1/prompt/{prompt}?version={version}", None),
    "PATCH /v1/prompt/{function_id}": ("/v1/prompt/{prompt}", {}),
    "DELETE /v1/prompt/{function_id}": ("/v1/prompt/{prompt}", None),
    "POST /v1/insert": ("/v1/insert", {"dataset": {"{dataset}": EVENTS}}),
    "GET /environment-object/{object_type}/{object_id}/{slug}": ("/environment-object/prompt/{prompt}/live", None),
    "PUT /environment-object/{object_type}/{object_id}/{slug}": (
        "/environment-object/prompt/{prompt}/live", {"object_version": "1"},
    ),
    "DELETE /environment-object/{object_type}/{object_id}/{slug}": ("/environment-object/prompt/{prompt}/live", None),
}  # fmt: skip
"""Every route that names something, and how it names what is ours."""
NAMELESS = {
    "POST /v1/project",
    "GET /v1/project",
    "GET /v1/dataset",
    "GET /v1/experiment",
    "GET /v1/function",
    "GET /v1/prompt",
}


@pytest.fixture
def ours(v1, project, dataset, experiment):
    prompt = good(v1.post("/prompt", {"project_id": project, "name": "p", "slug": "p"}))
    root = type(v1)(v1.functions, v1.headers, "")
    good(root.put(f"/environment-object/prompt/{prompt['id']}/live", {"object_version": prompt["_xact_id"]}))
    for path in (f"/dataset/{dataset}", f"/experiment/{experiment}"):
        good(v1.post(f"{path}/insert", {"events": [{"id": "row"}]}))
    return {
        "project": project, "dataset": dataset, "experiment": experiment, "prompt": prompt["id"],
        "version": prompt["_xact_id"],
    }  # fmt: skip


def in_full(api):
    """The same caller, of paths in full."""
    return type(api)(api.functions, api.headers, "")


def sent(api, route, names):
    """What the route answers to whoever names these things."""
    path, body = json.loads(fill(json.dumps(TO_OURS[route]), names))
    return in_full(api).send(route.split()[0], path, None if body is None else json.dumps(body))


def fill(text, names):
    for name, value in names.items():
        text = text.replace(f"{{{name}}}", value)
    return text


def kept(cloud, organisation):
    """Everything that is kept of an organisation."""
    table = cloud.stores.table
    items = table.client.scan(TableName=table.name)["Items"]
    return sorted(str(item) for item in items if item["pk"]["S"].startswith(f"{organisation}#"))


def test_every_route_is_tried():
    assert set(TO_OURS) | NAMELESS == {f"{route.method} {route.path}" for route in openapi.DESCRIBED}


@pytest.mark.parametrize("route", TO_OURS)
def test_what_is_ours_does_not_exist_for_a_stranger(cloud, v1, organisation, elsewhere, ours, route):
    stranger, before = v1_api(cloud, elsewhere), kept(cloud, organisation)
    theirs = sent(stranger, route, ours)
    nothing = sent(stranger, route, {**dict.fromkeys(ours, NOBODYS), "version": ours["version"]})
    assert (theirs.status, nothing.status) == (400, 400), theirs.body
    named = [value for value in ours.values() if value in theirs.body]
    assert theirs.body.replace(named[0], NOBODYS) == nothing.body
    assert kept(cloud, organisation) == before
    assert sent(v1, route, ours).status == 200


@pytest.mark.parametrize("route", [one for one in TO_OURS if not one.startswith("GET")])
def test_a_key_that_may_only_read_changes_nothing(cloud, organisation, ours, route):
    answer = sent(v1_api(cloud, organisation, "read"), route, ours)
    assert answer.status == (200 if route.endswith("/fetch") else 403)


def test_lists_hold_nothing_of_another_organisation(cloud, elsewhere, ours):
    stranger = v1_api(cloud, elsewhere)
    for noun in ("project", "dataset", "experiment", "function", "prompt"):
        assert ids(stranger.get(f"/{noun}")) == []
        assert ids(stranger.get(f"/{noun}?project_id={ours['project']}&project_name=p")) == []


def test_a_cursor_of_ours_leads_a_stranger_nowhere(cloud, v1, elsewhere, ours):
    cursor = good(v1.get(f"/dataset/{ours['dataset']}/fetch?limit=1"))["cursor"]
    stranger = v1_api(cloud, elsewhere)
    project = good(stranger.post("/project", {"name": "p"}))["id"]
    dataset = good(stranger.post("/dataset", {"project_id": project, "name": "d"}))["id"]
    assert good(stranger.post(f"/dataset/{dataset}/fetch", {"cursor": cursor})) == {"events": []}
