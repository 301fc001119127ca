"""A request that is refused leaves nothing behind: no project that it names, and no config that it sends along."""

import pytest

from tests.integration.test_humanloop_bad_input import everything
from tests.integration.test_humanloop_logs import LOG
from tests.integration.world import EVALUATOR, made

CONFIG = {"provider": "mock", "model": "m"}
CHAT = {**CONFIG, "chat_template": [{"role": "user", "content": "{{a}}"}]}
TEXT = {**CONFIG, "prompt_template": "{{a}}"}
LARGE = {"other": {"x": "y" * 100_000}}
CALL = {"project": "new", "inputs": {"a": "1"}}
ASKED = {**CALL, "messages": []}
UNSAID = {**LOG, "project": "another", "config": None}
MUCH = {**LOG, "feedback": {"type": "comment", "value": "x" * 20_001}}
JUDGE = {**EVALUATOR, "type": "llm", "code": None, "model_config": {**TEXT, **LARGE}}


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/chat", {**ASKED, "model_config": CHAT, "inputs": {}}, 422),
        ("/chat", {**ASKED, "model_config": {**CHAT, **LARGE}}, 422),
        ("/chat", {**ASKED, "model_config": CHAT, "session_id": "sesh_nobodys"}, 404),
        ("/chat", {**ASKED, "model_config": CHAT, "project": "n" * 2000}, 422),
        ("/completion", {**CALL, "model_config": TEXT, "inputs": {}}, 422),
        ("/chat-model-config", {**ASKED, "model_config_id": "config_nobodys"}, 404),
        ("/completion-model-config", {**CALL, "model_config_id": "config_nobodys"}, 404),
        ("/chat-deployed", ASKED, 404),
        ("/chat-deployed", {**ASKED, "environment": "staging"}, 404),
        ("/completion-deployed", CALL, 404),
        ("/logs", {**LOG, "config": None}, 422),
        ("/logs", {**LOG, "config_id": "config_nobodys"}, 404),
        ("/logs", {**LOG, "session_id": "sesh_nobodys"}, 404),
        ("/logs", [LOG, UNSAID], 422),
        ("/logs", [LOG, {**LOG, "config_id": "config_nobodys"}], 404),
        ("/logs", [LOG, {**LOG, "config": {**LOG["config"], **LARGE}}], 422),
        ("/logs", [LOG, {**LOG, "project": "n" * 2000}], 422),
        ("/logs", [LOG, MUCH], 422),
        ("/model-configs", {**CHAT, **LARGE, "project": "new"}, 422),
        ("/evaluators", JUDGE, 422),
    ],
)
def test_a_refused_request_makes_neither_project_nor_config(api, cloud, path, body, status):
    made(api.get("/projects"), 200)
    before = everything(cloud)
    refused = api.post(path, body)
    assert refused.status == status, refused.body
    assert everything(cloud) == before


def test_a_config_of_another_project_is_refused_in_one_that_there_is(api):
    config = made(api.post("/model-configs", {**CHAT, "project": "one"}), 200)["config"]["id"]
    two = made(api.post("/projects", {"name": "two"}))["id"]
    logs = [{"project": "one", "config_id": config}, {"project": "two", "config_id": config}]
    assert api.post("/logs", logs).status == 404
    for project in ({"project": "two"}, {"project_id": two}):
        assert api.post("/chat-model-config", {**ASKED, **project, "model_config_id": config}).status == 404


def test_logs_of_a_project_that_is_only_named_make_it_with_all_their_configs_and_the_first_is_active(api):
    other = {**LOG["config"], "model": "other"}
    kept = made(api.post("/logs", [LOG, {**LOG, "config": other}, {**LOG, "config": None}, LOG]), 200)
    (project,) = made(api.get("/projects"), 200)["records"]
    assert {log["project_id"] for log in kept} == {project["id"]}
    configs = [made(api.get(f"/logs/{log['id']}"), 200)["config"]["model"] for log in kept]
    assert configs == ["m", "other", "m", "m"]
    assert project["active_config"]["config"]["model"] == "m"


def test_a_project_without_an_active_config_has_the_first_that_a_log_brings(api):
    project = made(api.post("/projects", {"name": "sums"}))["id"]
    made(api.post("/logs", [LOG, LOG]), 200)
    assert made(api.get(f"/projects/{project}/active-config"), 200)["config"]["model"] == "m"


def test_a_request_brings_more_configs_than_one_transaction_takes(api):
    logs = [{**LOG, "config": {**LOG["config"], "model": f"m-{number}"}} for number in range(35)]
    kept = made(api.post("/logs", logs), 200)
    configs = made(api.get(f"/projects/{kept[0]['project_id']}/configs"), 200)
    assert {one["config"]["model"] for one in configs} == {f"m-{number}" for number in range(35)}
