"""What clients get wrong: always a 4xx in the dialect's own shape, with nothing kept (contracts/humanloop-v4.md §1.2, §9)."""

import json
import re

import pytest

from assay.dialects.bodies import DEEPEST, MOST_BYTES
from assay.dialects.humanloop import openapi
from tests.integration.world import CONFIG, EVALUATOR, a_world, datapoint, evaluation_request, made

JUDGE = {"provider": "mock", "model": "judge-1", "prompt_template": "Said: {{log.output}}"}


@pytest.fixture
def world(api):
    return a_world(api)


def writes(world):
    """The routes that take a body, with a body that each of them takes."""
    return {
        "/projects": {"name": "others"},
        "/model-configs": {**CONFIG, "project_id": world.project},
        f"/projects/{world.project}/datasets": {"name": "others", "description": ""},
        f"/datasets/{world.dataset}/datapoints": datapoint(1, 2),
        "/evaluators": EVALUATOR,
        f"/projects/{world.project}/evaluations": evaluation_request(world.config, world.dataset, world.evaluator),
    }


def places(answer, status=422):
    """Where an answer says that rules are broken; each entry has its place, its message and its rule."""
    assert answer.status == status, answer.body
    for entry in answer.body["detail"]:
        assert isinstance(entry["msg"], str)
        assert isinstance(entry["type"], str)
    return [entry["loc"] for entry in answer.body["detail"]]


def sentence(answer, status):
    """What an answer that is no 422 says."""
    assert answer.status == status, answer.body
    assert isinstance(answer.body["detail"], str)
    return answer.body["detail"]


BROKEN = {
    "cut off": "{",
    "empty": "",
    "absent": None,
    "not JSON": "name=sums",
    "nested without end": "[" * 100_000,
    "half a character": '"\\ud800"',
    "not a number": '{"name": "x", "target": {"x": NaN}}',
    "an integer without end": f'{{"name": {"1" * 5000}}}',
}


@pytest.mark.parametrize("body", BROKEN.values(), ids=BROKEN)
def test_a_body_that_is_no_json_is_unprocessable_everywhere(api, world, body):
    for path in writes(world):
        answer = api.send("POST", path, body)
        assert places(answer) == [["body"]]
        assert answer.body["detail"][0]["type"] == "value_error.jsondecode"


@pytest.mark.parametrize("body", ["null", '"x"', "1", "true", "[1]"])
def test_a_body_of_another_form_is_unprocessable_everywhere(api, world, body):
    for path in writes(world):
        assert places(api.send("POST", path, body))[0][0] == "body"


def test_a_field_that_is_missing_is_named(api, world):
    for path, body in writes(world).items():
        for field in required(path):
            answer = api.post(path, {name: value for name, value in body.items() if name != field})
            assert places(answer) == [["body", field]]
            assert answer.body["detail"][0]["type"] == "value_error.missing"


def required(path):
    """The fields that a route's body must have (contracts/humanloop-v4.md §2.4, §3)."""
    return {
        "projects": ("name",),
        "model-configs": ("model",),
        "datasets": ("name", "description"),
        "datapoints": (),
        "evaluators": ("name", "description", "arguments_type", "return_type"),
        "evaluations": ("config_id", "evaluator_ids", "dataset_id"),
    }[path.rpartition("/")[2]]


def test_a_config_must_say_of_which_project(api):
    assert places(api.post("/model-configs", CONFIG)) == [["body", "project"]]


@pytest.mark.parametrize("wrong", [None, 7, True, [], {}, ["x"], {"x": 1}], ids=json.dumps)
def test_a_value_of_the_wrong_type_is_named(api, world, wrong):
    for path, body in writes(world).items():
        for field in set(body) - {"description", "provider_api_keys", "type"}:
            if isinstance(wrong, type(body[field])) or (field, wrong) in OPTIONAL:
                continue
            found = places(api.post(path, {**body, field: wrong}))
            assert found[0][:2] == ["body", field], (path, field)


OPTIONAL = [("project_id", None), ("name", None), ("chat_template", None), ("chat_template", []), ("target", None),
            ("target", {}), ("target", {"x": 1}), ("inputs", {}), ("code", None)]  # fmt: skip
"""Values that are right although the example has another type, or that another test is about."""


def test_a_body_over_the_limit_is_too_large(api, world):
    for path in writes(world):
        assert "larger" in sentence(api.send("POST", path, json.dumps({"name": "x" * MOST_BYTES})), 413)
    fitting = {"inputs": {"a": "x" * (MOST_BYTES - 100)}}
    made(api.post(f"/datasets/{world.dataset}/datapoints", fitting))


def test_what_nests_deeper_than_it_could_be_read_again_is_refused_and_what_is_kept_is_readable(api, world):
    path = f"/datasets/{world.dataset}/datapoints"

    def nested(levels):
        return '{"target": {"x": ' + "[" * levels + "]" * levels + "}}"

    assert places(api.send("POST", path, nested(DEEPEST))) == [["body"]]
    made(api.send("POST", path, nested(DEEPEST - 3)))
    assert made(api.get(path), 200)["total"] == 4
    deep = json.dumps({**CONFIG, "project_id": world.project, "other": json.loads(nested(DEEPEST - 4))})
    config = made(api.send("POST", "/model-configs", deep), 200)["config"]["id"]
    request = evaluation_request(config, world.dataset)
    made(api.post(f"/projects/{world.project}/evaluations", request))


@pytest.mark.parametrize("number", ["1e999", "-1e999"])
def test_a_number_beyond_all_numbers_is_refused(api, world, number):
    for path in writes(world):
        body = f'{{"target": {{"x": {number}}}, "other": {{"x": {number}}}}}'
        assert places(api.send("POST", path, body)) == [["body"]]


