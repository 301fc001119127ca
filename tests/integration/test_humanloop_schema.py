"""Whatever the OpenAPI document allows to be sent, the API answers as documented: never a 5xx, always the shape.

Here in one process, with every phase that schemathesis has; tests/e2e/test_schemathesis.py has the deployed stack.
"""

import json
from collections import Counter

import pytest
from hypothesis import HealthCheck, settings

from assay.adapters.providers.hosts import HOSTS
from assay.dialects.humanloop import calls, openapi
from assay.domain.identity import suffix
from tests.integration.conftest import key
from tests.integration.world import EVALUATOR, a_world, evaluation_request, made, run
from tests.support.api_gateway import Api
from tests.support.conformance import UNPROCESSABLE, placed, require_conformance, schema_of
from tests.support.wsgi import Gateway

SCHEMA = schema_of(openapi)
EXTERNAL = {**EVALUATOR, "name": "People", "type": "external", "code": None, "return_type": "number"}

FREELY = {"max_examples": 5, "deadline": None, "suppress_health_check": list(HealthCheck)}
LOGS = ["/logs", "/evaluations/{evaluation_id}/log"]
"""Logs have so many fields that the phase `coverage` alone makes some 1,800 of them."""
CALLS = [route.path.removeprefix("/v4") for route in calls.ROUTES]
"""Calls of configs have as many, and stand with them."""
NOWHERE = "http://127.0.0.1:9"
"""Where providers are that no test may ask: the stack is not allowed to call them there."""


@pytest.fixture(autouse=True)
def providers_are_nowhere(monkeypatch):
    monkeypatch.setenv("ASSAY_OPENAI_BASE_URL", NOWHERE)
    monkeypatch.setenv("ASSAY_PROVIDER_BASE_URLS", ",".join(f"{name}={NOWHERE}" for name in HOSTS))


@pytest.fixture
def organisation(standing):
    return standing.again()


@pytest.fixture
def known(organisation, standing):
    return standing.things


def everything(cloud, organisation):
    """Something of each kind that requests may be about; the evaluation takes logs and results."""
    api = Api(cloud.functions, {"X-API-KEY": key(organisation)})
    world = a_world(api)
    run(cloud, organisation, world.evaluation)
    people = made(api.post("/evaluators", EXTERNAL))["id"]
    request = evaluation_request(world.config, world.dataset, world.evaluator, people, hl_generated=False)
    evaluation = made(api.post(f"/projects/{world.project}/evaluations", request))["id"]
    made(api.send("PATCH", f"/evaluations/{evaluation}/status", json.dumps({"status": "running"})), 200)
    log = {"datapoint_id": world.datapoint, "log": {"output": "so"}}
    log_id = made(api.post(f"/evaluations/{evaluation}/log", log))["id"]
    session = made(api.post("/sessions", {}))["id"]
    posted = {"project_id": world.project, "config_id": world.config, "reference_id": "mine", "session_id": session}
    posted_id = made(api.post("/logs", posted), 200)["id"]
    return {
        **dict.fromkeys(("projects", "project_id"), world.project),
        **dict.fromkeys(("model-configs", "config_id", "active_config_id", "model_config_id"), world.config),
        **dict.fromkeys(("datasets", "dataset_id"), world.dataset),
        **dict.fromkeys(("datapoints", "datapoint_id", "source_datapoint_id"), world.datapoint),
        **dict.fromkeys(("evaluations", "evaluation_id"), evaluation),
        **dict.fromkeys(("logs", "data_id"), posted_id),
        "log_id": log_id,
        **dict.fromkeys(("sessions", "session_id"), session),
        "reference_id": "mine",
        "evaluators": world.evaluator,
        "evaluator_id": people,
        "evaluator_ids": [world.evaluator],
        "log_ids": [log_id],
        "evaluatee_id": f"evv_{suffix(evaluation)}",
        "environment_id": "production",
    }


@pytest.fixture(scope="module")
def successes():
    """How often each route that does not always refuse answered with a success."""
    found = Counter()
    yield found
    assert [route for route, times in found.items() if not times] == [], "nothing was tried there"


def require_documented(case, api, known, successes):
    """The last answer: what is sent is about things that there are; then, unless its form is wrong anyhow, as made."""
    gateway, about_known = Gateway(api), placed(case, known)
    answer = about_known.call(app=gateway)
    require_conformance(about_known, answer)
    is_call = case.operation.path in CALLS  # whose inputs must be those of a template
    if (case.method, f"/v4{case.operation.path}") in openapi.SHAPES and not is_call:
        successes[case.operation.label] += answer.status_code < 300
    if answer.status_code != UNPROCESSABLE:
        answer = case.call(app=gateway)
        require_conformance(case, answer)
    return answer


@SCHEMA.exclude(path=[*LOGS, *CALLS]).parametrize()
@settings(**FREELY)
def test_the_api_answers_as_documented(case, api, known, successes):
    assert require_documented(case, api, known, successes).status_code < 500


@pytest.mark.long
@SCHEMA.include(path=[*LOGS, *CALLS]).parametrize()
@settings(**FREELY)
def test_the_api_answers_about_logs_and_calls_as_documented(case, api, known, successes):
    assert require_documented(case, api, known, successes).status_code < 500
