"""Datasets and their rows (contracts/braintrust.md §7.3, §7.4; checklist rows 6, 11 to 15)."""

import re
from uuid import UUID

import pytest

from assay.domain.transaction_id import pretty
from tests.integration.braintrust import NOBODYS, fetched, good, ids, inserted, pages, refused, rows, v1_api

FIELDS = {
    "id", "project_id", "name", "description", "created", "deleted_at", "user_id", "tags", "metadata", "url_slug",
}  # fmt: skip
ROW_FIELDS = {
    "_pagination_key", "_xact_id", "audit_data", "classifications", "comments", "created", "dataset_id", "expected",
    "facets", "id", "input", "is_root", "metadata", "origin", "project_id", "root_span_id", "span_id", "tags",
}  # fmt: skip


@pytest.fixture
def path(dataset):
    return f"/dataset/{dataset}"


def test_a_dataset_made_twice_is_the_same_unchanged(v1, project):
    wish = {"project_id": project, "name": "My Set", "description": "one", "tags": ["t"], "metadata": {"a": 1}}
    first = v1.post("/dataset", wish)
    again = v1.post("/dataset", {**wish, "description": "two"})
    assert good(first) == good(again)
    assert set(first.body) == FIELDS
    assert first.body["url_slug"] == "my-set"
    assert (first.headers.get("x-bt-found-existing"), again.headers["x-bt-found-existing"]) == (None, "true")
    assert good(v1.get(f"/dataset/{first.body['id']}")) == first.body


def test_datasets_are_listed_by_project_and_by_name(v1, project, dataset):
    other = good(v1.post("/project", {"name": "q"}))["id"]
    theirs = good(v1.post("/dataset", {"project_id": other, "name": "d"}))["id"]
    assert ids(v1.get("/dataset")) == [theirs, dataset]
    assert ids(v1.get(f"/dataset?project_id={project}")) == [dataset]
    assert ids(v1.get("/dataset?project_name=q")) == [theirs]
    assert ids(v1.get(f"/dataset?project_name=q&project_id={project}")) == []
    assert ids(v1.get("/dataset?dataset_name=d&limit=1")) == [theirs]
    for nothing in ("project_name=x", "dataset_name=x", f"project_id={NOBODYS}", "org_name=x"):
        assert ids(v1.get(f"/dataset?{nothing}")) == []


def test_a_patch_merges_objects_and_a_deleted_datasets_name_is_free(v1, project, dataset, path):
    good(v1.patch(path, {"metadata": {"a": {"b": 1}}, "tags": ["x"]}))
    changed = good(v1.patch(path, {"metadata": {"a": {"c": 2}}, "name": "e", "description": None}))
    assert (changed["metadata"], changed["name"], changed["tags"]) == ({"a": {"b": 1, "c": 2}}, "e", ["x"])
    other = good(v1.post("/dataset", {"project_id": project, "name": "f"}))["id"]
    refused(v1.patch(f"/dataset/{other}", {"name": "e"}))
    assert good(v1.delete(path))["deleted_at"]
    refused(v1.get(path))
    refused(v1.post(f"{path}/fetch", {}))
    assert good(v1.post("/dataset", {"project_id": project, "name": "e"}))["id"] != dataset


def test_an_insert_tells_the_ids_in_order_and_is_one_transaction(v1, path):
    made = inserted(v1, path, {"input": 1}, {"id": "mine", "input": 2}, {"input": {"q": "?"}, "expected": [3]})
    assert made[1] == "mine"
    assert UUID(made[0])
    assert UUID(made[2])
    found = rows(v1, path)
    assert [found[one]["input"] for one in made] == [1, 2, {"q": "?"}]
    assert len({row["_xact_id"] for row in found.values()}) == 1
    assert re.fullmatch(r"\d{19}", found["mine"]["_xact_id"])


def test_a_row_has_every_field_and_stands_for_a_trace_of_its_own(v1, project, dataset, path):
    (made,) = inserted(v1, path, {"input": 1, "metadata": {"k": "v"}, "tags": ["t"]})
    row = rows(v1, path)[made]
    assert set(row) == ROW_FIELDS
    assert (row["project_id"], row["dataset_id"], row["is_root"]) == (project, dataset, True)
    assert row["span_id"] == row["root_span_id"] == made
    assert (row["expected"], row["metadata"], row["tags"]) == (None, {"k": "v"}, ["t"])
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", row["created"])
    assert re.fullmatch(r"p\d{20}", row["_pagination_key"])
    assert row["audit_data"] == [
        {"_xact_id": row["_xact_id"], "audit_data": {"action": "upsert"}, "metadata": {}, "source": "api"}
    ]


