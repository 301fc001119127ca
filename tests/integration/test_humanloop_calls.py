"""Configs called by /chat, /completion and their kin (contracts/humanloop-v4.md §3.8): answered, and logged."""

import json

import boto3
import pytest

from tests.integration.world import CONFIG, MEASURE, a_world, evaluation_request, made, run
from tests.support.faults import DENIED, REFUSED, Fault
from tests.support.stub_provider import StubProvider

MODEL = {"provider": "openai", "model": "gpt-x"}
CHAT = {**MODEL, "chat_template": [{"role": "system", "content": "Add {{what}}."}]}
TEXT = {**MODEL, "prompt_template": "{{a}} and {{b}}"}
KEYS = {"provider_api_keys": {"openai": "sk-own"}}
ASKED = [{"role": "user", "content": "1 and 2"}]
TOOL = {"name": "look_up", "parameters": {"type": "object", "properties": {}}}
CALLING = {"id": "c1", "type": "function", "function": {"name": "look_up", "arguments": "{}"}}


@pytest.fixture
def provider(monkeypatch):
    """A provider that the stack calls with a key of the operator's, unless a request brings one."""
    with StubProvider() as stub:
        monkeypatch.setenv("ASSAY_OPENAI_BASE_URL", stub.base_url)
        monkeypatch.setenv("ASSAY_ALLOWED_PROVIDER_HOSTS", f"127.0.0.1:{stub.port}")
        boto3.client("secretsmanager").put_secret_value(
            SecretId="assay-provider-keys", SecretString='{"openai_api_key": "sk-operator"}'
        )
        yield stub


def chat(api, **more):
    """A chat by a config that is sent along."""
    body = {"project": "calls", "model_config": CHAT, "messages": ASKED, "inputs": {"what": "numbers"}, **KEYS, **more}
    return api.post("/chat", body)


def logs(api, called):
    """The logs of a call's answers, whole."""
    return [made(api.get(f"/logs/{each['id']}"), 200) for each in called["data"]]


def test_a_chat_is_answered_in_the_contracts_words_and_logged(api, provider):
    called = made(chat(api, metadata={"m": 1}, source="a test", session_reference_id="s", user="u-1"), 200)
    (answer,) = called["data"]
    messages = [{"role": "system", "content": "Add numbers."}, *ASKED]
    assert [{name: value for name, value in one.items() if value} for one in answer["messages"]] == messages
    assert (answer["index"], answer["output"], answer["raw_output"]) == (0, "The answer is 3.", "The answer is 3.")
    assert (answer["finish_reason"], answer["inputs"]) == ("stop", {"what": "numbers"})
    assert answer["output_message"]["content"] == "The answer is 3."
    assert called["usage"] == {"prompt_tokens": 5, "generation_tokens": 4, "total_tokens": 9}
    assert called["provider_responses"][0]["object"] == "chat.completion"
    assert (called["metadata"], called["num_samples"], called["user"]) == ({"m": 1}, 1, "u-1")
    (log,) = logs(api, called)
    assert log["messages"] == answer["messages"]
    assert (log["output"], log["raw_output"], log["finish_reason"]) == ("The answer is 3.", "The answer is 3.", "stop")
    assert (log["source"], log["metadata"], log["session_id"]) == ("a test", {"m": 1}, called["session_id"])
    assert (log["prompt_tokens"], log["output_tokens"], log["tokens"]) == (5, 4, 9)
    assert log["provider_latency"] > 0
    assert log["provider_response"] == called["provider_responses"][0]
    assert log["provider_request"] == provider.requests[0]
    assert (log["prompt_cost"], log["output_cost"]) == (None, None), "Nobody knows a price of gpt-x."
    assert (log["project_id"], log["config"]["id"]) == (called["project_id"], answer["model_config_id"])
    assert log["config"]["endpoint"] == "chat"
    (asked,) = provider.requests
    assert (asked["messages"], asked["user"]) == (messages, "u-1")
    assert provider.keys == ["sk-own"]


def test_the_log_of_a_priced_model_says_what_it_cost(api, provider):
    called = made(chat(api, model_config={**CHAT, "model": "gpt-4o"}), 200)
    (log,) = logs(api, called)
    assert log["output_cost"] > log["prompt_cost"] > 0
    assert log["duration"] >= log["provider_latency"] > 0


def test_the_log_of_a_large_call_can_be_read(api, provider):
    large = [{"role": "user", "content": "x" * 3_500_000}]
    (log,) = logs(api, made(chat(api, messages=large), 200))
    assert (log["provider_request"], len(log["messages"][-1]["content"])) == (None, 3_500_000)


