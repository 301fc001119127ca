"""Configs by way of the API (contracts/humanloop-v4.md §3.2)."""

import pytest

from tests.integration.world import made, shaped

CHAT = {"project": "sums", "model": "m", "chat_template": [{"role": "user", "content": "{{a}}"}]}
PROMPT = {"project": "sums", "model": "m", "prompt_template": "{{a}}"}


def register(api, **config):
    """The config as it is answered on registering."""
    return shaped("project config", made(api.post("/model-configs", config), 200))["config"]


def test_defaults_written_out_make_no_other_config(api):
    first = register(api, **PROMPT)["id"]
    written = {"provider": "openai", "endpoint": "complete", "max_tokens": -1, "temperature": 1.0, "top_p": 1,
               "presence_penalty": 0, "frequency_penalty": 0.0, "other": {}}  # fmt: skip
    assert register(api, **PROMPT, **written)["id"] == first
    assert register(api, **PROMPT, name="another", description="of the same")["id"] == first


@pytest.mark.parametrize("different", [
    {"temperature": 0.5}, {"top_p": 0.5}, {"seed": 0}, {"seed": 1}, {"stop": "a"}, {"stop": ["a"]}, {"max_tokens": 5},
    {"response_format": {"type": "json_object"}}, {"other": {"a": 1}}, {"provider": "mock"}, {"model": "n"},
    {"tools": [{"name": "t"}]}, {"presence_penalty": 1}, {"frequency_penalty": 1}, {"prompt_template": "{{ a }}"},
])  # fmt: skip
def test_every_parameter_makes_another_config(api, different):
    assert register(api, **{**PROMPT, **different})["id"] != register(api, **PROMPT)["id"]
    assert register(api, **{**PROMPT, **different})["id"] == register(api, **{**PROMPT, **different})["id"]


def test_how_json_is_written_makes_no_other_config(api):
    one = register(api, **PROMPT, other={"a": {"x": 1, "y": 2}, "b": [1.0]})["id"]
    assert register(api, **PROMPT, other={"b": [1], "a": {"y": 2.0, "x": 1}})["id"] == one
    assert register(api, **PROMPT, other={"b": [True], "a": {"y": 2, "x": 1}})["id"] != one


def test_a_config_is_each_projects_own(api):
    assert register(api, **PROMPT)["id"] != register(api, **{**PROMPT, "project": "products"})["id"]


def test_a_config_comes_back_whole(api):
    tools = [
        {"name": "look_up", "description": "…", "parameters": {"type": "object"}, "strict": True},
        {"name": "add", "source": "inline", "preset_name": "p", "other": {"a": 1}},
    ]
    given = {"tools": tools, "stop": ["\n", "END"], "seed": 7, "other": {"latency": 0.5}, "max_tokens": 9,
             "response_format": {"type": "json_schema", "json_schema": {"name": "x", "strict": True}},
             "temperature": 0.25}  # fmt: skip
    config = shaped("config", made(api.get(f"/model-configs/{register(api, **CHAT, **given)['id']}"), 200))
    assert {name: config[name] for name in given if name != "tools"} == {k: v for k, v in given.items() if k != "tools"}
    assert [{k: v for k, v in tool.items() if v is not None and k != "id"} for tool in config["tools"]] == tools
    assert len({tool["id"] for tool in config["tools"]}) == 2
    assert config["endpoint"] == "chat"
    assert register(api, **PROMPT, stop="END")["stop"] == "END"


def test_a_chat_template_makes_a_chat_config_whatever_the_endpoints_default(api):
    assert register(api, **CHAT)["endpoint"] == "chat"
    assert register(api, **CHAT)["id"] == register(api, **CHAT, endpoint="chat")["id"]
    assert register(api, **PROMPT)["endpoint"] == "complete"


def test_a_template_that_would_never_be_used_is_refused(api):
    for config in ({**PROMPT, "endpoint": "chat"}, {**PROMPT, **CHAT}):
        answer = api.post("/model-configs", config)
        assert (answer.status, answer.body["detail"][0]["loc"]) == (422, ["body", "prompt_template"])
    assert made(api.get("/projects"), 200)["total"] == 0


def test_a_key_that_no_config_has_is_refused(api):
    answer = api.post("/model-configs", {**PROMPT, "template_language": "jinja"})
    assert answer.status == 422
    assert answer.body["detail"][0]["loc"] == ["body", "template_language"]
    assert answer.body["detail"][0]["type"] == "value_error.extra"


def test_linked_tools_are_refused_clearly(api):
    for tool in ({"id": "oc_1", "source": "organization"}, {"id": "oc_1"}, {"source": "organization", "name": "t"}):
        answer = api.post("/model-configs", {**PROMPT, "tools": [tool]})
        assert (answer.status, "Linked tools" in answer.body["detail"][0]["msg"]) == (422, True)


def test_a_config_needs_a_project(api):
    answer = api.post("/model-configs", {"model": "m"})
    assert (answer.status, answer.body["detail"][0]["loc"]) == (422, ["body", "project"])
    assert api.post("/model-configs", {"model": "m", "project_id": "pr_1"}).status == 404