@pytest.mark.parametrize("by", ["GET", "POST"])
def test_pages_are_the_latest_first_and_the_last_one_with_rows_has_a_cursor_still(v1, path, by):
    made = [inserted(v1, path, {"input": n})[0] for n in range(3)] + inserted(v1, path, {"input": 3}, {"input": 4})
    found = pages(v1, path, 2, by)
    assert [[row["id"] for row in page] for page in found] == [[made[4], made[3]], [made[2], made[1]], [made[0]]]
    keys = [row["_pagination_key"] for page in found for row in page]
    assert keys == sorted(keys, reverse=True)
    assert fetched(v1, path, by, limit=0) == {"events": []}


def test_a_walk_shows_the_version_with_which_it_began(v1, path):
    made = inserted(v1, path, *({"input": n} for n in range(4)))
    first = fetched(v1, path, limit=2)
    inserted(v1, path, {"id": made[0], "input": "new"}, {"input": "more"}, {"id": made[1], "_object_delete": True})
    rest = fetched(v1, path, limit=9, cursor=first["cursor"])
    assert [row["input"] for row in first["events"] + rest["events"]] == [3, 2, 1, 0]


def test_an_old_version_is_shown_by_either_form_of_its_id(v1, path):
    (made,) = inserted(v1, path, {"input": "old"})
    old = rows(v1, path)[made]["_xact_id"]
    inserted(v1, path, {"id": made, "input": "new"})
    inserted(v1, path, {"id": made, "_object_delete": True})
    new = str(int(old) + 1)
    assert rows(v1, path) == {}
    for version in (old, pretty(int(old))):
        assert rows(v1, path, version=version)[made]["input"] == "old"
        assert rows(v1, path, by="GET", version=version)[made]["input"] == "old"
    assert new > old
    assert rows(v1, path, version=str(int(old) - 1)) == {}
    assert [len(page) for page in pages(v1, path, 1, version=old)] == [1]


def test_the_four_ways_to_change_a_row(v1, path):
    before = {"id": "r", "input": {"a": {"b": 1}, "c": 2}, "tags": ["x", "y"], "expected": {"e": {"f": 1}}}
    inserted(v1, path, before)
    inserted(v1, path, {"id": "r", "_is_merge": True, "input": {"a": {"d": 3}}})
    assert rows(v1, path)["r"]["input"] == {"a": {"b": 1, "d": 3}, "c": 2}
    paths = [["input", "a"], ["expected"]]
    inserted(v1, path, {"id": "r", "_is_merge": True, "_merge_paths": paths, "input": {"a": {"z": 0}}, "expected": {}})
    assert (rows(v1, path)["r"]["input"], rows(v1, path)["r"]["expected"]) == ({"a": {"z": 0}, "c": 2}, {})
    inserted(v1, path, {"id": "r", "_array_delete": [{"path": ["tags"], "delete": ["x"]}]})
    row = rows(v1, path)["r"]
    assert (row["tags"], row["input"]) == (["y"], {"a": {"z": 0}, "c": 2})
    assert [one["audit_data"]["action"] for one in row["audit_data"]] == ["upsert", "merge", "merge", "merge"]
    inserted(v1, path, {"id": "r", "input": "other"})
    assert (rows(v1, path)["r"]["input"], rows(v1, path)["r"]["tags"]) == ("other", None)
    inserted(v1, path, {"id": "r", "_object_delete": True})
    assert rows(v1, path) == {}


def test_a_merge_into_nothing_is_a_row_and_one_request_may_write_a_row_twice(v1, path):
    inserted(
        v1, path, {"id": "n", "_is_merge": True, "input": {"a": 1}}, {"id": "n", "_is_merge": True, "input": {"b": 2}}
    )
    assert rows(v1, path)["n"]["input"] == {"a": 1, "b": 2}
    assert len(fetched(v1, path)["events"]) == 1


def test_a_summary_counts_live_rows_where_it_is_asked_to(v1, path):
    made = inserted(v1, path, *({"input": n} for n in range(4)))
    inserted(v1, path, {"id": made[0], "_object_delete": True}, {"id": made[1], "input": 9})
    summary = good(v1.get(f"{path}/summarize?summarize_data=true"))
    assert (summary["project_name"], summary["dataset_name"]) == ("p", "d")
    assert summary["data_summary"] == {"total_records": 3}
    assert summary["dataset_url"].endswith(f"/prod/v1{path}")
    assert "data_summary" not in good(v1.get(f"{path}/summarize"))


