"""What the deployed API says to requests that it cannot serve: 4xx, in JSON, in the dialect's shape."""

import pytest

pytestmark = pytest.mark.local_cloud

EVALUATION = {"config_id": "config_0", "dataset_id": "evts_0", "evaluator_ids": []}


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nothing/here", 404),
        ("DELETE", "/nothing/here", 404),
        ("PUT", "/projects", 405),
        ("PATCH", "/evaluations/ev_0", 405),
        ("DELETE", "/projects/pr_0/evaluations", 405),
        ("GET", "/evaluations/ev_0", 404),
        ("GET", "/evaluations/ev_0/datapoints", 404),
        ("GET", "/projects/pr_0", 404),
        ("GET", "/model-configs/config_0", 404),
        ("GET", "/datasets/evts_0", 404),
        ("GET", "/evaluators/evfn_0", 404),
        ("GET", "/datapoints/dp_0", 404),
    ],
)
def test_what_does_not_exist_is_refused_with_a_sentence(api, method, path, status):
    answer = api.request(method, path)
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("application/json")
    assert isinstance(answer.json()["detail"], str)


@pytest.mark.parametrize(
    ("path", "content", "place", "rule"),
    [
        ("/projects", b"{", ["body"], "value_error.jsondecode"),
        ("/projects", b"{}", ["body", "name"], "value_error.missing"),
        ("/projects", b'{"name": 7}', ["body", "name"], "type_error.str"),
        ("/model-configs", b'{"project": "p", "model": "m", "odd": 1}', ["body", "odd"], "value_error.extra"),
        ("/projects/pr_0/evaluations", b'{"dataset_id": "d", "evaluator_ids": []}', ["body", "config_id"],
         "value_error.missing"),
    ],
)  # fmt: skip
def test_a_body_that_breaks_a_rule_is_refused_with_the_place_and_the_rule(api, path, content, place, rule):
    answer = api.post(path, content=content, headers={"Content-Type": "application/json"})
    assert answer.status_code == 422
    broken = answer.json()["detail"][0]
    assert broken["loc"][: len(place)] == place
    assert broken["type"] == rule
    assert broken["msg"]


def test_a_body_over_the_limit_is_refused(api):
    answer = api.post("/datasets/evts_0/datapoints", json=[{"inputs": {"text": "x" * 1000}}] * 5000)
    assert answer.status_code == 413
    assert isinstance(answer.json()["detail"], str)


def test_provider_keys_are_taken_and_ignored_where_old_clients_send_them(api):
    answer = api.post("/projects", json={"name": "with stray keys", "provider_api_keys": {"openai": "sk-stray"}})
    assert answer.status_code == 201
    assert "sk-stray" not in answer.text


@pytest.mark.parametrize("part", ["config_id", "dataset_id", "evaluator_ids"])
def test_an_evaluation_of_something_unknown_is_refused_and_not_begun(api, part):
    project = api.post("/model-configs", json={"project": f"lacks {part}", "model": "m"}).json()
    path = f"/projects/{project['project_id']}"
    dataset = api.post(f"{path}/datasets", json={"name": "d", "description": ""}).json()
    wish = {"config_id": project["config"]["id"], "dataset_id": dataset["id"], "evaluator_ids": []}
    wish[part] = ["evfn_0"] if part == "evaluator_ids" else "unknown_0"
    assert api.post(f"{path}/evaluations", json=wish).status_code == 404
    assert api.get(f"{path}/evaluations").json() == []
