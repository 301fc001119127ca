"""Logs by way of the API (contracts/humanloop-v4.md §3.7)."""

import pytest

from assay.dialects.humanloop.log_requests import LogRequests
from tests.integration.world import a_world, made, paged, run, shaped

CONFIG = {"model": "m", "prompt_template": "{{a}}"}
LOG = {"project": "sums", "config": {**CONFIG, "type": "model"}, "inputs": {"a": "1"}, "output": " So it is.\n"}


def post(api, *logs):
    """The ids of the logs, posted in one request."""
    return [log["id"] for log in made(api.post("/logs", list(logs)), 200)]


@pytest.fixture
def project(api):
    return made(api.post("/projects", {"name": "sums"}))["id"]


def test_one_log_is_answered_with_one_and_a_list_with_a_list_in_order(api, project):
    one = made(api.post("/logs", LOG), 200)
    assert (one["project_id"], one["session_id"]) == (project, None)
    outputs = [str(number) for number in range(20)]
    ids = post(api, *({**LOG, "output": output} for output in outputs))
    assert [made(api.get(f"/logs/{each}"), 200)["output"] for each in ids] == outputs
    assert made(api.post("/logs", []), 200) == []


def test_a_log_comes_back_as_it_was_posted(api, project):
    given = {
        **LOG,
        "messages": [{"role": "user", "content": "Well?"}],
        "output_message": {"role": "assistant", "content": "So it is."},
        "source": "a program",
        "source_datapoint_id": "dp_1",
        "session_reference_id": "a talk",
        "reference_id": "mine",
        "metadata": {"of": ["any", 1]},
        "duration": 0.5,
        "prompt_tokens": 3,
        "output_tokens": 4,
        "prompt_cost": 0.25,
        "provider_response": {"id": 1},
        "created_at": "2024-07-19T00:29:35.178992",
        "projectId": "what TypeScript clients leak",
    }
    kept = made(api.post("/logs", given), 200)
    log = shaped("log", made(api.get(f"/logs/{kept['id']}"), 200))
    same = ("inputs", "source", "source_datapoint_id", "reference_id", "metadata", "duration", "prompt_tokens",
            "output_tokens", "prompt_cost", "provider_response", "created_at", "project")  # fmt: skip
    assert {name: log[name] for name in same} == {name: given[name] for name in same}
    assert (log["output"], log["raw_output"], log["tokens"]) == ("So it is.", " So it is.\n", 7)
    assert (log["messages"][0]["content"], log["output_message"]["content"]) == ("Well?", "So it is.")
    assert log["session_id"] == kept["session_id"] is not None
    assert (log["observability_status"], log["evaluation_results"], log["project_id"]) == ("completed", [], project)


def test_logs_that_refer_to_one_session_share_its_id(api):
    talk = {**LOG, "session_reference_id": "a talk"}
    made_before = made(api.post("/sessions", {}))["id"]
    first, second, other = made(api.post("/logs", [talk, talk, {**LOG, "session_id": made_before}]), 200)
    assert first["session_id"] == second["session_id"] != other["session_id"] == made_before
    (later,) = made(api.post("/logs", [{**LOG, "session_id": first["session_id"]}]), 200)
    assert made(api.get(f"/sessions/{later['session_id']}"), 200)["datapoints_count"] == 3


def test_a_log_with_an_error_has_failed(api):
    identifier = made(api.post("/logs", {**LOG, "output": None, "error": "no"}), 200)["id"]
    log = shaped("log", made(api.get(f"/logs/{identifier}"), 200))
    assert (log["observability_status"], log["error"], log["output"]) == ("failed", "no", None)


def test_a_log_makes_the_project_and_the_config_that_it_names_once(api):
    ids = post(api, LOG, LOG) + post(api, LOG)
    configs = {made(api.get(f"/logs/{each}"), 200)["config_id"] for each in ids}
    (project,) = made(api.get("/projects"), 200)["records"]
    assert configs == {project["active_config"]["config"]["id"]}
    assert made(api.post("/model-configs", {**CONFIG, "project": "sums"}), 200)["config"]["id"] in configs


