"""Lists of logs by way of the API: filters, sorting, searches; and sessions (contracts/humanloop-v4.md §3.7)."""

from urllib.parse import quote

import pytest

from assay.dialects.humanloop.queries import cursor as cursor_of
from tests.integration.test_humanloop_logs import CONFIG, LOG, post
from tests.integration.world import made, paged, shaped


@pytest.fixture
def project(api):
    return made(api.post("/projects", {"name": "sums"}))["id"]


@pytest.fixture
def listed(api, project):
    """The ids of the logs that a query lists."""

    def ids(query=""):
        return [log["id"] for log in made(api.get(f"/logs?project_id={project}&{query}"), 200)["records"]]

    return ids


def test_logs_are_filtered_and_sorted_by_what_their_list_says_of_them(api, listed):
    other = {**CONFIG, "type": "model", "model": "a"}
    good, bad = ({"type": "rating", "value": value} for value in ("good", "bad"))
    first, second, third = post(
        api,
        {**LOG, "source": "AI", "feedback": bad, "created_at": "2024-03-01"},
        {**LOG, "source": "user 1", "config": other, "feedback": [bad, good]},
        {**LOG, "config": other},
    )
    assert listed("source_filter=AI&source_filter=user%201") == [second, first]
    assert listed("model_filter=a") == [third, second]
    assert listed("feedback-rating_filter=good&source_filter=user%201") == [second]
    assert listed("feedback-rating_filter=bad") == [first]
    assert listed("feedback-issue_filter=bad") == listed("evaluator-evfn_1_filter=true") == []
    assert listed("sort=model.asc") == [third, second, first]
    assert listed("sort=model.desc&sort=timestamp.asc") == [first, third, second]
    assert listed("sort=timestamp.asc")[0] == first
    assert listed("sort=source.desc") == [second, first, third]
    assert listed("sort=feedback-rating.asc") == [third, first, second]
    assert listed("version_status=committed") == [third, second, first]
    assert listed("version_status=deleted") == listed("version_status=uncommitted") == []


def test_a_filter_of_long_texts_finds_the_very_text(api, listed):
    long = "x" * 500
    first, _ = post(api, {**LOG, "source": f"{long}1"}, {**LOG, "source": f"{long}2"})
    assert listed(f"source_filter={long}1") == [first]


def test_metadata_is_searched_by_names_and_values_without_case(api, listed):
    first, second = post(
        api, {**LOG, "metadata": {"Team": {"of": ["Größe", 7]}}}, {**LOG, "metadata": {"größe": None}, "output": "team"}
    )
    assert listed("metadata_search=GR%C3%96SSE") == [second, first]
    assert listed("metadata_search=team") == listed("metadata_search=7") == [first]
    assert listed("metadata_search=team&search=team") == []


@pytest.mark.parametrize(
    ("query", "place"),
    [
        ("sort=output.asc", "sort"),
        ("sort=model", "sort"),
        ("version_status=lost", "version_status"),
        ("start_date=0001-01-01T00:00:00%2B05:00", "start_date"),
        ("size=0", "size"),
        ("feedback-_filter=good", "feedback-_filter"),
        ("evaluator-_filter=1", "evaluator-_filter"),
        ("feedback_rating_filter=good", "feedback_rating_filter"),
        ("souce_filter=ann", "souce_filter"),
        ("evaluation_id=ev_1", "evaluation_id"),
        ("session_id=sesh_1", "session_id"),
        ("sorts=model.asc", "sorts"),
        ("cursor=what+ever", "cursor"),
        ("cursor=", "cursor"),
        ("cursor=2024-03-02T00:00:00.000000%20data_1", "cursor"),
    ],
)
def test_a_query_that_means_nothing_is_refused_at_its_place(api, project, query, place):
    answer = api.get(f"/logs?project_id={project}&{query}")
    assert (answer.status, answer.body["detail"][0]["loc"][:2]) == (422, ["query", place])


def test_a_look_goes_on_from_a_cursor(api, project, listed):
    days = ("2024-03-01", "2024-03-02", "2024-03-03")
    first, second, _ = post(api, *({**LOG, "created_at": day} for day in days))
    cursor = f"cursor={quote(cursor_of(project, f'2024-03-02T00:00:00.000000 {second}'))}"
    assert listed(cursor) == [second, first]
    assert listed(f"{cursor}&start_date=2024-03-02&end_date=2024-03-03") == [second]
    assert listed(f"{cursor}&start_date=2024-03-03") == []
    exported = made(api.send("POST", f"/projects/{project}/export?{cursor}"), 200)
    assert (exported["total"], exported["next"]) == (2, None)
    other = made(api.post("/projects", {"name": "other"}))["id"]
    for path, method in (("/logs?project_id={}&", "GET"), ("/sessions?project_id={}&", "GET"),
                         ("/projects/{}/export?", "POST")):  # fmt: skip
        made(api.send(method, f"{path.format(project)}{cursor}"), 200)
        refused = api.send(method, f"{path.format(other)}{cursor}")
        assert (refused.status, refused.body["detail"][0]["loc"]) == (422, ["query", "cursor"])


@pytest.mark.long
def test_what_one_look_does_not_reach_the_next_one_does(api, listed, project):
    """A search reads 32 MB: these are more."""
    for _ in range(12):
        post(api, {**LOG, "output": "x" * 2_900_000})
    path = f"/logs?project_id={project}&search=X&size=1000"
    first = paged("log", made(api.get(f"{path}&size=1"), 200))
    second = made(api.get(f"{path}&size=1&cursor={first['next'].replace(' ', '%20')}"), 200)
    assert (first["total"], second["total"], second["next"]) == (11, 1, None)
    assert second["records"][0]["id"] == listed("size=1&page=11")[0]


def test_a_session_says_what_its_logs_say(api, stranger, project):
    empty = made(api.post("/sessions", {}))["id"]
    found = shaped("session", made(api.get(f"/sessions/{empty}"), 200))
    assert (found["datapoints_count"], found["projects"]) == (0, [])
    talk = {**LOG, "session_reference_id": "a talk"}
    other = {**talk, "project": "products", "created_at": "2024-01-01", "inputs": {"b": "2"}}
    session = made(api.post("/logs", [talk, {**talk, "output": "last "}, other]), 200)[0]["session_id"]
    made(api.post("/logs", {**LOG, "session_id": empty}), 200)
    found = shaped("session", made(api.get(f"/sessions/{session}"), 200))
    assert (found["reference_id"], found["datapoints_count"]) == ("a talk", 3)
    assert (found["first_inputs"], found["last_output"]) == ({"b": "2"}, "last")
    assert {one["name"] for one in found["projects"]} == {"sums", "products"}
    first = paged("session", made(api.get(f"/sessions?project_id={project}&size=1"), 200))
    second = paged("session", made(api.get(f"/sessions?project_id={project}&size=1&page=2"), 200))
    assert [page["records"][0]["id"] for page in (first, second)] == [empty, session]
    assert (first["total"], first["page"], second["page"]) == (2, 1, 2)
    assert [stranger.get(f"/sessions/{one}").status for one in (empty, session)] == [404, 404]
    assert api.get("/sessions/sesh_nobody").status == 404
