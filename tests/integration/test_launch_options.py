"""`max_cost` and `cache` on a launch: what cannot be meant or kept is refused there and then, in either dialect."""

import json

import pytest

from assay.adapters.clock import SystemClock
from assay.use_cases.manage_allowance import set_allowance
from tests.integration.test_estimates import asked, prepared


@pytest.mark.parametrize("wrong", [0, -1, True, "2.5", [], {"dollars": 1}], ids=json.dumps)
def test_a_max_cost_that_is_no_amount_is_refused(api, v1, project, wrong):
    path, request = prepared(api)
    answer = api.post(f"/projects/{path}/evaluations", {**request, "max_cost": wrong})
    assert (answer.status, "max_cost" in json.dumps(answer.body)) == (422, True)
    answer = v1.post("/eval", {**asked(project, data=[]), "max_cost": wrong})
    assert (answer.status, "max_cost" in json.dumps(answer.body)) == (400, True)


@pytest.mark.parametrize("wrong", [1, "yes", []], ids=json.dumps)
def test_a_cache_that_is_neither_true_nor_false_is_refused(api, v1, project, wrong):
    path, request = prepared(api)
    assert api.post(f"/projects/{path}/evaluations", {**request, "cache": wrong}).status == 422
    assert v1.post("/eval", {**asked(project, data=[]), "cache": wrong}).status == 400


def test_a_limit_that_cannot_be_kept_is_refused_and_nothing_is_launched(api, v1, project):
    path, request = prepared(api, "a-model-of-my-own")
    answer = api.post(f"/projects/{path}/evaluations", {**request, "max_cost": 1})
    assert (answer.status, "price of openai/a-model-of-my-own is not known" in json.dumps(answer.body)) == (422, True)
    answer = v1.post("/eval", {**asked(project, "a-model-of-my-own", data=[{"input": 1}]), "max_cost": 1})
    assert (answer.status, "price of openai/a-model-of-my-own is not known" in json.dumps(answer.body)) == (400, True)
    assert api.get(f"/projects/{path}/evaluations").body == []


def test_an_operators_limit_that_cannot_be_kept_is_refused_at_launch_as_well(api, v1, project, cloud, organisation):
    path, request = prepared(api, "a-model-of-my-own")
    set_allowance(organisation, {"cost": 1.0}, resources=cloud.stores.resources, clock=SystemClock())
    said = "(the organisation's limit) cannot be kept: the price of openai/a-model-of-my-own is not known"
    answer = api.post(f"/projects/{path}/evaluations", request)
    assert (answer.status, said in json.dumps(answer.body)) == (422, True)
    answer = v1.post("/eval", asked(project, "a-model-of-my-own", data=[{"input": 1}]))
    assert (answer.status, said in json.dumps(answer.body)) == (400, True)


def test_a_limit_on_a_model_whose_price_is_known_is_taken(api):
    path, request = prepared(api)
    assert api.post(f"/projects/{path}/evaluations", {**request, "max_cost": 1}).status == 201