@pytest.mark.parametrize("code", ["def judge(log:\n  return 1", "x = 1", "\x00", "(" * 1000])
def test_an_evaluators_code_must_parse_and_define_a_function(api, code):
    assert places(api.post("/evaluators", {**EVALUATOR, "code": code})) == [["body", "code"]]
    assert made(api.get("/evaluators"), 200) == []


@pytest.mark.parametrize(
    ("kind", "lacking"), [("python", "code"), (None, "code"), ("llm", "model_config")], ids=["python", "untold", "llm"]
)
@pytest.mark.parametrize("given", [{}, {"code": None, "model_config": None}], ids=["absent", "null"])
def test_an_evaluator_that_we_run_must_say_how_it_judges(api, kind, lacking, given):
    other = {"code": {"model_config": JUDGE}, "model_config": {"code": EVALUATOR["code"]}}[lacking]
    bare = {name: value for name, value in EVALUATOR.items() if name not in {"code", "type"}}
    answer = api.post("/evaluators", {**bare, **({"type": kind} if kind else {}), **given, **other, lacking: None})
    assert places(answer) == [["body", lacking]]
    assert answer.body["detail"][0]["type"] == "value_error.missing"
    answer = api.post("/evaluators", {**bare, **({"type": kind} if kind else {}), **given})
    assert places(answer) == [["body", lacking]]
    assert answer.body["detail"][0]["type"] == "value_error.missing"
    assert made(api.get("/evaluators"), 200) == []
    assert made(api.get("/projects"), 200)["total"] == 0


@pytest.mark.parametrize("kind", ["Python", "", "code", 1, []], ids=json.dumps)
def test_evaluators_of_kinds_that_there_are_not_are_refused_by_name(api, kind):
    assert places(api.post("/evaluators", {**EVALUATOR, "type": kind})) == [["body", "type"]]
    assert made(api.get("/evaluators"), 200) == []


def test_names_have_the_lengths_of_the_contract(api, world):
    path = f"/projects/{world.project}/datasets"
    made(api.post(path, {"name": "x" * 255, "description": "x" * 255}))
    assert places(api.post(path, {"name": "x" * 256, "description": "x" * 256})) == [
        ["body", "name"],
        ["body", "description"],
    ]
    made(api.post("/evaluators", {**EVALUATOR, "name": "x" * 255}))
    assert places(api.post("/evaluators", {**EVALUATOR, "name": ""})) == [["body", "name"]]


def test_a_name_longer_than_can_be_kept_is_refused(api, world):
    request = evaluation_request(world.config, world.dataset, name="é" * 1000)
    assert places(api.post(f"/projects/{world.project}/evaluations", request)) == [["body", "name"]]
    assert places(api.post("/projects", {"name": "é" * 1000})) == [["body", "name"]]


def test_what_is_larger_than_an_item_is_refused(api, world):
    big = {**CONFIG, "project_id": world.project, "other": {"x": "y" * 100_000}}
    assert places(api.post("/model-configs", big)) == [["body"]]
    assert places(api.post("/evaluators", {**EVALUATOR, "code": EVALUATOR["code"] + "#" * 100_000})) == [["body"]]


def test_a_config_with_a_key_that_nobody_knows_is_refused_and_anything_else_ignores_it(api, world):
    for path, body in writes(world).items():
        answer = api.post(path, {**body, "projectId": "x", "provider_api_keys": {"openai": "sk"}})
        if path == "/model-configs":
            assert places(answer) == [["body", "projectId"], ["body", "provider_api_keys"]]
            assert answer.body["detail"][0]["type"] == "value_error.extra"
        else:
            assert answer.status == 201, answer.body


@pytest.mark.parametrize("value", [1, 1.5, True, None, [], {}], ids=json.dumps)
def test_an_input_that_is_no_string_is_refused(api, world, value):
    path = f"/datasets/{world.dataset}/datapoints"
    assert places(api.post(path, {"inputs": {"a": value}})) == [["body", "inputs", "a"]]
    assert places(api.post(path, [datapoint(1, 1), {"inputs": {"a": value}}])) == [["body", 1, "inputs", "a"]]
    assert made(api.get(path), 200)["total"] == 3


def test_a_key_that_may_only_read_reads_and_writes_nothing(reader, world, cloud):
    assert made(reader.get("/projects"), 200)["total"] == 1
    before = everything(cloud)
    for path, body in writes(world).items():
        assert sentence(reader.post(path, body), 403) == "This API key may not do that."
    for route in openapi.DESCRIBED:
        if route.method != "GET":
            path = re.sub(r"{.*?}", one_of(world, route.path), route.path.removeprefix("/v4"))
            answer = reader.send(route.method, path, "{}")
            assert route.reads or sentence(answer, 403) == "This API key may not do that."
            assert (answer.status == 403) != route.reads
    assert sentence(reader.send("PUT", f"/projects/{world.project}"), 405)
    assert everything(cloud) == before


def one_of(world, path):
    """The id of the thing that a route is about; for an environment or a log, any."""
    kind = path.split("/")[2].removesuffix("s").replace("model-config", "config")
    return world._asdict().get(kind, "unknown")


def test_a_refused_request_leaves_nothing_behind(api, world, cloud):
    before = everything(cloud)
    for path, body in writes(world).items():
        places(api.post(path, {**body, "name": 7, "inputs": {"a": 1}}))
        places(api.send("POST", path, "{"))
    assert everything(cloud) == before


def everything(cloud):
    """All keys that anything lies under."""
    table = cloud.stores.table
    items = {(item["pk"]["S"], item["sk"]["S"]) for item in table.client.scan(TableName=table.name)["Items"]}
    return items | set(cloud.stores.bucket.keys(""))
