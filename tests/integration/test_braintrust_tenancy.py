"""What belongs to one organisation does not exist for another: every route of the second dialect says so."""

import json

import pytest

from assay.dialects.braintrust import openapi
from tests.integration.braintrust import NOBODYS, good, ids, v1_api
from tests.integration.conftest import key

EVENTS, FEEDBACK, CODE = {"events": [{"id": "x"}]}, {"feedback": [{"id": "row"}]}, {"type": "prompt"}
PROMPT = {
    "prompt": {"type": "chat", "messages": [{"role": "user", "content": "{{input}}"}]},
    "options": {"model": "mock"},
}
EVAL = {
    "project_id": "{project}",
    "data": {"dataset_id": "{dataset}"},
    "task": {"function_id": "{prompt}"},
    "scores": [],
}
NAMED = {"name": "mine", "slug": "mine", "function_data": CODE, "project_id": "{project}"}
TO_OURS = {
    "GET /v1/project/{project_id}": ("/v1/project/{project}", None),
    "PATCH /v1/project/{project_id}": ("/v1/project/{project}", {}),
    "DELETE /v1/project/{project_id}": ("/v1/project/{project}", None),
    "GET /v1/project/{project_id}/link": ("/v1/project/{project}/link", None),
    "POST /v1/project/{project_id}/revoke_links": ("/v1/project/{project}/revoke_links", {}),
    "POST /v1/experiment/{experiment_id}/revoke_links": ("/v1/experiment/{experiment}/revoke_links", {}),
    "POST /v1/dataset": ("/v1/dataset", NAMED),
    "GET /v1/dataset/{dataset_id}": ("/v1/dataset/{dataset}", None),
    "PATCH /v1/dataset/{dataset_id}": ("/v1/dataset/{dataset}", {}),
    "DELETE /v1/dataset/{dataset_id}": ("/v1/dataset/{dataset}", None),
    "POST /v1/dataset/{dataset_id}/insert": ("/v1/dataset/{dataset}/insert", EVENTS),
    "GET /v1/dataset/{dataset_id}/fetch": ("/v1/dataset/{dataset}/fetch", None),
    "POST /v1/dataset/{dataset_id}/fetch": ("/v1/dataset/{dataset}/fetch", {}),
    "POST /v1/dataset/{dataset_id}/feedback": ("/v1/dataset/{dataset}/feedback", FEEDBACK),
    "POST /v1/dataset/{dataset_id}/upload": ("/v1/dataset/{dataset}/upload", {}),
    "POST /v1/dataset/{dataset_id}/import": ("/v1/dataset/{dataset}/import", {"upload_id": "{upload}"}),
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
    "POST /v1/eval": ("/v1/eval", EVAL),
    "GET /v1/experiment/{experiment_id}/wait": ("/v1/experiment/{experiment}/wait", None),
    "POST /v1/function/{function_id}/invoke": ("/v1/function/{prompt}/invoke", {"input": "x"}),
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
    "GET /v1/api_key/{key_id}": ("/v1/api_key/{key}", None),
    "POST /v1/api_key/{key_id}/rotate": ("/v1/api_key/{key}/rotate", {}),
    "DELETE /v1/api_key/{key_id}": ("/v1/api_key/{key}", None),
}  # fmt: skip
"""Every route that names something, and how it names what is ours."""
MANAGING = {
    "GET /v1/api_key/{key_id}",
    "POST /v1/api_key/{key_id}/rotate",
    "DELETE /v1/api_key/{key_id}",
}
"""Those of them that are for admins of all the organisation alone."""
OWNERS = {"POST /v1/eval": 202, "GET /v1/experiment/{experiment_id}/wait": 400}
"""What their owner gets, where it is not 200: a launch goes on, and an experiment without a run is not waited for."""
NAMELESS = {
    "POST /v1/api_key",
    "GET /v1/api_key",
    "POST /v1/project",
    "GET /v1/project",
    "GET /v1/dataset",
    "GET /v1/experiment",
    "GET /v1/function",
    "GET /v1/prompt",
}


@pytest.fixture
def organisation(standing):
    return standing.again()


@pytest.fixture
def ours(organisation, standing):
    return standing.things


def everything(cloud, organisation):
    """The ids of one of each."""
    v1 = v1_api(cloud, organisation)
    project = good(v1.post("/project", {"name": "p"}))["id"]
    dataset = good(v1.post("/dataset", {"project_id": project, "name": "d"}))["id"]
    experiment = good(v1.post("/experiment", {"project_id": project, "name": "e"}))["id"]
    prompt = good(v1.post("/prompt", {"project_id": project, "name": "p", "slug": "p", "prompt_data": PROMPT}))
    root = type(v1)(v1.functions, v1.headers, "")
    good(root.put(f"/environment-object/prompt/{prompt['id']}/live", {"object_version": prompt["_xact_id"]}))
    for path in (f"/dataset/{dataset}", f"/experiment/{experiment}"):
        good(v1.post(f"{path}/insert", {"events": [{"id": "row"}]}))
    upload = good(v1.post(f"/dataset/{dataset}/upload", {}))
    cloud.stores.bucket.put(upload["fields"]["key"], b'{"id": "row"}')
    return {
        "upload": upload["upload_id"], "project": project, "dataset": dataset, "experiment": experiment, "prompt": prompt["id"],
        "version": prompt["_xact_id"], "key": key(organisation).split("_")[1],
    }  # fmt: skip


