"""Every route of the Humanloop dialect, as its clients take it (contracts/humanloop-v4.md §2, §3)."""

import re
from datetime import datetime

import pytest

from tests.integration.world import (
    CONFIG,
    EVALUATOR,
    MEASURE,
    a_world,
    datapoint,
    evaluation_request,
    made,
    paged,
    run,
    shaped,
)

ID = re.compile(r"[a-z]+_[A-Za-z0-9_]{21,}")


@pytest.fixture
def world(api):
    return a_world(api)


def test_a_project_is_created_found_and_listed(api):
    project = shaped("project", made(api.post("/projects", {"name": "sums"})))
    assert ID.fullmatch(project["id"])
    assert made(api.get(f"/projects/{project['id']}"), 200) == project
    assert paged("project", made(api.get("/projects"), 200)) == {
        "records": [project],
        "page": 0,
        "size": 10,
        "total": 1,
    }


def test_projects_are_filtered_without_case_sorted_and_paged(api):
    for name in ("Beta", "alpha", "Gamma"):
        made(api.post("/projects", {"name": name}))

    def names(query):
        return [one["name"] for one in made(api.get(f"/projects?{query}"), 200)["records"]]

    assert names("filter=ETA") == ["Beta"]
    assert names("sort_by=name&order=asc") == ["Beta", "Gamma", "alpha"]
    assert names("") == ["Gamma", "alpha", "Beta"]
    assert (names("size=2"), names("size=2&page=1"), names("size=2&page=2")) == (["Gamma", "alpha"], ["Beta"], [])


def test_a_config_is_registered_once_for_each_set_of_parameters(api):
    project = made(api.post("/projects", {"name": "sums"}))["id"]

    def register(**more):
        answer = api.post("/model-configs", {**CONFIG, "project_id": project, **more})
        return shaped("project config", made(answer, 200))["config"]["id"]

    first = register()
    assert register(temperature=1, name="another name") == first
    others = {
        register(temperature=0),
        register(seed=1),
        register(stop=["."]),
        register(response_format={"type": "json_object"}),
    }
    assert len(others | {first}) == 5
    assert made(api.get(f"/projects/{project}"), 200)["active_config"]["config"]["id"] == first


def test_registering_a_config_makes_the_project_that_it_names(api):
    config = made(api.post("/model-configs", {**CONFIG, "project": "new"}), 200)
    (project,) = made(api.get("/projects"), 200)["records"]
    assert (project["name"], project["active_config"]["config"]["id"]) == ("new", config["config"]["id"])
    assert made(api.post("/model-configs", {**CONFIG, "project": "new"}), 200)["project_id"] == project["id"]


def test_a_config_comes_back_as_it_was_registered(api):
    given = {
        **CONFIG,
        "tools": [{"name": "look_up", "description": "…", "parameters": {"type": "object"}}],
        "stop": ["\n", "END"],
        "seed": 7,
        "other": {"latency": 0},
        "response_format": {"type": "json_schema", "json_schema": {"name": "x"}},
    }
    identifier = made(api.post("/model-configs", {**given, "project": "sums"}), 200)["config"]["id"]
    config = shaped("config", made(api.get(f"/model-configs/{identifier}"), 200))
    assert {
        name: config[name] for name in ("stop", "seed", "other", "response_format", "name", "provider", "model")
    } == {name: given[name] for name in ("stop", "seed", "other", "response_format", "name", "provider", "model")}
    assert [tool["name"] for tool in config["tools"]] == ["look_up"]
    assert all(tool["id"] for tool in config["tools"])
    assert (config["chat_template"][0]["role"], config["chat_template"][0]["content"]) == (
        "user",
        "What is {{a}} times {{b}}?",
    )


