"""Evaluators of every kind, by way of the Humanloop API (contracts/humanloop-v4.md §3.6, §5)."""

import json

import pytest

from tests.integration.world import CODE, CONFIG, EVALUATOR, evaluation_request, made, run, shaped

PROMPT = "Prompt: {{log_prompt}}\nSaid: {{ log.output }}\nName: {{log.inputs.name}}\nFirst: {{log.messages[0].content}}\nVerdict:\n{{testcase.target.verdict}}"
JUDGE_CONFIG = {"provider": "mock", "model": "judge-1", "prompt_template": PROMPT}
JUDGE = {
    "name": "Judge",
    "description": "Asks.",
    "arguments_type": "target_required",
    "return_type": "boolean",
    "type": "llm",
    "model_config": JUDGE_CONFIG,
}
GREETING = {**CONFIG, "chat_template": [{"role": "user", "content": "Greet {{name}}."}]}
ROWS = [
    {"inputs": {"name": "Ann"}, "target": {"verdict": "True"}},
    {"inputs": {"name": "Bob"}, "target": {"verdict": "Well, no.\nFalse"}},
    {"inputs": {"name": "Cy"}, "target": {"verdict": "Hard to say."}},
]
POSTED = {**EVALUATOR, "name": "People", "type": "human", "return_type": "multi_select", "code": None}


def send(api, method, path, body=None):
    return api.send(method, path, None if body is None else json.dumps(body))


def without(body, *names):
    return {name: value for name, value in body.items() if name not in names}


def started(api, *evaluators):
    """The id of an evaluation of three greetings."""
    project = made(api.post("/projects", {"name": "greetings"}))["id"]
    config = made(api.post("/model-configs", {**GREETING, "project_id": project}), 200)["config"]["id"]
    dataset = made(api.post(f"/projects/{project}/datasets", {"name": "names", "description": ""}))["id"]
    made(api.post(f"/datasets/{dataset}/datapoints", ROWS))
    return made(api.post(f"/projects/{project}/evaluations", evaluation_request(config, dataset, *evaluators)))["id"]


def results(api, evaluation):
    """The first evaluator's result on each row."""
    rows = made(api.get(f"/evaluations/{evaluation}/datapoints"), 200)["records"]
    return [shaped("result", row["evaluation_results"])[0] for row in rows]


@pytest.mark.parametrize(
    "wish",
    [EVALUATOR, JUDGE, POSTED, {**POSTED, "type": "external", "return_type": "text"}],
    ids=lambda one: one["type"],
)
def test_an_evaluator_of_each_kind_is_created_found_and_listed(api, wish):
    evaluator = shaped("evaluator", made(api.post("/evaluators", wish)))
    assert {name: evaluator[name] for name in ("name", "type", "return_type")} == {
        name: wish[name] for name in ("name", "type", "return_type")
    }
    assert made(api.get(f"/evaluators/{evaluator['id']}"), 200) == evaluator
    assert made(api.get("/evaluators"), 200) == [evaluator]


def test_an_evaluator_without_a_type_is_code(api):
    assert made(api.post("/evaluators", without(EVALUATOR, "type")))["type"] == "python"


@pytest.mark.parametrize(
    ("wish", "place", "rule"),
    [
        (without(JUDGE, "model_config"), ["body", "model_config"], "value_error.missing"),
        ({**JUDGE, "model_config": {"model": "m"}}, ["body", "model_config", "prompt_template"], "value_error.missing"),
        ({**JUDGE, "model_config": {"prompt_template": "x"}}, ["body", "model_config", "model"], "value_error.missing"),
        ({**JUDGE, "model_config": {**JUDGE_CONFIG, "huh": 1}}, ["body", "model_config", "huh"], "value_error.extra"),
        ({**JUDGE, "return_type": "text"}, ["body", "return_type"], "type_error.enum"),
        (without(EVALUATOR, "code"), ["body", "code"], "value_error.missing"),
        ({**EVALUATOR, "code": "def"}, ["body", "code"], "value_error"),
        ({**EVALUATOR, "return_type": "select"}, ["body", "return_type"], "type_error.enum"),
        ({**EVALUATOR, "name": ""}, ["body", "name"], "value_error.any_str.min_length"),
        ({**EVALUATOR, "description": "x" * 256}, ["body", "description"], "value_error.any_str.max_length"),
        ({**EVALUATOR, "type": "oracle"}, ["body", "type"], "type_error.enum"),
    ],
)
def test_what_could_not_judge_is_refused_by_the_place_of_what_it_lacks(api, wish, place, rule):
    answer = api.post("/evaluators", wish)
    assert answer.status == 422
    assert [(one["loc"], one["type"]) for one in answer.body["detail"]] == [(place, rule)]