def in_full(api):
    """The same caller, of paths in full."""
    return type(api)(api.functions, api.headers, "")


def sent(api, route, names):
    """What the route answers to whoever names these things."""
    path, body = json.loads(fill(json.dumps(TO_OURS[route]), names))
    return in_full(api.asking(Prefer="respond-async")).send(
        route.split()[0], path, None if body is None else json.dumps(body)
    )


def fill(text, names):
    for name, value in names.items():
        text = text.replace(f"{{{name}}}", value)
    return text


def kept(cloud, organisation):
    """Everything that is kept of an organisation, but for when its keys were used."""
    table = cloud.stores.table
    items = table.client.scan(TableName=table.name)["Items"]
    ours = [item for item in items if item["pk"]["S"].startswith(f"{organisation}#")]
    return sorted(str(item) for item in ours if item["sk"]["S"] != "used")


def test_every_route_is_tried():
    assert set(TO_OURS) | NAMELESS == {f"{route.method} {route.path}" for route in openapi.DESCRIBED}


@pytest.fixture
def outsiders(v1, cloud, organisation, elsewhere):
    """Whoever must not see what is ours: another organisation, and the holder of a key confined to another project."""
    project = good(v1.post("/project", {"name": "another"}))["id"]
    return v1_api(cloud, elsewhere), v1_api(cloud, organisation, project_id=project)


@pytest.mark.parametrize("route", sorted(set(TO_OURS) - MANAGING))
def test_what_is_ours_does_not_exist_for_an_outsider(cloud, v1, organisation, outsiders, ours, route):
    before = kept(cloud, organisation)
    for outsider in outsiders:
        theirs = sent(outsider, route, ours)
        nothing = sent(outsider, route, {**dict.fromkeys(ours, NOBODYS), "version": ours["version"]})
        assert (theirs.status, nothing.status) == (400, 400), theirs.body
        named = [value for value in ours.values() if value in theirs.body]
        assert theirs.body.replace(named[0], NOBODYS) == nothing.body
        assert kept(cloud, organisation) == before
        assert "does not exist" in theirs.body
    assert sent(v1, route, ours).status == OWNERS.get(route, 200)


@pytest.mark.parametrize("route", sorted(MANAGING))
def test_a_key_is_managed_by_admins_of_its_own_organisation_alone(cloud, v1, organisation, elsewhere, ours, route):
    confined = {"project_id": ours["project"]}
    for caller in (v1, v1_api(cloud, organisation, "admin", **confined), v1_api(cloud, organisation, "read")):
        assert sent(caller, route, ours).status == 403
    assert sent(v1_api(cloud, elsewhere, "admin"), route, ours).status == 400
    assert sent(v1_api(cloud, organisation, "admin"), route, ours).status == 200


@pytest.mark.parametrize("route", [one for one in TO_OURS if not one.startswith("GET")])
def test_a_key_that_may_only_read_changes_nothing(cloud, organisation, ours, route):
    answer = sent(v1_api(cloud, organisation, "read"), route, ours)
    assert answer.status == (200 if route.endswith("/fetch") else 403)


@pytest.mark.parametrize(
    "pointing",
    [{"project_id": "{project}"}, {"data": {"dataset_id": "{dataset}"}}, {"task": {"function_id": "{prompt}"}},
     {"scores": [{"function_id": "{prompt}"}]}, {"base_experiment_id": "{experiment}"}],
)  # fmt: skip
def test_a_strangers_eval_can_point_at_nothing_of_ours(cloud, elsewhere, ours, pointing):
    stranger = v1_api(cloud, elsewhere)
    own = {"project_id": good(stranger.post("/project", {"name": "p"}))["id"], "data": {"data": []}, "scores": []}
    own["task"] = {"inline_prompt": PROMPT}
    good(stranger.asking(Prefer="estimate").post("/eval", own))
    before = kept(cloud, elsewhere)
    answer = stranger.post("/eval", {**own, **json.loads(fill(json.dumps(pointing), ours))})
    assert answer.status == 400
    assert any(identifier in answer.body for identifier in ours.values())
    assert kept(cloud, elsewhere) == before


def test_lists_hold_nothing_of_an_outsiders(outsiders, ours):
    for outsider in outsiders:
        (own,) = ids(outsider.get("/project")) or [None]
        assert own != ours["project"]
        for noun in ("project", "dataset", "experiment", "function", "prompt"):
            assert ids(outsider.get(f"/{noun}")) in ([], [own])
            assert ids(outsider.get(f"/{noun}?project_id={ours['project']}&project_name=p")) == []


def test_a_cursor_of_ours_leads_a_stranger_nowhere(cloud, v1, elsewhere, ours):
    cursor = good(v1.get(f"/dataset/{ours['dataset']}/fetch?limit=1"))["cursor"]
    stranger = v1_api(cloud, elsewhere)
    project = good(stranger.post("/project", {"name": "p"}))["id"]
    dataset = good(stranger.post("/dataset", {"project_id": project, "name": "d"}))["id"]
    assert good(stranger.post(f"/dataset/{dataset}/fetch", {"cursor": cursor})) == {"events": []}