def test_a_dataset_is_created_found_and_listed_with_its_count(api):
    project = made(api.post("/projects", {"name": "sums"}))["id"]
    dataset = shaped("dataset", made(api.post(f"/projects/{project}/datasets", {"name": "sums", "description": ""})))
    assert (dataset["project_id"], dataset["datapoint_count"]) == ("", 0)
    made(api.post(f"/datasets/{dataset['id']}/datapoints", [datapoint(1, 2), datapoint(3, 4)]))
    found = shaped("dataset", made(api.get(f"/datasets/{dataset['id']}"), 200))
    assert found["datapoint_count"] == 2
    assert made(api.get("/datasets"), 200) == made(api.get(f"/projects/{project}/datasets"), 200) == [found]


def test_datapoints_are_added_one_or_many_and_keep_their_order(api):
    project = made(api.post("/projects", {"name": "sums"}))["id"]
    dataset = made(api.post(f"/projects/{project}/datasets", {"name": "sums", "description": ""}))["id"]
    path = f"/datasets/{dataset}/datapoints"
    one = made(api.post(path, {**datapoint(0, 1), "messages": [{"role": "user", "content": "Well?"}]}))
    many = made(api.post(path, [datapoint(n, 1) for n in range(1, 60)]))
    assert [len(one), len(many)] == [1, 59]
    first = paged("datapoint", made(api.get(path), 200))
    assert (len(first["records"]), first["page"], first["size"], first["total"]) == (50, 0, 50, 60)
    second = made(api.get(f"{path}?page=1"), 200)
    assert first["records"] + second["records"] == one + many
    assert made(api.get(f"/datapoints/{one[0]['id']}"), 200) == one[0]
    assert one[0]["messages"][0]["content"] == "Well?"
    assert one[0]["target"] == datapoint(0, 1)["target"]


def test_an_evaluator_is_created_found_and_listed(api):
    first = shaped("evaluator", made(api.post("/evaluators", EVALUATOR)))
    second = shaped("evaluator", made(api.post("/evaluators", {k: v for k, v in MEASURE.items() if k != "type"})))
    assert (first["code"], second["type"]) == (EVALUATOR["code"], "python")
    assert made(api.get(f"/evaluators/{first['id']}"), 200) == first
    assert made(api.get("/evaluators"), 200) == [first, second]


def test_an_evaluation_is_created_pending_and_its_execution_started(api, world, cloud, organisation):
    evaluation = shaped("evaluation", made(api.get(f"/evaluations/{world.evaluation}"), 200))
    assert (evaluation["status"], evaluation["evaluator_aggregates"]) == ("pending", None)
    assert evaluation["dataset_snapshot"]["datapoint_count"] == 3
    assert evaluation["dataset_version_id"]
    arn = f"{cloud.machine.replace('stateMachine', 'execution')}:{world.evaluation}-1"
    execution = cloud.executions.describe_execution(executionArn=arn)
    assert organisation in execution["input"]


def test_an_evaluation_may_have_no_evaluator_and_a_name_that_the_project_has_not_used(api, world):
    request = evaluation_request(world.config, world.dataset, name="first", max_concurrency=5)
    evaluation = shaped("evaluation", made(api.post(f"/projects/{world.project}/evaluations", request)))
    assert evaluation["evaluators"] == []


def test_a_finished_evaluation_has_its_rows_and_aggregates(api, world, cloud, organisation):
    run(cloud, organisation, world.evaluation)
    evaluation = shaped("evaluation", made(api.get(f"/evaluations/{world.evaluation}?evaluator_aggregates=true"), 200))
    assert (evaluation["status"], evaluation["evaluator_aggregates"][0]["aggregate_value"]) == ("completed", 1.0)
    page = paged("row", made(api.get(f"/evaluations/{world.evaluation}/datapoints"), 200))
    assert (page["page"], page["size"], page["total"]) == (1, 10, 3)
    assert [row["log"]["output"] for row in page["records"]] == [f"The answer is {n * 2}." for n in range(3)]
    assert [row["evaluation_results"][0]["value"] for row in page["records"]] == [True, True, True]
    assert [row["log"]["source_datapoint_id"] for row in page["records"]] == [
        row["datapoint"]["id"] for row in page["records"]
    ]
    assert page["records"][0]["log"]["messages"][0]["content"] == "What is 0 times 2?"


