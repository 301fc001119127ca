"""Keys that are nearly right are refused by the right one; what old clients send beside the contract passes."""

import pytest

from tests.integration.test_humanloop_logs import LOG, post
from tests.integration.world import a_world, evaluation_request, made

LEAKED = {"projectId": "x", "id": "x", "referenceId": "x", "testset_id": "x", "trial_id": "x"}
"""What clients 0.5 to 0.7 and those in TypeScript send beside the contract, or used to call things."""


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("max_cots", "max_cost"),
        ("maxCost", "max_cost"),
        ("caches", "cache"),
        ("max_concurency", "max_concurrency"),
        ("hl_generatd", "hl_generated"),
        ("nam", "name"),
        ("provider_api_key", "provider_api_keys"),
    ],
)
def test_an_evaluation_with_a_key_that_is_nearly_right_is_refused_by_the_right_one(api, wrong, right):
    world = a_world(api)
    path = f"/projects/{world.project}/evaluations"
    refused = api.post(path, {**evaluation_request(world.config, world.dataset), wrong: 1})
    (problem,) = refused.body["detail"]
    assert (refused.status, problem["loc"], problem["type"]) == (422, ["body", wrong], "value_error.extra")
    assert f"is {right} meant?" in problem["msg"]
    assert len(made(api.get(path), 200)) == 1


@pytest.mark.parametrize(("wrong", "right"), [("outputs", "output"), ("eror", "error"), ("durration", "duration")])
def test_a_change_of_a_log_by_a_key_that_is_nearly_right_is_refused_by_the_right_one(api, wrong, right):
    (identifier,) = post(api, {**LOG, "reference_id": "mine"})
    for path in (f"/logs/{identifier}", "/logs?reference_id=mine"):
        refused = api.patch(path, {wrong: "x"})
        assert (refused.status, refused.body["detail"][0]["loc"]) == (422, ["body", wrong])
        assert f"is {right} meant?" in refused.body["detail"][0]["msg"]


def test_what_old_clients_send_beside_the_contract_passes(api):
    world = a_world(api)
    keys = {"provider_api_keys": {"openai": "sk"}}
    request = evaluation_request(world.config, world.dataset, **LEAKED, **keys, max_concurrency=5, hl_generated=False)
    made(api.post(f"/projects/{world.project}/evaluations", request))
    (identifier,) = post(api, {**LOG, **LEAKED})
    made(api.patch(f"/logs/{identifier}", {**LEAKED, "provider_api_keys": {}, "output": "so"}), 200)
    assert made(api.get(f"/logs/{identifier}"), 200)["output"] == "so"