def test_an_llm_evaluator_owns_a_project_of_its_name_with_its_config(api):
    evaluator = made(api.post("/evaluators", JUDGE))
    project, config = shaped("project", evaluator["logging_project"]), shaped("config", evaluator["model_config"])
    assert project["name"] == "Judge"
    assert (config["model"], config["endpoint"], config["prompt_template"]) == ("judge-1", "complete", PROMPT)
    assert made(api.get(f"/model-configs/{config['id']}"), 200) == config
    assert made(api.get(f"/projects/{project['id']}"), 200)["active_config"]["config"]["id"] == config["id"]


def test_an_evaluator_whose_project_is_deleted_can_still_be_read_and_changed(api):
    evaluator = made(api.post("/evaluators", JUDGE))
    made(send(api, "DELETE", f"/projects/{evaluator['logging_project']['id']}"), 204)
    assert made(api.get("/evaluators"), 200)[0]["logging_project"] is None
    change = {"model_config": {**JUDGE_CONFIG, "temperature": 0}}
    changed = made(send(api, "PATCH", f"/evaluators/{evaluator['id']}", change), 200)
    assert changed["logging_project"]["name"] == "Judge"


def test_verdicts_come_from_the_last_line_and_a_judge_without_one_is_an_error(api, cloud, organisation):
    evaluation = started(api, made(api.post("/evaluators", JUDGE))["id"])
    run(cloud, organisation, evaluation)
    found = results(api, evaluation)
    assert [one["value"] for one in found] == [True, False, None]
    assert [bool(one["error"]) for one in found] == [False, False, True]
    aggregate = made(api.get(f"/evaluations/{evaluation}?evaluator_aggregates=true"), 200)["evaluator_aggregates"]
    assert [one["aggregate_value"] for one in aggregate] == [0.5]


def test_a_judges_own_log_shows_what_it_was_asked_and_what_it_said(api, cloud, organisation):
    evaluator = made(api.post("/evaluators", JUDGE))
    evaluation = started(api, evaluator["id"])
    run(cloud, organisation, evaluation)
    result = results(api, evaluation)[0]
    log = shaped("log", result["evaluator_log"])
    asked = "Prompt: Greet Ann.\nSaid: Greet Ann.\nName: Ann\nFirst: Greet Ann.\nVerdict:\nTrue"
    assert log["inputs"] == {
        "log_prompt": "Greet Ann.",
        "log.output": "Greet Ann.",
        "log.inputs.name": "Ann",
        "log.messages[0].content": "Greet Ann.",
        "testcase.target.verdict": "True",
    }
    assert [one["content"] for one in log["messages"]] == [asked]
    assert (log["output"], log["judgment"], log["observability_status"]) == (asked, True, "completed")
    assert log["tokens"] == log["prompt_tokens"] + log["output_tokens"] > 0
    assert log["config"] == evaluator["model_config"]
    assert log["project_id"] == evaluator["logging_project"]["id"]
    assert result["llm_evaluator_log"] == log
    assert results(api, evaluation)[0]["evaluator_log"]["id"] == log["id"]


def test_a_judge_that_said_nothing_of_use_leaves_a_log_with_its_words_and_the_error(api, cloud, organisation):
    evaluation = started(api, made(api.post("/evaluators", JUDGE))["id"])
    run(cloud, organisation, evaluation)
    log = results(api, evaluation)[2]["evaluator_log"]
    assert log["output"].endswith("Hard to say.")
    assert (log["observability_status"], log["judgment"]) == ("failed", None)
    assert "holds no boolean" in log["error"]


def test_what_code_prints_is_on_its_own_log_which_names_the_evaluator(api, cloud, organisation):
    loud = {
        **EVALUATOR,
        "arguments_type": "target_free",
        "code": "def loud(log):\n    print('heard')\n    return True\n",
    }
    evaluation = started(api, made(api.post("/evaluators", loud))["id"])
    run(cloud, organisation, evaluation)
    log = results(api, evaluation)[0]["evaluator_log"]
    assert (log["stdout"], log["judgment"]) == ("heard\n", True)
    assert {name: log["config"][name] for name in ("type", "evaluator_type", "name", "status")} == {
        "type": "evaluator",
        "evaluator_type": "python",
        "name": "Exact match",
        "status": "committed",
    }


