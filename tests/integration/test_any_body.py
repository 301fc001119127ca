"""Whatever the body, every route that writes answers with no 5xx and raises nothing: 200 bodies a route, long 10,000.

Bodies are true ones with anything in one or two places, any JSON at all, and any text. With a key, through the authorizer.
"""

import json
from functools import cache
from random import Random
from typing import Any, Literal, NamedTuple

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from assay.dialects.braintrust import openapi as braintrust
from assay.dialects.humanloop import openapi as humanloop
from tests.integration import test_braintrust_properties as of_braintrust
from tests.integration import test_humanloop_properties as of_humanloop
from tests.integration.conftest import key
from tests.integration.world import EVALUATOR, MEASURE, a_world, made, run
from tests.support.api_gateway import Admitted, Api
from tests.support.places import placed, places_in, replaced

LEAVES = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(["", "\0", 2**70, 10**400])
)
JSON = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4))

LOG = {"project_id": "{project}", "config_id": "{config}", "inputs": {"a": "1"}, "output": "x", "metadata": {"a": 1}}
POSTED = {"datapoint_id": "{datapoint}", "log": {"output": "x", "inputs": {"a": "1"}}}
JUDGED = {"log_id": "{log}", "evaluator_id": "{people}", "result": 1}
CALL = {
    "project_id": "{project}",
    "inputs": {"a": "1", "b": "2"},
    "metadata": {},
    "num_samples": 1,
    "user": "u",
    "seed": 1,
}
CHAT = {
    **CALL,
    "messages": [{"role": "user", "content": "x"}],
    "tool_choice": "auto",
    "provider_api_keys": {"openai": "k"},
}
COMPLETION = {**CALL, "logprobs": 1}
CALLS = {
    "POST /v4/chat": {**CHAT, "model_config": {"provider": "mock", "model": "m", "tools": [{"name": "t"}]}},
    "POST /v4/chat-model-config": {**CHAT, "model_config_id": "{config}", "source_datapoint_id": "{datapoint}"},
    "POST /v4/chat-deployed": {**CHAT, "environment": "production", "response_format": {"type": "json_object"}},
    "POST /v4/completion": {
        **COMPLETION,
        "model_config": {"provider": "mock", "model": "m", "prompt_template": "{{a}}"},
    },
    "POST /v4/completion-model-config": {**COMPLETION, "model_config_id": "{config}"},
    "POST /v4/completion-deployed": {**COMPLETION, "environment": "production"},
}
CHANGE = {"output": "x", "error": "none", "duration": 1.5}
CONFIG_FILE = "---\nmodel: m\nendpoint: chat\ntemperature: 0.5\n---\n<system>\nAdd {{a}}.\n</system>\n"
UPDATES = {
    "PATCH /v4/logs/{said}": CHANGE,
    "PATCH /v4/logs?reference_id=mine": CHANGE,
    "POST /v4/feedback": {"type": "rating", "value": "good", "data_id": "{said}", "user": "u"},
    "POST /v4/projects/{project}/feedback-types": {"type": "t", "class": "select", "values": [{"value": "v"}]},
    "POST /v4/model-configs/serialize": of_humanloop.BODIES["/model-configs"],
    "POST /v4/model-configs/deserialize": {"config": CONFIG_FILE},
    "PATCH /v4/projects/{project}": {"name": "p", "active_config_id": "{config}", "positive_labels": []},
    "PATCH /v4/projects/{project}/deploy-config": {"config_id": "{config}", "environments": [{"id": "production"}]},
    "PATCH /v4/datasets/{dataset}": {"name": "d", "description": "x"},
    "PATCH /v4/evaluators/{evaluator}": {"name": "e", "arguments_type": "target_free", "code": EVALUATOR["code"]},
    "POST /v4/logs": LOG,
    "PATCH /v4/evaluations/{evaluation}/status": {"status": "running"},
    "PATCH /v4/evaluations/{evaluation}/evaluators": {"evaluator_ids": ["{measure}"]},
    "POST /v4/evaluations/{waiting}/log": POSTED,
    "POST /v4/evaluations/{waiting}/result": JUDGED,
}
KEYS = {
    "POST /v1/api_key": {"name": "k", "scope": "read"},
    "POST /v1/api_key/{key}/rotate": {"grace": 60},
}
FILES = {
    "POST /v1/dataset/{rows}/upload": {"anything": 900},
    "POST /v1/dataset/{rows}/import": {"upload_id": "x"},
}
BODIES = {
    **{f"POST /v4{path}": body for path, body in of_humanloop.BODIES.items()},
    **UPDATES,
    **CALLS,
    **of_braintrust.BODIES,
    **KEYS,
    **FILES,
}


def described(document, root):
    """The method and the shape of the path of every route whose requests have a body."""
    paths = {f"{root}{path}": operations for path, operations in document["paths"].items()}
    return {
        shape(f"{method.upper()} {path}")
        for path, routes in paths.items()
        for method in routes
        if "requestBody" in routes[method]
    }