def test_a_text_is_completed_as_one_message_of_a_user(api, provider):
    body = {"project": "calls", "model_config": TEXT, "inputs": {"a": 4, "b": 5}, "logprobs": 2}
    called = made(api.post("/completion", body), 200)
    (answer,) = called["data"]
    assert (answer["output"], answer["inputs"]) == ("The answer is 9.", {"a": 4, "b": 5})
    assert "messages" not in answer
    (asked,) = provider.requests
    assert asked["messages"] == [{"role": "user", "content": "4 and 5"}]
    assert (asked["logprobs"], asked["top_logprobs"]) == (True, 2)
    assert provider.keys == ["sk-operator"]
    assert logs(api, called)[0]["output"] == "The answer is 9."


def test_samples_are_logged_one_by_one_and_numbered(api, provider):
    called = made(chat(api, num_samples=3, return_inputs=False), 200)
    assert [each["index"] for each in called["data"]] == [0, 1, 2]
    assert [each["inputs"] for each in called["data"]] == [{}, {}, {}]
    assert len({each["id"] for each in called["data"]}) == len(called["provider_responses"]) == provider.calls == 3
    assert called["usage"]["total_tokens"] == 27
    assert [log["inputs"] for log in logs(api, called)] == [{"what": "numbers"}] * 3


def test_what_the_call_says_of_tools_form_and_seed_reaches_the_provider(api, provider):
    tools = {**CHAT, "tools": [TOOL], "seed": 1}
    form = {"type": "json_schema", "json_schema": {"name": "sum", "schema": {"type": "object"}}}
    choice = {"type": "function", "function": {"name": "look_up"}}
    made(chat(api, model_config=tools, tool_choice=choice, response_format=form, seed=7), 200)
    made(chat(api, model_config=tools, tool_call={"name": "look_up"}), 200)
    made(chat(api, model_config=tools, tool_choice="required"), 200)
    first, second, third = provider.requests
    assert (first["tool_choice"], first["response_format"], first["seed"]) == (choice, form, 7)
    assert [tool["function"]["name"] for tool in first["tools"]] == ["look_up"]
    assert (second["tool_choice"], second["seed"]) == (choice, 1)
    assert third["tool_choice"] == "required"


def test_a_call_for_a_tool_is_passed_on_in_the_new_words_and_the_old(api, provider):
    message = {"role": "assistant", "content": None, "tool_calls": [CALLING]}
    answer = {"choices": [{"index": 0, "message": message, "finish_reason": "tool_calls"}]}
    provider.script(Fault(body=json.dumps(answer).encode()))
    called = made(chat(api, model_config={**CHAT, "tools": [TOOL]}), 200)
    (said,) = called["data"]
    assert (said["output"], said["finish_reason"]) == ("", "tool_call")
    assert said["output_message"]["tool_calls"] == said["tool_calls"] == [CALLING]
    assert said["tool_call"] == {"name": "look_up", "arguments": "{}"}
    assert called["usage"] is None
    assert logs(api, called)[0]["output_message"]["tool_calls"] == [CALLING]


def test_a_registered_and_a_deployed_config_are_called_in_their_project(api, provider):
    for config, path in ((CHAT, "chat"), (TEXT, "completion")):
        found = made(api.post("/model-configs", {**config, "project": path}), 200)
        asked = {"messages": ASKED} if path == "chat" else {}
        body = {**asked, "inputs": {"what": "it", "a": 1, "b": 2}}
        known = {**body, "model_config_id": found["config"]["id"]}
        for way, request in (
            ("model-config", known),
            ("model-config", {**known, "project_id": found["project_id"]}),
            ("deployed", {**body, "project": path}),
            ("deployed", {**body, "project_id": found["project_id"], "environment": "production"}),
        ):
            called = made(api.post(f"/{path}-{way}", request), 200)
            assert called["project_id"] == found["project_id"]
            assert called["data"][0]["model_config_id"] == found["config"]["id"]
            assert called["data"][0]["output"] == "The answer is 3."
        assert made(api.get(f"/logs?project_id={found['project_id']}"), 200)["total"] == 4
        assert api.post(f"/{path}-deployed", {**body, "project": path, "environment": "staging"}).status == 404
        assert api.post(f"/{path}-deployed", {**body, "project": f"{path}, of which nothing is deployed"}).status == 404