def test_new_code_is_for_new_evaluations_and_earlier_ones_keep_theirs(api, cloud, organisation):
    always = {**EVALUATOR, "arguments_type": "target_free", "code": "def judge(log):\n    return True\n"}
    evaluator = made(api.post("/evaluators", always))
    before = started(api, evaluator["id"])
    change = {"code": "def judge(log):\n    return False\n"}
    changed = made(send(api, "PATCH", f"/evaluators/{evaluator['id']}", change), 200)
    assert (changed["id"], changed["created_at"], changed["code"]) == (
        evaluator["id"],
        evaluator["created_at"],
        change["code"],
    )
    run(cloud, organisation, before)
    shown = made(api.get(f"/evaluations/{before}"), 200)
    after = again(api, shown, evaluator["id"])
    run(cloud, organisation, after)
    old, new = results(api, before)[0], results(api, after)[0]
    assert (old["value"], new["value"]) == (True, False)
    assert old["evaluator_version_id"] != new["evaluator_version_id"]
    assert shown["evaluators"][0]["code"] == always["code"]


def again(api, shown, evaluator):
    """The id of a new evaluation of the same config over the same dataset."""
    project = made(api.get("/projects?filter=greetings"), 200)["records"][0]["id"]
    request = evaluation_request(shown["config"]["id"], shown["dataset"]["id"], evaluator)
    return made(api.post(f"/projects/{project}/evaluations", request))["id"]


def test_a_new_name_makes_no_new_version(api, cloud, organisation):
    evaluator = made(api.post("/evaluators", EVALUATOR))
    evaluation = started(api, evaluator["id"])
    renamed = made(send(api, "PATCH", f"/evaluators/{evaluator['id']}", {"name": "Same"}), 200)
    assert (renamed["name"], renamed["code"]) == ("Same", CODE)
    run(cloud, organisation, evaluation)
    assert made(api.get(f"/evaluations/{evaluation}"), 200)["evaluators"][0]["name"] == "Same"


@pytest.mark.parametrize(
    ("change", "place"),
    [({"code": "def"}, "code"), ({"return_type": "text"}, "return_type"), ({"name": ""}, "name")],
)
def test_a_change_that_leaves_nothing_able_to_judge_is_refused(api, change, place):
    evaluator = made(api.post("/evaluators", EVALUATOR))
    answer = send(api, "PATCH", f"/evaluators/{evaluator['id']}", change)
    assert (answer.status, answer.body["detail"][0]["loc"]) == (422, ["body", place])
    assert made(api.get(f"/evaluators/{evaluator['id']}"), 200) == evaluator


def test_a_deleted_evaluator_is_gone_for_new_evaluations_and_stays_in_those_that_used_it(api, cloud, organisation):
    evaluator = made(api.post("/evaluators", JUDGE))
    evaluation = started(api, evaluator["id"])
    run(cloud, organisation, evaluation)
    assert send(api, "DELETE", f"/evaluators/{evaluator['id']}").status == 204
    assert api.get(f"/evaluators/{evaluator['id']}").status == 404
    assert made(api.get("/evaluators"), 200) == []
    shown = shaped("evaluation", made(api.get(f"/evaluations/{evaluation}"), 200))
    assert shown["evaluators"][0]["model_config"] == evaluator["model_config"]
    assert results(api, evaluation)[0]["value"] is True
    request = evaluation_request(shown["config"]["id"], shown["dataset"]["id"], evaluator["id"])
    project = made(api.get("/projects?filter=greetings"), 200)["records"][0]["id"]
    assert api.post(f"/projects/{project}/evaluations", request).status == 404


def test_evaluators_of_others_are_neither_seen_nor_touched(api, stranger):
    evaluator = made(api.post("/evaluators", EVALUATOR))
    path = f"/evaluators/{evaluator['id']}"
    assert [stranger.get(path).status, send(stranger, "PATCH", path, {"name": "x"}).status] == [404, 404]
    assert send(stranger, "DELETE", path).status == 404
    assert made(api.get(path), 200) == evaluator


@pytest.mark.parametrize("direction", [False, None])
def test_an_evaluator_may_say_which_way_is_better_and_another_version_otherwise(api, direction):
    evaluator = made(api.post("/evaluators", {**EVALUATOR, "higher_is_better": direction}))
    assert evaluator["higher_is_better"] is direction
    turned = made(api.patch(f"/evaluators/{evaluator['id']}", {"higher_is_better": True}), 200)
    assert "higher_is_better" not in turned
    assert made(api.get(f"/evaluators/{evaluator['id']}"), 200) == turned


def test_a_direction_that_is_none_is_refused(api):
    assert api.post("/evaluators", {**EVALUATOR, "higher_is_better": "yes"}).status == 422
