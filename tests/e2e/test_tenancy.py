"""What belongs to one organisation does not exist for another."""

import pytest

from tests.e2e.launching import LENGTH, launch, sums

pytestmark = pytest.mark.local_cloud

MOCK = {"provider": "mock"}


@pytest.fixture(scope="module")
def theirs(cloud):
    """An evaluation of another organisation, and the ids of all it is made of."""
    with cloud.client(cloud.new_key("globex")) as client:
        evaluation = launch(client, sums(1), evaluators=[LENGTH], config=MOCK)
        over = evaluation.over()
        row = evaluation.rows()[0]
        yield {
            "evaluation": evaluation.id,
            "project": evaluation.project_id,
            "config": over["config"]["id"],
            "dataset": over["dataset"]["id"],
            "evaluator": over["evaluators"][0]["id"],
            "datapoint": row["datapoint"]["id"],
        }


@pytest.fixture(scope="module")
def ours(cloud):
    """The API for the holder of our own organisation's key."""
    with cloud.client(cloud.new_key("acme")) as client:
        yield client


@pytest.mark.parametrize(
    "path",
    [
        "/projects/{project}",
        "/projects/{project}/datasets",
        "/projects/{project}/evaluations",
        "/model-configs/{config}",
        "/datasets/{dataset}",
        "/datasets/{dataset}/datapoints",
        "/datapoints/{datapoint}",
        "/evaluators/{evaluator}",
        "/evaluations/{evaluation}",
        "/evaluations/{evaluation}/datapoints",
        "/evaluations?project_id={project}",
    ],
)
def test_what_they_have_cannot_be_read(ours, theirs, path):
    answer = ours.get(path.format_map(theirs))
    assert answer.status_code == 404
    assert list(answer.json()) == ["detail"]


@pytest.mark.parametrize("path", ["/projects?size=100", "/datasets", "/evaluators"])
def test_what_they_have_is_on_no_list(ours, theirs, path):
    answer = ours.get(path)
    assert answer.status_code == 200
    assert not [identifier for identifier in theirs.values() if identifier in answer.text]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/datasets/{dataset}/datapoints", sums(1)),
        ("/projects/{project}/datasets", {"name": "d", "description": ""}),
    ],
)
def test_what_they_have_cannot_be_added_to(ours, theirs, path, body):
    assert ours.post(path.format_map(theirs), json=body).status_code == 404


@pytest.mark.parametrize("part", ["project", "config", "dataset", "evaluator"])
def test_what_they_have_cannot_be_evaluated(ours, theirs, part):
    own = launch(ours, sums(1), evaluators=[LENGTH], config=MOCK)
    over = own.over()
    ids = {
        "project": own.project_id,
        "config": over["config"]["id"],
        "dataset": over["dataset"]["id"],
        "evaluator": over["evaluators"][0]["id"],
    } | {part: theirs[part]}
    wish = {"config_id": ids["config"], "dataset_id": ids["dataset"], "evaluator_ids": [ids["evaluator"]]}
    assert ours.post(f"/projects/{ids['project']}/evaluations", json=wish).status_code == 404
    assert len(ours.get(f"/projects/{own.project_id}/evaluations").json()) == 1
