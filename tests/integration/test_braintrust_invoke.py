"""POST /v1/function/{id}/invoke (contracts/braintrust.md §3.1, §7.7; checklist rows 22 to 25)."""

import json

import pytest

from assay.domain.transaction_id import pretty
from tests.integration.conftest import key
from tests.support.api_gateway import Api
from tests.support.functions import Functions, code

PLAIN = "text/plain"


@pytest.fixture
def functions(cloud, organisation):
    return Functions(organisation, cloud.stores.resources)


@pytest.fixture
def v1(cloud, organisation):
    return Api(cloud.functions, {"Authorization": f"Bearer {key(organisation)}"}, "/v1")


def invoked(v1, function_id, **body):
    """The value that the function returns."""
    answer = v1.post(f"/function/{function_id}/invoke", body)
    assert answer.status == 200, answer.body
    return answer.body


def test_a_prompt_answers_with_a_bare_json_string(v1, functions):
    functions.store("f", 7)
    assert invoked(v1, "f", input='Say <&"é.', parent="", tags=None, mcp_auth={}, messages=[]) == 'Say <&"é.'


@pytest.mark.parametrize(
    ("returned", "value"),
    [
        ("{'score': 1.0}", {"score": 1}),
        ("'0.45'", "0.45"),
        ("None", None),
        ("True", True),
        ("[{'name': 'a'}]", [{"name": "a"}]),
    ],
)
def test_what_code_returns_is_passed_through(v1, functions, returned, value):
    functions.store("f", 7, function_data=code(f"def handler(output, expected, metadata):\n    return {returned}"))
    assert invoked(v1, "f", input={"input": 1, "output": 2, "expected": 3}) == value


def test_a_version_in_the_body_runs_that_version_in_either_form(v1, functions):
    old, new = 1000192656880881099, 1000192656880881100
    functions.store("f", old, new)
    assert invoked(v1, "f", version=str(old), input="a") == "a"
    assert invoked(v1, "f", version=pretty(old), input="a") == "a"
    assert v1.post("/function/f/invoke", {"version": "1000192656880881101"}).status == 400


def test_a_stream_is_the_same_as_events(v1, functions, cloud):
    functions.store("f", 7, function_data=code("def handler(**row):\n    print('so far')\n    return row"))
    functions.store("g", 7)
    answer = v1.post("/function/f/invoke", {"input": {"a": "x\ny"}, "stream": True})
    assert answer.headers["Content-Type"] == "text/event-stream"
    frames = [
        dict(line.split(": ", 1) for line in frame.split("\n")) for frame in answer.body.strip("\n").split("\n\n")
    ]
    assert [frame["event"] for frame in frames] == ["console", "json_delta", "done"]
    assert json.loads(frames[0]["data"]) == {"stream": "stdout", "message": "so far\n"}
    assert json.loads(frames[1]["data"]) == {"a": "x\ny"}
    assert (
        'event: text_delta\ndata: "hi"\n\nevent: done\ndata: \n\n'
        in v1.post("/function/g/invoke", {"input": "hi", "stream": True}).body
    )


@pytest.mark.parametrize(
    ("stored", "body", "said"),
    [
        ({"function_data": code("def scorer(): return 1")}, {}, "handler"),
        ({"function_data": code("def handler(): return 1 / 0")}, {"stream": True}, "ZeroDivisionError"),
        ({"function_data": {"type": "graph"}}, {}, "'graph'"),
        ({}, {"mode": "parallel"}, "parallel"),
        ({}, {"mode": "loud"}, "mode"),
        ({}, {"version": "latest"}, "version"),
    ],
)
def test_a_failure_is_a_sentence_with_a_request_id(v1, functions, stored, body, said):
    functions.store("f", 7, **stored)
    answer = v1.post("/function/f/invoke", body)
    assert (answer.status, answer.headers["Content-Type"]) == (400, PLAIN)
    assert said in answer.body
    assert "[request_id=" in answer.body
    assert "Traceback" not in answer.body


def test_a_function_that_is_not_there_or_another_organisations_does_not_exist(v1, functions, cloud, elsewhere):
    functions.store("f", 7)
    other = Api(cloud.functions, {"Authorization": f"Bearer {key(elsewhere)}"}, "/v1")
    for answer in (v1.post("/function/nobody/invoke", {}), other.post("/function/f/invoke", {})):
        assert answer.status == 400
        assert "does not exist" in answer.body


def test_a_key_that_may_only_read_calls_no_function(cloud, organisation, functions):
    functions.store("f", 7)
    reader = Api(cloud.functions, {"Authorization": f"Bearer {key(organisation, 'read')}"}, "/v1")
    assert reader.post("/function/f/invoke", {}).status == 403
