"""API keys over HTTP: admins make, list, rotate and revoke them, as Braintrust's clients do."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.integration.braintrust import good, refused, v1_api
from tests.support.api_gateway import Api


@pytest.fixture
def admin(cloud, organisation):
    return v1_api(cloud, organisation, "admin")


def holder(cloud, made):
    """The caller who has the key that an answer shows."""
    return Api(cloud.functions, {"Authorization": f"Bearer {made['key']}"}, "/v1")


def test_a_key_that_an_admin_makes_opens_the_api_until_it_is_revoked(cloud, admin):
    made = good(admin.post("/api_key", {"name": "ci"}))
    assert (made["name"], made["scope"], made["project_id"]) == ("ci", "write", None)
    caller = holder(cloud, made)
    good(caller.get("/project"))
    assert good(admin.delete(f"/api_key/{made['id']}"))["revoked_at"]
    assert caller.get("/project").status == 401


def test_a_list_tells_of_every_key_but_its_secret(cloud, admin):
    made = good(admin.post("/api_key", {"name": "ci", "scope": "read"}))
    good(holder(cloud, made).get("/project"))
    (listed,) = good(admin.get("/api_key?api_key_name=ci"))["objects"]
    assert {**listed, "key": made["key"], "last_used_at": None} == {**made, "last_used_at": None}
    assert listed["last_used_at"] is not None
    assert listed == good(admin.get(f"/api_key/{made['id']}"))
    assert made["key"].rpartition("_")[2] not in str(good(admin.get("/api_key")))


def test_a_rotation_shows_another_secret_and_keeps_the_old_one_for_the_grace(cloud, admin):
    made = good(admin.post("/api_key", {"name": "ci"}))
    graced = good(admin.post(f"/api_key/{made['id']}/rotate", {"grace": 3600}))
    for each in (made, graced):
        good(holder(cloud, each).get("/project"))
    last = good(admin.post(f"/api_key/{made['id']}/rotate", {}))
    assert holder(cloud, graced).get("/project").status == 401
    good(holder(cloud, last).get("/project"))


def test_a_key_ends_when_it_is_said_to(cloud, admin):
    soon = datetime.now(UTC) + timedelta(hours=1)
    assert good(admin.post("/api_key", {"name": "an hour", "expires_at": soon.isoformat()}))["expires_at"]
    past = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
    assert "expired" in refused(admin.post("/api_key", {"name": "never", "expires_at": past}))


def test_a_confined_key_works_in_its_project_and_makes_none(cloud, admin, v1, project):
    made = good(admin.post("/api_key", {"name": "team", "project_id": project}))
    caller = holder(cloud, made)
    assert [each["id"] for each in good(caller.get("/project"))["objects"]] == [project]
    dataset = good(caller.post("/dataset", {"project_id": project, "name": "own"}))["id"]
    good(caller.post(f"/dataset/{dataset}/insert", {"events": [{"input": 1}]}))
    assert good(v1.get(f"/dataset/{dataset}"))["project_id"] == project
    assert caller.post("/project", {"name": "another"}).status == 403
    assert v1.get("/project?project_name=another").body == {"objects": []}


def test_a_confined_key_needs_a_project_that_is_there(admin):
    assert "does not exist" in refused(admin.post("/api_key", {"name": "lost", "project_id": "nowhere"}))


def test_a_confined_key_has_humanloop_datasets_and_evaluators_of_its_own(cloud, admin, v1, project):
    made = good(admin.post("/api_key", {"name": "team", "project_id": project}))
    caller = Api(cloud.functions, {"X-API-KEY": made["key"]})
    everybody = Api(v1.functions, v1.headers)
    judge = {"name": "J", "description": "", "type": "python", "return_type": "boolean",
             "arguments_type": "target_free", "code": "def j(log):\n    return True\n"}  # fmt: skip
    theirs = everybody.post("/evaluators", judge).body["id"]
    own = caller.post("/evaluators", {**judge, "name": "Own"}).body["id"]
    assert [each["id"] for each in caller.get("/evaluators").body] == [own]
    assert {each["id"] for each in everybody.get("/evaluators").body} == {own, theirs}
    dataset = caller.post(f"/projects/{project}/datasets", {"name": "d", "description": ""}).body["id"]
    assert [each["id"] for each in caller.get("/datasets").body] == [dataset]
    assert everybody.get(f"/datasets/{dataset}").status == 200