def shape(route):
    """A route without the names of its parameters, and without a query."""
    method, path = route.partition("?")[0].split()
    return f"{method} " + "/".join(
        "{}" if "{" in part or (part in {"prompt", "live"} and "environment-object" in path) else part
        for part in path.split("/")
    )


def test_every_route_with_a_body_is_tried():
    v4 = described(humanloop.document((*humanloop.DESCRIBED, *humanloop.ROUTES)), "/v4")
    assert {shape(route) for route in BODIES} == v4 | described(json.loads(braintrust.text()), "")


@pytest.fixture
def caller(cloud, organisation):
    return administrator(cloud, organisation)


def administrator(cloud, organisation):
    """The holder of an admin key, who waits for nothing."""
    headers = {"X-API-KEY": key(organisation, "admin"), "Prefer": "respond-async"}
    return Admitted(cloud.functions, headers, root="")


@pytest.fixture
def organisation(standing):
    return standing.again()


@pytest.fixture
def ids(organisation, standing):
    return standing.things


def everything(cloud, organisation):
    """The ids of one of each, by the names that stand in BODIES."""
    caller = administrator(cloud, organisation)
    api = Api(cloud.functions, caller.headers)
    v1 = Api(cloud.functions, caller.headers, "/v1")
    world = a_world(api)
    people = {**EVALUATOR, "name": "People", "type": "external", "code": None, "return_type": "number"}
    judges = {
        name: made(api.post("/evaluators", one))["id"] for name, one in {"people": people, "measure": MEASURE}.items()
    }
    request = {"config_id": world.config, "dataset_id": world.dataset, "evaluator_ids": [judges["people"]]}
    waiting = made(api.post(f"/projects/{world.project}/evaluations", {**request, "hl_generated": False}))["id"]
    run(cloud, organisation, waiting, ("prepare_evaluation", "summarize_experiment"))
    made(api.patch(f"/evaluations/{waiting}/status", {"status": "running"}), 200)
    row = made(api.get(f"/evaluations/{waiting}/datapoints"), 200)["records"][0]["datapoint"]["id"]
    log = made(api.post(f"/evaluations/{waiting}/log", {"datapoint_id": row, "log": {"output": "x"}}))["id"]
    found = {**world._asdict(), **judges, "waiting": waiting, "log": log, "datapoint": row}
    found["said"] = made(api.post("/logs", {**placed(LOG, found), "reference_id": "mine"}), 200)["id"]
    prompt = {"project_id": world.project, "name": "p", "slug": "p", "prompt_data": of_braintrust.PROMPT}
    found["prompt"] = made(v1.post("/prompt", prompt), 200)["id"]
    found["experiment"] = made(v1.post("/experiment", {"project_id": world.project, "name": "e"}), 200)["id"]
    found["rows"] = made(v1.post("/dataset", {"project_id": world.project, "name": "d"}), 200)["id"]
    found["key"] = made(v1.post("/api_key", {"name": "k"}), 200)["id"]
    return found


class Change(NamedTuple):
    """What becomes of a true body: another value in one or two of its places, or another body."""

    values: tuple[Any, Any]
    spots: tuple[int, int]
    way: Literal["once", "twice", "json", "text"]
    text: str

    def of(self, good):
        """The body that is sent in place of a true one."""
        if self.way == "text":
            return self.text
        if self.way == "json":
            return json.dumps(self.values[0])
        once = replaced(good, self.spot(good, 0), self.values[0])
        return json.dumps(
            once if self.way == "once" else replaced_where_there(once, self.spot(good, 1), self.values[1])
        )

    def spot(self, good, number):
        places = list(places_in(good))
        return places[self.spots[number] % len(places)]


def replaced_where_there(body, spot, value):
    """A second place may be gone with the first."""
    try:
        return replaced(body, spot, value)
    except (TypeError, KeyError, IndexError, ValueError):
        return body


NUMBERS = st.integers(0, 1000)
CHANGES = st.builds(
    Change,
    st.tuples(JSON, JSON),
    st.tuples(NUMBERS, NUMBERS),
    st.sampled_from(["once", "twice", "json", "text"]),
    st.text(),
)


@cache
def drawn(count):
    """So many changes, which Hypothesis draws once for all routes: drawing takes longer than the API's answer."""
    found = []

    @settings(max_examples=count, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(CHANGES)
    def draw(change):
        found.append(change)

    draw()
    return found


@pytest.mark.parametrize("route", BODIES)
def test_any_body_is_answered(caller, ids, route):
    good = placed(BODIES[route], ids)
    examples = 200 // 3 if route in CALLS else 200  # three routes each share a request, and what answers it
    for change in Random(route).sample(drawn(1000), examples):  # noqa: S311
        body = change.of(good)
        answer = caller.send(*placed(route, ids).split(), body)
        assert answer.status < 500, (body, answer.body)


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("route", BODIES)
def test_ten_thousand_bodies_are_answered(caller, ids, route):
    good = placed(BODIES[route], ids)
    for change in drawn(10_000):
        body = change.of(good)
        answer = caller.send(*placed(route, ids).split(), body)
        assert answer.status < 500, (body, answer.body)
