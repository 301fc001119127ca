"""Rows of several objects in one request (contracts/braintrust.md §7.8)."""

from tests.integration.braintrust import NOBODYS, good, inserted, refused, rows


def test_rows_go_where_they_belong_and_their_ids_come_back_as_they_were_nested(v1, dataset, experiment):
    inserted(v1, f"/dataset/{dataset}", {"id": "old"})
    body = {
        "experiment": {experiment: {"events": [{"id": "a", "output": 1}], "feedback": [{"id": "a", "comment": "ok"}]}},
        "dataset": {
            dataset: {"events": [{"id": "b", "input": 2}, {"input": 3}], "feedback": [{"id": "old", "tags": ["t"]}]}
        },
    }
    done = good(v1.post("/insert", body))
    assert done["experiment"] == {experiment: {"row_ids": ["a"]}}
    assert done["dataset"][dataset]["row_ids"][0] == "b"
    assert len(done["dataset"][dataset]["row_ids"]) == 2
    assert rows(v1, f"/experiment/{experiment}")["a"]["comments"] == [{"text": "ok"}]
    found = rows(v1, f"/dataset/{dataset}")
    assert (len(found), found["old"]["tags"]) == (3, ["t"])


def test_nothing_is_written_unless_all_of_it_can_be(v1, dataset, experiment):
    fine = {"experiment": {experiment: {"events": [{"id": "a"}]}}}
    for wrong in (
        {"dataset": {NOBODYS: {"events": [{}]}}},
        {"dataset": {dataset: {"feedback": [{"id": "nobody"}]}}},
        {"dataset": {experiment: {"events": [{}]}}},
        {"project_logs": {NOBODYS: {"events": [{}]}}},
        {"dataset": {dataset: {"events": [{"tags": 1}]}}},
    ):
        refused(v1.post("/insert", {**fine, **wrong}))
    assert rows(v1, f"/experiment/{experiment}") == {}
    assert good(v1.post("/insert", {})) == {"experiment": {}, "dataset": {}}