def test_feedback_is_merged_into_its_row_and_kept_in_its_audit(v1, path):
    inserted(v1, path, {"id": "r", "input": 1, "tags": ["a"]})
    feedback = {"id": "r", "comment": "good", "tags": ["b"], "metadata": {"user_id": "u"}, "source": "app"}
    assert good(v1.post(f"{path}/feedback", {"feedback": [feedback]})) == {"status": "success"}
    row = rows(v1, path)["r"]
    assert (row["input"], row["tags"], row["comments"]) == (1, ["b"], [{"text": "good"}])
    assert (row["audit_data"][-1]["source"], row["audit_data"][-1]["metadata"]) == ("app", {"user_id": "u"})
    assert "'none'" in refused(v1.post(f"{path}/feedback", {"feedback": [{"id": "none", "tags": ["b"]}]}))


def test_a_page_is_never_more_than_an_answer_can_carry(v1, path):
    for n in range(5):
        inserted(v1, path, {"id": f"r{n}", "input": '"' * 900_000})
    found = pages(v1, path, 1000)
    assert [row["id"] for page in found for row in page] == ["r4", "r3", "r2", "r1", "r0"]
    assert [len(page) for page in found] == [1, 1, 1, 1, 1]


def test_rows_of_no_more_than_a_few_bytes_are_read_a_thousand_at_once(v1, path):
    made = inserted(v1, path, *({"input": n} for n in range(1500)))
    assert [len(page) for page in pages(v1, path, None)] == [1000, 500]
    assert [row["id"] for page in pages(v1, path, 700) for row in page] == made[::-1]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"events": [{"tags": "x"}]},
        {"events": [{"_object_delete": True}]},
        {"events": [{"id": ""}]},
        {"events": [{"metadata": []}]},
        {"events": [{"_array_delete": [{"path": ["tags"]}]}]},
        {"events": [{"created": "yesterday"}]},
        {"events": [{}] * 10_001},
    ],
)
def test_events_that_make_no_sense_are_refused_and_none_of_them_is_kept(v1, path, body):
    given = body.get("events", [])
    refused(v1.post(f"{path}/insert", {**body, "events": [{"id": "good"}, *given]} if given else body))
    assert rows(v1, path) == {}


@pytest.mark.parametrize(
    "asked",
    [
        {"cursor": "x"},
        {"cursor": "AAAA"},
        {"version": "x"},
        {"limit": -1},
        {"max_xact_id": "1"},
        {"max_root_span_id": "r"},
    ],
)
def test_a_page_of_nowhere_is_refused(v1, path, asked):
    assert "[request_id=" in refused(v1.post(f"{path}/fetch", asked))


def test_nothing_of_a_dataset_that_is_not_there(v1, project, api):
    theirs = api.post("/datasets", {"name": "h", "description": ""}).body
    foreign = api.post(f"/projects/{project}/datasets", {"name": "h", "description": ""}).body["id"]
    assert theirs
    for one in (NOBODYS, foreign):
        path = f"/dataset/{one}"
        for answer in (
            v1.get(path), v1.patch(path, {}), v1.delete(path), v1.post(f"{path}/insert", {"events": [{}]}),
            v1.get(f"{path}/fetch"), v1.post(f"{path}/fetch", {}), v1.post(f"{path}/feedback", {"feedback": []}),
            v1.get(f"{path}/summarize"),
        ):  # fmt: skip
            assert f"'{one}'" in refused(answer)
    refused(v1.post("/dataset", {"project_id": NOBODYS, "name": "d"}))


def test_the_other_dialect_does_not_know_a_dataset_of_a_project(v1, api, dataset):
    assert api.get(f"/datasets/{dataset}").status == 404
    assert api.post(f"/datasets/{dataset}/datapoints", [{"inputs": {}}]).status == 404
    assert api.get("/datasets").body == []


def test_a_key_that_may_only_read_fetches_by_post_too(cloud, organisation, v1, path):
    reader = v1_api(cloud, organisation, "read")
    inserted(v1, path, {"id": "r"})
    assert list(rows(reader, path)) == ["r"]
    refused(reader.post(f"{path}/insert", {"events": [{}]}), 403)
    refused(reader.post(f"{path}/feedback", {"feedback": [{"id": "r"}]}), 403)