def test_rows_are_there_before_their_logs_and_pages_count_from_one(api, world):
    path = f"/evaluations/{world.evaluation}/datapoints"
    first, second, third = (made(api.get(f"{path}?size=2&page={page}"), 200) for page in (1, 2, 3))
    assert [len(page["records"]) for page in (first, second, third)] == [2, 1, 0]
    assert [page["page"] for page in (first, second, third)] == [1, 2, 3]
    rows = shaped("row", first["records"] + second["records"])
    assert [(row.get("log"), row["evaluation_results"]) for row in rows] == [(None, [])] * 3


def test_a_running_evaluation_shows_the_outputs_that_there_are(api, world, cloud, organisation):
    run(cloud, organisation, world.evaluation, ("prepare_evaluation", "generate_outputs"))
    evaluation = shaped("evaluation", made(api.get(f"/evaluations/{world.evaluation}?evaluator_aggregates=true"), 200))
    assert (evaluation["status"], evaluation["evaluator_aggregates"][0]["aggregate_value"]) == ("running", None)
    rows = paged("row", made(api.get(f"/evaluations/{world.evaluation}/datapoints"), 200))["records"]
    assert [row["log"]["observability_status"] for row in rows] == ["completed"] * 3


def test_datapoints_added_later_belong_to_later_evaluations_only(api, world, cloud, organisation):
    made(api.post(f"/datasets/{world.dataset}/datapoints", datapoint(9, 9)))
    run(cloud, organisation, world.evaluation)
    before = made(api.get(f"/evaluations/{world.evaluation}"), 200)
    assert (before["dataset_snapshot"]["datapoint_count"], before["dataset"]["datapoint_count"]) == (3, 4)
    assert made(api.get(f"/evaluations/{world.evaluation}/datapoints"), 200)["total"] == 3
    request = evaluation_request(world.config, world.dataset, world.evaluator)
    after = made(api.post(f"/projects/{world.project}/evaluations", request))
    assert after["dataset_snapshot"]["datapoint_count"] == 4
    assert after["dataset_version_id"] != before["dataset_version_id"]


def test_evaluations_are_listed_newest_first_paged_and_filtered(api, world):
    request = evaluation_request(world.config, world.dataset)
    newer = made(api.post(f"/projects/{world.project}/evaluations", request))["id"]
    path = f"/evaluations?project_id={world.project}"

    def ids(query=""):
        return [one["id"] for one in paged("evaluation", made(api.get(path + query), 200))["records"]]

    assert ids() == [newer, world.evaluation]
    assert ids("&size=1&page=1") == [world.evaluation]
    assert ids(f"&id={newer}&id=ev_other") == [newer]
    today = datetime.fromisoformat(made(api.get(f"/evaluations/{newer}"), 200)["created_at"]).date().isoformat()
    assert (ids(f"&start_date={today}&end_date={today}"), ids("&end_date=2020-01-01")) == (
        [newer, world.evaluation],
        [],
    )
    every = shaped("evaluation", made(api.get(f"/projects/{world.project}/evaluations"), 200))
    assert [one["id"] for one in every] == [newer, world.evaluation]


def test_an_evaluation_answers_to_both_spellings_of_its_id_and_to_its_one_evaluatee(api, world):
    body = world.evaluation.removeprefix("ev_")
    spellings = (world.evaluation, f"evrun_{body}", f"{world.evaluation}?evaluatee_id=evv_{body}")
    assert len({made(api.get(f"/evaluations/{one}"), 200)["id"] for one in spellings}) == 1
    assert api.get(f"/evaluations/{world.evaluation}?evaluatee_id=evv_other").status == 404


def test_times_are_naive_with_microseconds_everywhere(api, world):
    evaluation = made(api.get(f"/evaluations/{world.evaluation}"), 200)
    for moment in (
        evaluation["created_at"],
        evaluation["config"].get("created_at"),
        evaluation["dataset"]["updated_at"],
    ):
        assert moment is None or re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}", moment)
