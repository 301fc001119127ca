"""Whatever is sent, the answer is a success or a sentence with a 4xx; and answers have the shape that is documented."""

import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from assay.dialects.braintrust import openapi
from tests.integration.braintrust import NOBODYS, good
from tests.support.places import placed, places_in, replaced

LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(["", 2**70, -1, 10**400])
JSON = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4))
PROMPT = {
    "prompt": {"type": "chat", "messages": [{"role": "user", "content": "{{input}}"}]},
    "options": {"model": "mock"},
}
CODE = {"type": "code", "data": {"type": "inline", "runtime_context": {"runtime": "python", "version": ""}, "code": ""}}
EVENT = {
    "id": "r", "input": {"a": [1]}, "expected": "x", "metadata": {"k": 1}, "tags": ["t"], "span_id": "s",
    "created": "2026-01-01T00:00:00Z", "origin": {"id": "o"}, "span_parents": ["p"], "_is_merge": True,
    "_merge_paths": [["input", "a"]], "_array_delete": [{"path": ["tags"], "delete": ["t"]}], "_parent_id": "p",
    "scores": {"a": 0.5}, "metrics": {"start": 1.0}, "span_attributes": {"type": "task"}, "output": 1,
}  # fmt: skip
FEEDBACK = {"id": "row", "comment": "c", "tags": ["t"], "metadata": {"u": 1}, "source": "app", "scores": {"a": 1}}
BODIES = {
    "POST /v1/project": {"name": "q", "description": "d", "org_name": None},
    "PATCH /v1/project/{project}": {"name": "p", "settings": {"comparison_key": "input"}},
    "POST /v1/dataset": {"project_id": "{project}", "name": "n", "tags": ["t"], "metadata": {"a": 1}},
    "PATCH /v1/dataset/{dataset}": {"name": "d", "metadata": {"a": {"b": 1}}},
    "POST /v1/dataset/{dataset}/insert": {"events": [EVENT, {"id": "x", "_object_delete": True}]},
    "POST /v1/dataset/{dataset}/fetch": {"limit": 3, "cursor": None, "version": "1000192656880881099"},
    "POST /v1/dataset/{dataset}/feedback": {"feedback": [FEEDBACK]},
    "POST /v1/experiment": {"project_id": "{project}", "name": "n", "repo_info": {"branch": "b"}, "ensure_new": True},
    "PATCH /v1/experiment/{experiment}": {"name": "e", "public": True, "tags": ["t"]},
    "POST /v1/experiment/{experiment}/insert": {"events": [EVENT]},
    "POST /v1/experiment/{experiment}/fetch": {"limit": 3},
    "POST /v1/experiment/{experiment}/feedback": {"feedback": [FEEDBACK]},
    "POST /v1/function": {"project_id": "{project}", "name": "f", "slug": "f", "function_data": CODE, "tags": ["t"]},
    "PUT /v1/function": {"project_id": "{project}", "name": "f", "slug": "f", "function_data": CODE},
    "PATCH /v1/function/{prompt}": {"name": "f", "prompt_data": PROMPT},
    "POST /v1/prompt": {"project_id": "{project}", "name": "f", "slug": "g", "prompt_data": PROMPT},
    "PUT /v1/prompt": {"project_id": "{project}", "name": "f", "slug": "g", "prompt_data": PROMPT},
    "PATCH /v1/prompt/{prompt}": {"slug": "p", "metadata": {"m": 1}},
    "POST /v1/function/{prompt}/invoke": {
        "input": {"a": 1},
        "expected": 1,
        "mode": "auto",
        "stream": None,
        "messages": [],
    },
    "POST /v1/eval": {
        "project_id": "{project}",
        "task": {"function_id": "{prompt}"},
        "scores": [{"global_function": "ExactMatch"}],
        "data": {"data": [{"input": 1, "expected": 1, "metadata": {}, "tags": ["t"], "trial_count": 1}]},
        "base_experiment_id": "{experiment}",
        "max_concurrency": None,
        "timeout": 5,
        "max_cost": None,
        "trial_count": 1,
        "repo_info": {"branch": "b"},
        "git_metadata_settings": {"collect": "some", "fields": ["tag"]},
    },
    "POST /v1/insert": {"dataset": {"{dataset}": {"events": [EVENT], "feedback": [FEEDBACK]}}, "experiment": {}},
    "PUT /environment-object/prompt/{prompt}/live": {"object_version": "1000192656880881099"},
}
READS = (
    "/v1/project", "/v1/project/{project}", "/v1/dataset", "/v1/dataset/{dataset}", "/v1/dataset/{dataset}/fetch?limit=2",
    "/v1/dataset/{dataset}/summarize?summarize_data=true", "/v1/experiment", "/v1/experiment/{experiment}",
    "/v1/experiment/{experiment}/fetch", "/v1/function", "/v1/prompt?slug=p", "/v1/prompt/{prompt}",
    "/v1/function/{prompt}", "/environment-object/prompt/{prompt}/live", "/v1/project/x", "/v1/dataset?limit=x",
)  # fmt: skip