def test_the_config_of_an_environment_is_called_by_its_name(api):
    first, second = (
        made(api.post("/model-configs", {**CONFIG, "project": "p", "seed": seed}), 200)["config"]["id"]
        for seed in (1, 2)
    )
    (project,) = made(api.get("/projects"), 200)["records"]
    wish = {"config_id": second, "environments": [{"id": "env_1", "name": "staging"}]}
    made(api.patch(f"/projects/{project['id']}/deploy-config", wish), 200)
    body = {"project": "p", "messages": [], "inputs": {"a": 1, "b": 2}}
    for environment, config in ((None, first), ("production", first), ("staging", second), ("env_1", second)):
        called = made(api.post("/chat-deployed", {**body, "environment": environment}), 200)
        assert called["data"][0]["model_config_id"] == config
        assert logs(api, called)[0]["environment"] == environment


def test_without_saving_the_log_has_no_content(api, provider):
    called = made(chat(api, save=False, metadata={"m": 1}), 200)
    (log,) = logs(api, called)
    assert called["data"][0]["output"] == "The answer is 3."
    assert (log["metadata"], log["prompt_tokens"], log["finish_reason"]) == ({"m": 1}, 5, "stop")
    assert [log[name] for name in ("inputs", "messages", "output", "provider_response")] == [None, [], None, None]


@pytest.mark.parametrize(
    ("path", "wrong", "place"),
    [
        ("/chat", {"stream": True}, ["body", "stream"]),
        ("/chat", {"messages": None}, ["body", "messages"]),
        ("/chat", {"inputs": {}}, ["body", "inputs"]),
        ("/chat", {"project": None}, ["body", "project"]),
        ("/chat", {"num_samples": 0}, ["body", "num_samples"]),
        ("/chat", {"num_samples": 21}, ["body", "num_samples"]),
        ("/chat", {"unknown": 1}, ["body", "unknown"]),
        ("/chat", {"model_config": {**CHAT, "unknown": 1}}, ["body", "model_config", "unknown"]),
        ("/chat", {"model_config": {**CHAT, "endpoint": "complete"}}, ["body", "model_config", "endpoint"]),
        ("/completion", {"suffix": "."}, ["body", "suffix"]),
        ("/completion", {"stream": True}, ["body", "stream"]),
    ],
)
def test_what_is_wrong_with_a_call_is_said_before_anybody_is_asked(api, provider, path, wrong, place):
    config = {"messages": ASKED, "model_config": CHAT} if path == "/chat" else {"model_config": TEXT}
    body = {"project": "calls", **config, "inputs": {"what": "it", "a": 1, "b": 2}, **wrong}
    answer = api.post(path, {name: value for name, value in body.items() if value is not None})
    assert answer.status == 422, answer.body
    assert answer.body["detail"][0]["loc"] == place
    assert provider.calls == 0


def test_a_config_for_the_other_kind_of_call_is_refused(api, provider):
    text = made(api.post("/model-configs", {**TEXT, "project": "p"}), 200)["config"]["id"]
    refused = api.post("/chat-model-config", {"model_config_id": text, "messages": ASKED})
    assert refused.status == 422
    assert "not for a chat" in refused.body["detail"][0]["msg"]
    assert provider.calls == 0


@pytest.mark.parametrize(
    ("fault", "status", "kind"),
    [(REFUSED, 422, "unprocessable_entity_error"), (DENIED, 422, "authentication_error")],
)
def test_a_failure_of_the_provider_is_said_in_the_contracts_shape_and_logged(api, provider, fault, status, kind):
    provider.script(fault)
    failed = chat(api)
    assert failed.status == status, failed.body
    assert {name: failed.body["detail"][name] for name in ("type", "code", "origin")} == {
        "type": kind,
        "code": status,
        "origin": "openai",
    }
    project = next(one for one in made(api.get("/projects"), 200)["records"] if one["name"] == "calls")
    (log,) = made(api.get(f"/logs?project_id={project['id']}"), 200)["records"]
    assert (log["error"], log["observability_status"]) == (failed.body["detail"]["message"], "failed")
    assert log["messages"][-1]["content"] == "1 and 2"


def test_of_several_samples_those_that_failed_are_logged_and_left_out(api, provider):
    provider.script(REFUSED, at=0)
    called = made(chat(api, num_samples=2), 200)
    assert len(called["data"]) == len(called["provider_responses"]) == 1
    kept = made(api.get(f"/logs?project_id={called['project_id']}"), 200)["records"]
    assert sorted(log["observability_status"] for log in kept) == ["completed", "failed"]


def test_a_provider_without_a_key_and_one_that_cannot_be_called_are_named(api):
    for provider in ("groq", "replicate"):
        failed = chat(api, model_config={**CHAT, "provider": provider}, provider_api_keys={})
        assert (failed.status, failed.body["detail"]["origin"]) == (422, provider)
        assert provider in failed.body["detail"]["message"]