def test_a_log_that_names_no_config_is_of_the_active_one(api, project):
    assert api.post("/logs", {"project": "sums", "output": "so"}).status == 422
    config = made(api.post("/model-configs", {**CONFIG, "project": "sums"}), 200)["config"]["id"]
    identifier = made(api.post("/logs", {"project_id": project, "output": "so"}), 200)["id"]
    assert made(api.get(f"/logs/{identifier}"), 200)["config"]["id"] == config


def test_a_log_of_nowhere_or_of_somebody_elses_config_is_refused_and_none_is_kept(api, stranger, project):
    config = made(api.post("/model-configs", {**CONFIG, "project": "products"}), 200)["config"]["id"]
    missing = api.post("/logs", [LOG, {"output": "so"}])
    assert (missing.status, missing.body["detail"][0]["loc"]) == (422, ["body", "project"])
    assert api.post("/logs", [LOG, {"project_id": "pr_1", "output": "so"}]).status == 404
    assert api.post("/logs", [LOG, {"project_id": project, "config_id": config}]).status == 404
    assert stranger.post("/logs", {"project_id": project, "config_id": config}).status == 404
    assert api.post("/logs", [LOG, {"messages": [{"content": "no role"}]}]).status == 422
    assert made(api.get(f"/logs?project_id={project}"), 200)["total"] == 0


def test_tool_configs_and_unknown_keys_of_a_config_are_refused(api):
    assert api.post("/logs", {**LOG, "config": {"type": "tool", "name": "t"}}).status == 422
    answer = api.post("/logs", {**LOG, "config": {**CONFIG, "modle": "m"}})
    assert (answer.status, answer.body["detail"][0]["type"]) == (422, "value_error.extra")


@pytest.mark.parametrize("field", ["duration", "prompt_tokens", "output_tokens", "prompt_cost", "output_cost"])
def test_there_is_less_than_nothing_of_no_amount(api, field):
    refused = api.post("/logs", [LOG, {**LOG, field: -1}])
    assert (refused.status, refused.body["detail"][0]["loc"]) == (422, ["body", 1, field])


def test_what_is_not_to_be_saved_is_nowhere(api, cloud, organisation):
    secret = "canary-5d21"
    message = {"role": "user", "content": secret}
    given = {**LOG, "save": False, "inputs": {"a": secret}, "messages": [message], "output": secret, "error": secret,
             "output_message": message, "stdout": secret, "judgment": secret, "provider_request": {"p": secret},
             "provider_response": secret, "metadata": {"kept": True}}  # fmt: skip
    identifier = made(api.post("/logs", given), 200)["id"]
    log = shaped("log", made(api.get(f"/logs/{identifier}"), 200))
    assert (log["inputs"], log["output"], log["messages"], log["metadata"]) == (None, None, [], {"kept": True})
    assert log["config"]["prompt_template"] == "{{a}}"
    items = cloud.stores.table.client.scan(TableName="assay")["Items"]
    assert secret not in str([item for item in items if item["pk"]["S"].startswith(organisation)])


def test_logs_are_listed_newest_first_and_paged(api, project):
    ids = [post(api, {**LOG, "output": str(number)})[0] for number in range(5)]
    first = paged("log", made(api.get(f"/logs?project_id={project}&size=3"), 200))
    second = paged("log", made(api.get(f"/logs?project_id={project}&size=3&page=1"), 200))
    assert [log["id"] for log in first["records"] + second["records"]] == ids[::-1]
    assert (first["page"], first["size"], first["total"], second["page"]) == (0, 3, 5, 1)
    assert made(api.get(f"/logs?project_id={project}"), 200)["size"] == 50
    exported = paged("log", made(api.send("POST", f"/projects/{project}/export?page=1&size=3"), 200))
    assert exported == second
    assert made(api.send("POST", f"/projects/{project}/export"), 200)["size"] == 10