@pytest.fixture
def root(v1):
    """The same caller, of paths in full, who does not wait."""
    return type(v1)(v1.functions, {**v1.headers, "Prefer": "respond-async"}, "")


@pytest.fixture
def world(v1, root, project, dataset, experiment):
    """The ids of one of each."""
    prompt = good(v1.post("/prompt", {"project_id": project, "name": "p", "slug": "p", "prompt_data": PROMPT}))
    good(root.put(f"/environment-object/prompt/{prompt['id']}/live", {"object_version": prompt["_xact_id"]}))
    for path in (f"/dataset/{dataset}", f"/experiment/{experiment}"):
        good(v1.post(f"{path}/insert", {"events": [{"id": "row"}, {"input": 1}]}))
    return {"project": project, "dataset": dataset, "experiment": experiment, "prompt": prompt["id"]}


def assert_kept_its_manners(answer):
    if answer.status in {200, 202}:
        return
    assert answer.status in {400, 413}, answer.body
    assert answer.body.endswith(" [request_id=a-request]")
    assert "Traceback" not in answer.body


@pytest.mark.parametrize("route", BODIES)
@settings(max_examples=5)
@given(data=st.data())
def test_a_body_with_anything_anywhere_is_taken_or_refused(cloud, root, world, route, data):
    method, path = route.split()
    body = placed(BODIES[route], world)
    spot = data.draw(st.sampled_from(list(places_in(body))))
    assert_kept_its_manners(root.send(method, placed(path, world), json.dumps(replaced(body, spot, data.draw(JSON)))))
    for read in READS[:8:3]:
        assert root.get(placed(read, world)).status == 200


@pytest.mark.parametrize("body", ["", "null", "[]", "{", '"x"', "{}", "\ud800", '{"name": "\\ud800"}', "[" * 300])
def test_a_body_that_is_none_is_refused_or_says_nothing(root, world, body):
    for route in BODIES:
        method, path = route.split()
        assert_kept_its_manners(root.send(method, placed(path, world), body))


@settings(max_examples=25)
@given(st.sampled_from(READS), st.dictionaries(
    st.sampled_from(["limit", "cursor", "version", "starting_after", "ids", "environment", "slug", "project_id"]),
    st.sampled_from(["", "1", "-1", "x", "é", NOBODYS, "0" * 16, "A" * 32, "1e5"]),
    max_size=3,
))  # fmt: skip
def test_a_query_of_anything_is_answered_or_refused(root, world, path, query):
    more = "&".join(f"{name}={value}" for name, value in query.items())
    assert_kept_its_manners(root.get(f"{placed(path, world).partition('?')[0]}?{more}"))


def schema_of(document, method, path, answer):
    """What the document says of an answer: of its status, or of its hundred, in its media type."""
    pattern = next(
        one for one in document["paths"] if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", one), path.partition("?")[0])
    )
    responses = document["paths"][pattern][method.lower()]["responses"]
    content = responses.get(str(answer.status), responses["4XX"])["content"][answer.headers["Content-Type"]]
    return {**content["schema"], "components": document["components"]}


def test_answers_are_as_described_in_the_document_that_is_served(root, v1, world):
    document = good(v1.get("/openapi.json"))
    assert document == json.loads(openapi.text())
    asked = [("GET", path, None) for path in READS] + [(*route.split(), body) for route, body in BODIES.items()]
    for method, path, body in asked:
        place = placed(path, world)
        answer = root.send(method, place, json.dumps(placed(body, world)) if body else None)
        Draft202012Validator(schema_of(document, method, place, answer)).validate(answer.body)
