"""Rows that are more than a request may bring: uploaded by a signed form, imported all at once or not at all."""

import base64
import json
import tracemalloc
from datetime import UTC, datetime, timedelta

import pytest
import requests

from assay.domain.upload import MOST_BYTES
from tests.integration.braintrust import fetched, good, refused, rows


@pytest.fixture
def path(dataset):
    return f"/dataset/{dataset}"


def lines(*events):
    return b"".join(json.dumps(event).encode() + b"\n" for event in events)


def uploaded(v1, path, body):
    """The id of an upload of a file, posted as the form says."""
    form = good(v1.post(f"{path}/upload", {}))
    sent = requests.post(form["url"], data=form["fields"], files={"file": body}, timeout=30)
    assert sent.status_code < 300, sent.text
    return form["upload_id"]


def imported(v1, path, body):
    return v1.post(f"{path}/import", {"upload_id": uploaded(v1, path, body)})


def kept(cloud, part):
    """The names of the objects with such a part."""
    return [name for name in cloud.stores.bucket.keys("") if part in name]


def test_a_form_is_good_for_one_key_a_range_of_sizes_and_fifteen_minutes(v1, path, organisation, dataset):
    before = datetime.now(UTC)
    form = good(v1.post(f"{path}/upload", {}))
    policy = json.loads(base64.b64decode(form["fields"]["policy"]))
    key = f"{organisation}/uploads/{dataset}/{form['upload_id']}.jsonl"
    assert form["fields"]["key"] == key
    assert {"key": key} in policy["conditions"]
    assert ["content-length-range", 1, MOST_BYTES] in policy["conditions"]
    assert form["fields"]["x-amz-algorithm"] == "AWS4-HMAC-SHA256"
    until = datetime.fromisoformat(policy["expiration"])
    assert until - before < timedelta(minutes=15, seconds=5)
    assert form["most_bytes"] == MOST_BYTES


def test_the_rows_of_a_file_stand_in_the_dataset_in_order_and_the_file_is_gone(v1, path, cloud, dataset):
    events = [{"id": "named", "input": {"a": 1}, "expected": 2, "tags": ["t"]}, {"input": "é"}, {"input": None}]
    assert good(imported(v1, path, lines(*events) + b"\n")) == {"rows": 3}
    found = rows(v1, path)
    assert (found["named"]["input"], found["named"]["expected"], found["named"]["tags"]) == ({"a": 1}, 2, ["t"])
    assert [row["input"] for row in reversed(found.values())] == [{"a": 1}, "é", None]
    assert kept(cloud, f"/uploads/{dataset}/") == []


def test_a_file_merges_into_and_replaces_rows_that_are_there_as_an_insert_would(v1, path):
    good(v1.post(f"{path}/insert", {"events": [{"id": "a", "input": 1, "expected": 2}]}))
    good(imported(v1, path, lines({"id": "a", "expected": 3, "_is_merge": True}, {"id": "b", "input": 4})))
    found = rows(v1, path)
    assert (found["a"]["input"], found["a"]["expected"], found["b"]["input"]) == (1, 3, 4)


def test_of_a_file_with_bad_lines_nothing_is_imported_and_they_are_named(v1, path, cloud, dataset):
    deep = b"[" * 100_000 + b"]" * 100_000
    body = lines({"input": 1}) + b"{\n" + b'{"input": NaN}\n' + b"\xff\n" + lines({"tags": "x"}) + b'"text"\n' + deep
    said = refused(imported(v1, path, body))
    assert said.startswith("Nothing is imported.")
    assert [f"line {number}:" in said for number in range(1, 8)] == [False] + [True] * 6
    assert fetched(v1, path)["events"] == []
    assert kept(cloud, f"{dataset}/segments/") == []


def test_only_the_first_bad_lines_are_named(v1, path):
    said = refused(imported(v1, path, b"x\n" * 50))
    assert "line 20:" in said
    assert "line 21:" not in said
    assert "more" in said


def test_an_empty_file_is_refused(v1, path):
    assert "no rows" in refused(imported(v1, path, b"\n \n"))


def test_a_file_is_imported_into_its_own_dataset_and_by_its_own_organisation_alone(v1, path, project, stranger):
    other = good(v1.post("/dataset", {"project_id": project, "name": "another"}))["id"]
    upload = uploaded(v1, path, lines({"input": 1}))
    refused(v1.post(f"/dataset/{other}/import", {"upload_id": upload}))
    foreign = type(v1)(stranger.functions, stranger.headers, "/v1")
    for step, body in (("upload", {}), ("import", {"upload_id": upload})):
        assert foreign.post(f"{path}/{step}", body).status == 400
    for strange in ("", "up_" + "0" * 21, "../../x", upload + "/", "up_é" + "0" * 20):
        refused(v1.post(f"{path}/import", {"upload_id": strange}))
    assert good(v1.post(f"{path}/import", {"upload_id": upload})) == {"rows": 1}


def test_many_rows_are_one_version_and_never_all_in_memory(v1, path, cloud, dataset):
    body = b"".join(lines({"id": f"row-{number}", "input": "x" * 500}) for number in range(25_000))
    upload = uploaded(v1, path, body)
    tracemalloc.start()
    try:
        assert good(v1.post(f"{path}/import", {"upload_id": upload})) == {"rows": 25_000}
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert len(kept(cloud, f"{dataset}/segments/")) > 2
    assert good(v1.get(f"{path}/summarize?summarize_data=true"))["data_summary"] == {"total_records": 25_000}
    (newest,) = fetched(v1, path, limit=1)["events"]
    assert newest["id"] == "row-24999"
    assert peak < 120e6


def test_a_reader_imports_nothing(cloud, organisation, v1, path, reader):
    caller = type(v1)(reader.functions, reader.headers, "/v1")
    assert [caller.post(f"{path}/{step}", {}).status for step in ("upload", "import")] == [403, 403]
