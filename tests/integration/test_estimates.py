"""`Prefer: estimate` on a launch: what it would come to, and nothing is launched."""

import pytest

from tests.integration.braintrust import NOBODYS, good, ids, inserted, refused
from tests.integration.world import CONFIG, EVALUATOR, datapoint, evaluation_request, made


def prepared(api, model="gpt-4o-mini", name="sums"):
    """A project, and a request that would launch an evaluation of 40 rows in it."""
    project = made(api.post("/projects", {"name": name}))["id"]
    config = {**CONFIG, "provider": "openai", "model": model, "project_id": project}
    config = made(api.post("/model-configs", config), 200)["config"]["id"]
    dataset = made(api.post(f"/projects/{project}/datasets", {"name": "sums", "description": ""}))["id"]
    made(api.post(f"/datasets/{dataset}/datapoints", [datapoint(n, 2) for n in range(40)]))
    evaluator = made(api.post("/evaluators", EVALUATOR))["id"]
    return project, evaluation_request(config, dataset, evaluator)


def test_an_estimate_is_answered_and_nothing_is_launched(api, cloud):
    project, request = prepared(api)
    before = cloud.executions.list_executions(stateMachineArn=cloud.machine)["executions"]
    answer = api.asking(Prefer="estimate").post(f"/projects/{project}/evaluations", request)
    assert (answer.status, answer.headers["Preference-Applied"]) == (200, "estimate")
    assert (answer.body["rows"], answer.body["calls"], answer.body["sampled"]) == (40, 40, 40)
    assert 0 < answer.body["cost"]["low"] < answer.body["cost"]["high"] < 0.1
    assert answer.body["assumptions"]
    assert made(api.get(f"/projects/{project}/evaluations"), 200) == []
    assert cloud.executions.list_executions(stateMachineArn=cloud.machine)["executions"] == before


def test_a_model_whose_price_nobody_knows_has_no_cost(api):
    project, request = prepared(api, "a-model-of-my-own")
    answer = api.asking(Prefer="respond-async, estimate").post(f"/projects/{project}/evaluations", request)
    assert made(answer, 200)["cost"] is None


def test_an_estimate_of_what_could_not_be_launched_is_the_launchs_own_error(api):
    project, request = prepared(api)
    asking = api.asking(Prefer="estimate")
    answer = asking.post(f"/projects/{project}/evaluations", {**request, "config_id": "config_none"})
    assert answer.status == 404
    assert asking.post(f"/projects/{project}/evaluations", {}).status == 422


@pytest.mark.parametrize("root", ["v4", "v1"])
@pytest.mark.parametrize(
    ("preferred", "is_read"), [('respond-async, Estimate=1; sample="all, of it"', True), ('"estimate', False)]
)
def test_whoever_prefers_an_estimate_in_other_words_launches_nothing_either(api, v1, root, preferred, is_read):
    project, request = prepared(api)
    path, asker = (f"/projects/{project}/evaluations", api)
    if root == "v1":
        found = good(v1.post("/project", {"name": "more sums"}))["id"]
        request, path, asker = asked(found, data=[{"input": "1 + 1"}]), "/eval", v1
    answer = asker.asking(Prefer=preferred).post(path, request)
    assert answer.status == (200 if is_read else {"v4": 422, "v1": 400}[root]), answer
    assert answer.body["rows"] if is_read else "The header Prefer cannot be read" in str(answer.body)
    assert made(api.get(f"/projects/{project}/evaluations"), 200) == []


def test_without_the_preference_a_launch_launches(api):
    project, request = prepared(api)
    assert api.asking(Prefer="respond-async").post(f"/projects/{project}/evaluations", request).status == 201


def asked(project, model="gpt-4o-mini", **data):
    """A request for an eval of the other dialect."""
    message = {"role": "user", "content": "{{input.question}}"}
    prompt = {"prompt": {"type": "chat", "messages": [message]}, "options": {"model": model}}
    exact = {"global_function": "ExactMatch"}
    return {"project_id": project, "data": data, "task": {"inline_prompt": prompt}, "scores": [exact]}


def test_an_eval_is_estimated_from_the_latest_rows_of_its_dataset_and_nothing_is_made(v1, cloud, project, dataset):
    inserted(v1, f"/dataset/{dataset}", *({"input": {"question": "x" * (4 * n)}} for n in range(60)))
    before = cloud.executions.list_executions(stateMachineArn=cloud.machine)["executions"]
    answer = v1.asking(Prefer="estimate").post("/eval", asked(project, dataset_id=dataset))
    assert (answer.status, answer.headers["Preference-Applied"]) == (200, "estimate")
    assert (answer.body["rows"], answer.body["calls"], answer.body["sampled"]) == (60, 60, 48)
    assert answer.body["prompt_tokens"]["low"] == 60 * sum(range(12, 60)) / 48
    assert 0 < answer.body["cost"]["low"] < answer.body["cost"]["high"] < 0.1
    assert ids(v1.get("/experiment")) == []
    assert cloud.executions.list_executions(stateMachineArn=cloud.machine)["executions"] == before


def test_an_eval_of_rows_that_come_along_is_estimated_from_them(v1, project):
    body = asked(project, model="a-model-of-my-own", data=[{"input": {"question": "eight ch"}}])
    found = good(v1.asking(Prefer="estimate").post("/eval", body))
    assert (found["sampled"], found["prompt_tokens"], found["cost"]) == (1, {"low": 2, "high": 2}, None)


def test_an_eval_that_could_not_be_launched_has_no_estimate(v1, project):
    asking = v1.asking(Prefer="estimate")
    assert NOBODYS in refused(asking.post("/eval", asked(project, dataset_id=NOBODYS)))
    body = {**asked(project, model="a-model-of-my-own", data=[]), "max_cost": 1}
    assert "price of openai/a-model-of-my-own is not known" in refused(asking.post("/eval", body))


def test_with_a_cache_the_least_is_that_everything_was_answered_before(api):
    project, request = prepared(api)
    answer = api.asking(Prefer="estimate").post(f"/projects/{project}/evaluations", {**request, "cache": True})
    assert answer.body["cost"]["low"] == 0 < answer.body["cost"]["high"]
    assert any("cache" in assumption for assumption in answer.body["assumptions"])


def test_a_key_that_may_only_read_launches_nothing_and_estimates_nothing(api, reader):
    project, request = prepared(api)
    answer = reader.asking(Prefer="estimate").post(f"/projects/{project}/evaluations", request)
    assert (answer.status, answer.body) == (403, {"detail": "This API key may not do that."})


def test_rows_that_were_fetched_from_a_dataset_can_be_sent_as_they_are(v1, project, dataset):
    inserted(
        v1, f"/dataset/{dataset}", {"input": {"question": "x"}, "expected": "y", "tags": ["a"], "metadata": {"k": 1}}
    )
    rows = made(v1.get(f"/dataset/{dataset}/fetch"), 200)["events"]
    vendors = [{**row, "upsert_id": row["id"], "is_root": True} for row in rows]
    assert made(v1.asking(Prefer="estimate").post("/eval", asked(project, data=vendors)), 200)["rows"] == 1
