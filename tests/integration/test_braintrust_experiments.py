"""Experiments and their rows (contracts/braintrust.md §7.5; checklist rows 6, 7)."""

import re

import pytest

from tests.integration.braintrust import NOBODYS, fetched, good, ids, inserted, pages, refused, rows

FIELDS = {
    "id", "project_id", "name", "description", "created", "repo_info", "commit", "base_exp_id", "deleted_at",
    "dataset_id", "dataset_version", "internal_metadata", "parameters_id", "parameters_version", "public", "user_id",
    "metadata", "tags",
}  # fmt: skip
ROW_FIELDS = {
    "_pagination_key", "_xact_id", "audit_data", "classifications", "comments", "created", "expected", "facets", "id",
    "input", "is_root", "metadata", "origin", "project_id", "root_span_id", "span_id", "tags", "experiment_id",
    "output", "error", "scores", "metrics", "context", "span_attributes", "span_parents",
}  # fmt: skip


@pytest.fixture
def path(experiment):
    return f"/experiment/{experiment}"


def test_an_experiment_made_twice_is_the_same_unchanged(v1, project):
    wish = {
        "project_id": project, "name": "e", "description": "d", "repo_info": {"commit": "c0ffee", "branch": "b"},
        "base_exp_id": NOBODYS, "dataset_id": NOBODYS, "dataset_version": "1", "metadata": {"a": 1}, "tags": ["t"],
        "public": True, "ancestor_commits": [],
    }  # fmt: skip
    first, again = v1.post("/experiment", wish), v1.post("/experiment", {**wish, "ensure_new": False, "public": False})
    assert good(first) == good(again)
    assert set(first.body) == FIELDS
    kept = {name: value for name, value in wish.items() if name != "ancestor_commits"}
    assert kept.items() <= first.body.items()
    assert first.body["commit"] == "c0ffee"
    assert (first.headers.get("x-bt-found-existing"), again.headers["x-bt-found-existing"]) == (None, "true")


def test_a_new_one_in_any_case_has_a_suffix(v1, project):
    wish = {"project_id": project, "name": "e", "ensure_new": True}
    first, second, third = (good(v1.post("/experiment", wish)) for _ in range(3))
    assert first["name"] == "e"
    assert re.fullmatch(r"e-[0-9a-f]{8}", second["name"])
    assert len({first["id"], second["id"], third["id"]}) == 3
    assert ids(v1.get("/experiment")) == [third["id"], second["id"], first["id"]]


def test_one_without_a_name_is_named_by_branch_and_time(v1, project):
    made = [good(v1.post("/experiment", {"project_id": project, "repo_info": {"branch": "main"}})) for _ in range(2)]
    assert re.fullmatch(r"main-\d{10}", made[0]["name"])
    assert made[0]["name"] != made[1]["name"]
    assert re.fullmatch(r"experiment-\d{10}", good(v1.post("/experiment", {"project_id": project}))["name"])


def test_experiments_are_listed_changed_and_deleted(v1, project, experiment, path):
    assert ids(v1.get("/experiment?experiment_name=e&project_name=p")) == [experiment]
    assert ids(v1.get(f"/experiment?project_id={project}&limit=1")) == [experiment]
    assert ids(v1.get("/experiment?experiment_name=x")) == []
    wish = {"metadata": {"b": {"c": 2}}, "public": True, "tags": ["x"], "base_exp_id": NOBODYS}
    good(v1.patch(path, {"metadata": {"b": {"a": 1}}}))
    changed = good(v1.patch(path, wish))
    assert changed["metadata"] == {"b": {"a": 1, "c": 2}}
    assert (changed["public"], changed["tags"], changed["base_exp_id"], changed["name"]) == (True, ["x"], NOBODYS, "e")
    assert good(v1.get(path)) == changed
    assert good(v1.delete(path))["deleted_at"]
    refused(v1.get(path))
    assert ids(v1.get("/experiment")) == []
    assert good(v1.post("/experiment", {"project_id": project, "name": "e"}))["id"] != experiment


def test_a_logged_row_has_every_field(v1, project, experiment, path):
    event = {
        "id": "r", "input": "q", "output": {"a": 1}, "expected": None, "error": None, "scores": {"exact": 0.5, "none": None},
        "metrics": {"start": 1.5, "end": 2.5}, "context": {"caller_filename": "x"}, "span_attributes": {"type": "eval"},
        "span_id": "s", "root_span_id": "t", "span_parents": None, "tags": [], "metadata": {"k": 1},
    }  # fmt: skip
    inserted(v1, path, event)
    row = rows(v1, path)["r"]
    assert set(row) == ROW_FIELDS
    assert event.items() <= row.items()
    assert (row["experiment_id"], row["project_id"], row["is_root"]) == (experiment, project, True)


def test_a_limit_counts_traces(v1, path):
    for trace in ("one", "two", "three"):
        spans = [{"id": f"{trace} {n}", "span_id": f"{trace} {n}", "root_span_id": trace} for n in range(3)]
        inserted(v1, path, *spans)
    assert [[row["id"] for row in page] for page in pages(v1, path, 2)] == [
        ["three 2", "three 1", "three 0", "two 2", "two 1", "two 0"],
        ["one 2", "one 1", "one 0"],
    ]


