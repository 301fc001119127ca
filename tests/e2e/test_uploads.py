"""A signed form lets its holder put one file of a size at one key, for a while, and nothing else: S3 itself says so."""

import base64
import json

import httpx
import pytest

from assay.domain.upload import MOST_BYTES

pytestmark = pytest.mark.local_cloud


@pytest.fixture
def v1(cloud):
    """The API of the local cloud under `/v1`, for the holder of an admin key."""
    headers = {"Authorization": f"Bearer {cloud.variables['ASSAY_API_KEY']}"}
    with httpx.Client(base_url=f"{cloud.variables['ASSAY_URL']}/v1", headers=headers, trust_env=False) as client:
        yield client


@pytest.fixture
def dataset(v1):
    project = v1.post("/project", json={"name": "files"}).json()["id"]
    return v1.post("/dataset", json={"project_id": project, "name": "d"}).json()["id"]


@pytest.fixture
def form(v1, dataset):
    """A form that is good, as the API gives it."""
    return v1.post(f"/dataset/{dataset}/upload", json={}).json()


def sent(form, body=b'{"input": 1}\n', **fields):
    """The answer to the form, sent with other fields where they are given; None leaves one out."""
    data = {name: value for name, value in {**form["fields"], **fields}.items() if value is not None}
    return httpx.post(form["url"], data=data, files={"file": body}, timeout=60, trust_env=False)


def stretched(form):
    """The form's policy, as somebody rewrites it who wants more."""
    policy = json.loads(base64.b64decode(form["fields"]["policy"]))
    policy["conditions"] = [one for one in policy["conditions"] if "content-length-range" not in one]
    return base64.b64encode(json.dumps(policy).encode()).decode()


def uploads(cloud, dataset):
    """What lies there of files that were sent for a dataset, by whatever name."""
    listed = cloud.aws("s3").list_objects_v2(Bucket=cloud.outputs["BucketName"])
    keys = [one["Key"] for one in listed.get("Contents", ())]
    return [key for key in keys if dataset in key and "/segments/" not in key]


def test_what_the_form_is_for_is_taken_and_imported(v1, cloud, dataset, form):
    assert sent(form, b'{"id": "a", "input": 1}\n{"id": "b", "input": 2}\n').status_code == 204
    assert uploads(cloud, dataset) == [form["fields"]["key"]]
    imported = v1.post(f"/dataset/{dataset}/import", json={"upload_id": form["upload_id"]})
    assert imported.json() == {"rows": 2}, imported.text


def test_nothing_else_is_taken(cloud, dataset, form):
    key = form["fields"]["key"]
    refusals = {
        "another key": sent(form, key=key.replace("/uploads/", "/evaluations/")),
        "another organisation's key": sent(form, key="x" + key),
        "a key that is made of the file's name": sent(form, key="${filename}"),
        "another field": sent(form, acl="public-read"),
        "no tag, by which it would expire": sent(form, tagging=None),
        "an empty file": sent(form, b""),
        "a policy that was rewritten": sent(form, policy=stretched(form)),
        "no signature": sent(form, **{"x-amz-signature": None}),
        "another's signature": sent(form, **{"x-amz-signature": "0" * 64}),
    }
    assert {what for what, answer in refusals.items() if answer.status_code < 400} == set()
    assert uploads(cloud, dataset) == []


def test_a_file_that_is_larger_than_may_be_is_refused(cloud, dataset, form):
    answer = sent(form, b"x" * (MOST_BYTES + 1))
    assert (answer.status_code, "EntityTooLarge" in answer.text) == (400, True)
    assert uploads(cloud, dataset) == []