def test_a_log_that_names_its_datapoint_fills_the_row_of_an_evaluation_that_waits_for_it(api, cloud, organisation):
    world = a_world(api)
    judge = made(api.post("/evaluators", MEASURE))["id"]
    request = evaluation_request(world.config, world.dataset, judge, hl_generated=False)
    first, second = (made(api.post(f"/projects/{world.project}/evaluations", request))["id"] for _ in range(2))
    for each in (first, second):
        run(cloud, organisation, each, ("prepare_evaluation", "summarize_experiment"))
    made(api.patch(f"/evaluations/{first}/status", {"status": "running"}), 200)
    body = {"model_config_id": world.config, "messages": [], "inputs": {"a": "3", "b": "4"}}
    called = made(api.post("/chat-model-config", {**body, "source_datapoint_id": world.datapoint}), 200)
    assert logs(api, called)[0]["source_datapoint_id"] == world.datapoint
    row, *others = made(api.get(f"/evaluations/{first}/datapoints"), 200)["records"]
    assert (row["datapoint"]["id"], row["log"]["output"]) == (world.datapoint, "The answer is 12.")
    assert [result["value"] for result in row["evaluation_results"]] == [len("The answer is 12.")]
    assert [each["log"] for each in others] == [None, None]
    waiting = made(api.get(f"/evaluations/{second}/datapoints"), 200)["records"]
    assert [each["log"] for each in waiting] == [None, None, None]


def test_posted_logs_that_name_their_datapoints_fill_the_rows_of_an_evaluation_that_waits_for_them(
    api, cloud, organisation
):
    """§2.10: a client that generates by itself posts by E6, or logs that carry a source_datapoint_id."""
    world = a_world(api)
    judge = made(api.post("/evaluators", MEASURE))["id"]
    request = evaluation_request(world.config, world.dataset, judge, hl_generated=False)
    evaluation = made(api.post(f"/projects/{world.project}/evaluations", request))["id"]
    run(cloud, organisation, evaluation, ("prepare_evaluation", "summarize_experiment"))
    made(api.patch(f"/evaluations/{evaluation}/status", {"status": "running"}), 200)
    first, second, third = (row["datapoint"]["id"] for row in rows(api, evaluation))
    log = {"project_id": world.project, "config_id": world.config, "output": "so"}
    other = made(api.post("/model-configs", {**CONFIG, "model": "other", "project_id": world.project}), 200)
    posted = [
        {**log, "source_datapoint_id": first},
        {**log, "source_datapoint_id": second, "config_id": other["config"]["id"]},
        {**log, "source_datapoint_id": third, "save": False},
        {**log, "source_datapoint_id": "nobody's"},
        log,
    ]
    assert len(made(api.post("/logs", posted), 200)) == 5
    assert [row["log"] and row["log"]["output"] for row in rows(api, evaluation)] == ["so", None, None]
    assert [result["value"] for result in rows(api, evaluation)[0]["evaluation_results"]] == [2]
    made(api.post("/logs", {**log, "source_datapoint_id": first, "output": "again"}), 200)
    assert rows(api, evaluation)[0]["log"]["output"] == "again"


def rows(api, evaluation):
    """The rows of an evaluation."""
    return made(api.get(f"/evaluations/{evaluation}/datapoints"), 200)["records"]


def test_a_result_is_posted_on_the_log_of_a_call(api, cloud, organisation):
    """The self-hosted guide: an external evaluator, and logs by chat_model_config (flow C)."""
    world = a_world(api)
    people = made(api.post("/evaluators", {**MEASURE, "name": "People", "type": "external", "code": None}))["id"]
    request = evaluation_request(world.config, world.dataset, people)
    evaluation = made(api.post(f"/projects/{world.project}/evaluations", request))["id"]
    run(cloud, organisation, evaluation)
    body = {"model_config_id": world.config, "messages": [], "inputs": {"a": "3", "b": "4"}}
    called = made(api.post("/chat-model-config", {**body, "source_datapoint_id": world.datapoint}), 200)
    posted = {"log_id": called["data"][0]["id"], "evaluator_id": people, "result": 0.5}
    made(api.post(f"/evaluations/{evaluation}/result", posted))
    (row,) = made(api.get(f"/evaluations/{evaluation}/datapoints?size=1"), 200)["records"]
    assert [result["value"] for result in row["evaluation_results"]] == [0.5]


def test_the_provider_mock_is_called_without_a_key(api):
    called = made(chat(api, model_config=CONFIG, messages=[], inputs={"a": 6, "b": 7}, provider_api_keys={}), 200)
    assert called["data"][0]["output"] == "The answer is 42."
    assert called["provider_responses"] == [None]