def test_a_child_of_a_row_belongs_to_its_trace(v1, path):
    (root,) = inserted(v1, path, {"input": 1})
    (child,) = inserted(v1, path, {"_parent_id": root, "output": 2})
    found = rows(v1, path)
    assert (found[child]["root_span_id"], found[child]["span_parents"], found[child]["is_root"]) == (
        root,
        [root],
        False,
    )
    assert len(fetched(v1, path, limit=1)["events"]) == 2


def test_an_opening_and_a_closing_write_make_one_row(v1, path):
    inserted(v1, path, {"id": "r", "input": 1, "metrics": {"start": 1.0}})
    inserted(v1, path, {"id": "r", "_is_merge": True, "output": 2, "metrics": {"end": 2.0}})
    row = rows(v1, path)["r"]
    assert (row["input"], row["output"], row["metrics"]) == (1, 2, {"start": 1.0, "end": 2.0})


def test_feedback_adds_scores_and_sets_what_was_expected(v1, path):
    inserted(v1, path, {"id": "r", "scores": {"a": 1}})
    feedback = [{"id": "r", "scores": {"b": 0.5}, "expected": "x", "comment": "one"}, {"id": "r", "comment": "two"}]
    good(v1.post(f"{path}/feedback", {"feedback": feedback}))
    row = rows(v1, path)["r"]
    assert (row["scores"], row["expected"]) == ({"a": 1, "b": 0.5}, "x")
    assert row["comments"] == [{"text": "one"}, {"text": "two"}]
    assert [one["source"] for one in row["audit_data"]] == ["api", "external", "external"]
    refused(v1.post(f"{path}/feedback", {"feedback": [{"id": "r", "scores": {"b": 1.5}}]}))
    refused(v1.post(f"{path}/feedback", {"feedback": [{"id": "nobody"}]}))


@pytest.mark.parametrize(
    "event",
    [
        {"scores": {"a": 1.5}},
        {"scores": {"a": "x"}},
        {"scores": []},
        {"metrics": {"start": "now"}},
        {"span_attributes": 1},
    ],
)
def test_events_that_make_no_sense_are_refused(v1, path, event):
    refused(v1.post(f"{path}/insert", {"events": [{"id": "good"}, event]}))
    assert rows(v1, path) == {}


def metrics(first, last):
    """Metrics of one's own, numbered."""
    return {f"m{n}": n for n in range(first, last)}


def test_the_metrics_of_an_experiment_have_only_so_many_names(v1, path):
    good(v1.post(f"{path}/insert", {"events": [{"id": "a", "metrics": {"start": 1, "tokens": 3, **metrics(0, 300)}}]}))
    merge = {"id": "a", "_is_merge": True, "metrics": metrics(200, 500)}
    good(v1.post(f"{path}/insert", {"events": [merge]}))
    for further in ({"more": 1}, {**metrics(0, 10), "more": 1}):
        said = refused(v1.post(f"{path}/insert", {"events": [{"id": "b", "metrics": further}]}))
        assert "at most 500 names" in said
    said = refused(v1.post(f"{path}/insert", {"events": [{"id": "b", "metrics": {"x" * 101: 1}}]}))
    assert "more than 100 characters" in said
    assert rows(v1, path).keys() == {"a"}
    again = [{"id": "c", "metrics": {"end": 2, "m7": 1, "none": None}}, {"id": "d"}]
    good(v1.post(f"{path}/insert", {"events": again}))
    assert good(v1.get(path)).keys() == FIELDS


def test_metrics_by_too_many_names_keep_all_of_a_request_from_being_written(v1, dataset, experiment, path):
    many = {experiment: {"events": [{"id": "a", "metrics": metrics(0, 501)}]}}
    refused(v1.post("/insert", {"experiment": many, "dataset": {dataset: {"events": [{"id": "b"}]}}}))
    assert rows(v1, path) == rows(v1, f"/dataset/{dataset}") == {}
    fitting = {experiment: {"events": [{"id": "a", "metrics": metrics(0, 500)}]}}
    good(v1.post("/insert", {"experiment": fitting}))
    refused(v1.post(f"{path}/insert", {"events": [{"metrics": {"more": 1}}]}))


def test_nothing_of_an_experiment_that_is_not_there(v1, dataset):
    for one in (NOBODYS, dataset):
        path = f"/experiment/{one}"
        for answer in (
            v1.get(path), v1.patch(path, {}), v1.delete(path), v1.post(f"{path}/insert", {"events": [{}]}),
            v1.get(f"{path}/fetch"), v1.post(f"{path}/fetch", {}), v1.post(f"{path}/feedback", {"feedback": []}),
        ):  # fmt: skip
            assert f"'{one}'" in refused(answer)
    refused(v1.post("/experiment", {"project_id": NOBODYS, "name": "e"}))