def test_listing_needs_a_project_of_ones_own(api, stranger, project):
    answer = api.get("/logs")
    assert (answer.status, answer.body["detail"][0]["loc"]) == (422, ["query", "project_id"])
    assert api.get("/logs?project_id=pr_1").status == 404
    assert stranger.get(f"/logs?project_id={project}").status == 404
    (log,) = post(api, LOG)
    assert stranger.get(f"/logs/{log}").status == 404


def test_inputs_and_outputs_are_searched_without_case(api, project):
    in_output = post(api, {**LOG, "output": "The Größe"})
    in_input = post(api, {**LOG, "inputs": {"deep": {"in": ["a größe"]}}, "output": "no"})
    post(api, {**LOG, "inputs": {"größe": "1"}, "metadata": {"größe": "größe"}, "error": "größe"})

    def found(text, more=""):
        return [log["id"] for log in made(api.get(f"/logs?project_id={project}&search={text}{more}"), 200)["records"]]

    assert found("GR%C3%96SSE") == in_input + in_output
    assert found("GR%C3%96SSE", "&size=1&page=1") == in_output
    assert found("nowhere") == []
    assert made(api.get(f"/logs?project_id={project}&search=the&size=1"), 200)["total"] == 1


def test_days_are_inclusive_and_moments_exact(api, project):
    days = ("2024-03-01T00:00:00", "2024-03-01T23:59:59", "2024-03-02T12:00:00Z", "2024-03-03T00:00:00")
    ids = post(api, *({**LOG, "created_at": day} for day in days))

    def found(query):
        return [log["id"] for log in made(api.get(f"/logs?project_id={project}&{query}"), 200)["records"]][::-1]

    assert found("start_date=2024-03-01&end_date=2024-03-01") == ids[:2]
    assert found("start_date=2024-03-02&end_date=2024-03-02") == ids[2:3]
    assert found("end_date=2024-03-02T12:00:00") == ids[:3]
    assert found("start_date=2024-03-02T12:00:01Z") == ids[3:]
    assert api.get(f"/logs?project_id={project}&start_date=yesterday").status == 422


def test_a_large_log_is_kept_whole_and_searched(api, project):
    large = "x" * 300_000 + "needle"
    (identifier,) = post(api, {**LOG, "output": large})
    assert made(api.get(f"/logs/{identifier}"), 200)["output"] == large
    assert made(api.get(f"/logs?project_id={project}&search=NEEDLE"), 200)["total"] == 1


def test_heavy_logs_make_smaller_pages_that_still_partition_the_list(api, project):
    ids = [post(api, {**LOG, "output": "x" * 1_000_000})[0] for _ in range(6)]
    first = made(api.get(f"/logs?project_id={project}&size=6"), 200)
    assert (first["size"], first["total"]) == (3, 6)
    second = made(api.get(f"/logs?project_id={project}&size=6&page=1"), 200)
    assert [log["id"] for log in first["records"] + second["records"]] == ids[::-1]


def test_at_most_a_thousand_logs_are_taken_at_once(api, project):
    refused = api.post("/logs", [LOG] * 1001)
    assert (refused.status, refused.body["detail"][0]["loc"]) == (422, ["body"])
    assert len(LogRequests.validate_python([LOG] * 1000)) == 1000
    assert made(api.get(f"/logs?project_id={project}&size=5000"), 200)["size"] == 1000


def test_the_log_of_an_evaluation_is_read_by_its_id(api, stranger, cloud, organisation):
    world = a_world(api)
    assert api.get(f"/logs/data_{world.evaluation.partition('_')[2]}_0").status == 404
    run(cloud, organisation, world.evaluation)
    rows = made(api.get(f"/evaluations/{world.evaluation}/datapoints"), 200)["records"]
    for row in rows:
        assert shaped("log", made(api.get(f"/logs/{row['log']['id']}"), 200)) == row["log"]
    assert api.get(f"/logs/data_{world.evaluation.partition('_')[2]}_{len(rows)}").status == 404
    assert stranger.get(f"/logs/{rows[0]['log']['id']}").status == 404
