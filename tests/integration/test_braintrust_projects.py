"""Projects as Braintrust's clients know them (contracts/braintrust.md §7.1, §7.2; checklist rows 5, 8, 9, 10, 57)."""

import re
from uuid import UUID

import pytest

from tests.integration.conftest import key
from tests.support.api_gateway import Api

FIELDS = {"id", "org_id", "name", "description", "created", "deleted_at", "user_id", "settings"}
NOBODYS = "0190d3c0-0000-7000-8000-000000000000"


@pytest.fixture
def five(v1):
    """The ids of five projects, the newest first."""
    return [v1.post("/project", {"name": f"p{n}"}).body["id"] for n in range(5)][::-1]


def ids(answer):
    assert answer.status == 200, answer.body
    return [each["id"] for each in answer.body["objects"]]


def test_a_project_made_twice_is_the_same_unchanged_and_a_header_says_so(v1):
    first = v1.post("/project", {"name": "p", "description": "one"})
    again = v1.post("/project", {"name": "p", "description": "two"})
    assert (first.status, again.status) == (200, 200)
    assert first.body == again.body
    assert first.body["description"] == "one"
    assert "x-bt-found-existing" not in first.headers
    assert again.headers["x-bt-found-existing"] == "true"


def test_a_project_has_every_field_a_uuid_and_a_date_of_milliseconds(v1):
    project = v1.post("/project", {"name": "p"}).body
    assert set(project) == FIELDS
    assert UUID(project["id"]).version == 7
    assert UUID(project["org_id"])
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", project["created"])
    assert project["settings"] is None
    assert v1.get(f"/project/{project['id']}").body == project


def test_a_project_is_changed_where_something_is_given_and_its_settings_as_a_whole(v1):
    project = v1.post("/project", {"name": "p", "description": "d"}).body
    path = f"/project/{project['id']}"
    settings = {"comparison_key": "input.q", "spanFieldOrder": []}
    assert v1.patch(path, {"settings": settings}).body == {**project, "settings": settings}
    assert v1.patch(path, {"settings": {"comparison_key": "x"}}).body["settings"] == {"comparison_key": "x"}
    assert v1.patch(path, {"name": "q", "description": None}).body["description"] == "d"
    assert v1.get(path).body["name"] == "q"


@pytest.mark.parametrize("wrong", ["1 + 1", "", 5, ["input"]])
def test_a_comparison_key_by_which_nothing_could_be_compared_is_refused(v1, project, wrong):
    assert v1.patch(f"/project/{project}", {"settings": {"comparison_key": wrong}}).status == 400
    assert v1.get(f"/project/{project}").body["settings"] is None


def test_a_deleted_project_is_shown_a_last_time_and_its_name_is_free(v1):
    project = v1.post("/project", {"name": "p"}).body
    gone = v1.delete(f"/project/{project['id']}")
    assert gone.body["deleted_at"] is not None
    assert {**gone.body, "deleted_at": None} == project
    assert v1.get(f"/project/{project['id']}").status == 400
    assert ids(v1.get("/project")) == []
    assert v1.post("/project", {"name": "p"}).body["id"] != project["id"]


def test_lists_are_the_newest_first_and_walked_by_ids_to_an_empty_page(v1, five):
    assert ids(v1.get("/project")) == five
    pages, last = [], ""
    while page := ids(v1.get(f"/project?limit=2{last}")):
        pages.append(page)
        last = f"&starting_after={page[-1]}"
    assert pages == [five[:2], five[2:4], five[4:]]
    assert ids(v1.get(f"/project?ending_before={five[3]}&limit=2")) == five[1:3]
    assert ids(v1.get(f"/project?ending_before={five[0]}")) == []


def test_a_list_is_filtered_by_name_by_ids_and_by_organisation(v1, five, organisation):
    assert ids(v1.get("/project?project_name=p3")) == [five[1]]
    assert v1.get("/project?project_name=nobody").body == {"objects": []}
    assert ids(v1.get(f"/project?ids={five[0]}&ids={five[2]}")) == [five[0], five[2]]
    assert ids(v1.get(f"/project?ids={five[0]},{five[2]}")) == [five[0], five[2]]
    assert ids(v1.get(f"/project?org_name={organisation}")) == five
    assert ids(v1.get("/project?org_name=other")) == []
    assert ids(v1.get("/project?limit=0")) == []


def test_both_cursors_at_once_and_a_cursor_to_nothing_are_refused(v1, five):
    for query in (f"starting_after={five[0]}&ending_before={five[1]}", f"starting_after={NOBODYS}", "limit=-1"):
        assert v1.get(f"/project?{query}").status == 400


def test_the_other_dialect_knows_the_same_projects(v1, api):
    ours = v1.post("/project", {"name": "p"}).body["id"]
    theirs = api.post("/projects", {"name": "q"}).body["id"]
    assert ids(v1.get("/project")) == [theirs, ours]
    assert [one["id"] for one in api.get("/projects").body["records"]] == [theirs, ours]


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", f"/project/{NOBODYS}", None, 400),
        ("PATCH", f"/project/{NOBODYS}", "{}", 400),
        ("DELETE", f"/project/{NOBODYS}", None, 400),
        ("POST", "/project", "{}", 400),
        ("POST", "/project", "{", 400),
        ("POST", "/project", '{"name": 1}', 400),
        ("POST", "/project", '{"name": "p", "org_name": "other"}', 400),
        ("GET", "/nothing", None, 404),
        ("PUT", "/project", "{}", 405),
    ],
)
def test_a_refusal_is_a_sentence_with_the_id_of_the_request(v1, method, path, body, status):
    answer = v1.send(method, path, body)
    assert answer.status == status
    assert answer.headers["Content-Type"] == "text/plain"
    assert answer.body.endswith(" [request_id=a-request]")
    assert "Traceback" not in answer.body


def test_a_key_that_may_only_read_writes_nothing(cloud, organisation, v1):
    reader = Api(cloud.functions, {"Authorization": f"Bearer {key(organisation, 'read')}"}, "/v1")
    project = v1.post("/project", {"name": "p"}).body
    assert reader.get(f"/project/{project['id']}").body == project
    refused = [
        reader.post("/project", {"name": "q"}),
        reader.patch(f"/project/{project['id']}", {"name": "q"}),
        reader.delete(f"/project/{project['id']}"),
    ]
    assert [answer.status for answer in refused] == [403, 403, 403]
    assert ids(v1.get("/project")) == [project["id"]]
