"""Projects by way of the API (contracts/humanloop-v4.md §3.1)."""

import json

import pytest

from tests.integration.world import CONFIG, a_world, evaluation_request, made, paged, run, shaped

ENVIRONMENT = "env_default00000000000000"


@pytest.fixture
def project(api):
    return made(api.post("/projects", {"name": "sums"}))["id"]


def patch(api, path, body):
    return api.send("PATCH", path, json.dumps(body))


def register(api, project, **more):
    return made(api.post("/model-configs", {**CONFIG, "project_id": project, **more}), 200)["config"]["id"]


def active(api, project):
    config = made(api.get(f"/projects/{project}"), 200)["active_config"]
    return config and config["config"]["id"]


def test_two_projects_cannot_have_one_name(api, project):
    assert api.post("/projects", {"name": "sums"}).status == 409
    other = made(api.post("/projects", {"name": "products", "provider_api_keys": {"openai": "x"}}))["id"]
    assert patch(api, f"/projects/{other}", {"name": "sums"}).status == 409
    assert made(api.get(f"/projects/{other}"), 200)["name"] == "products"


def test_a_renamed_project_frees_its_name(api, project):
    renamed = shaped("project", made(patch(api, f"/projects/{project}", {"name": "products"}), 200))
    assert (renamed["id"], renamed["name"]) == (project, "products")
    assert made(api.post("/projects", {"name": "sums"}))["id"] != project
    assert made(api.post("/model-configs", {**CONFIG, "project": "products"}), 200)["project_id"] == project


def test_a_project_may_keep_its_name(api, project):
    before = made(api.get(f"/projects/{project}"), 200)
    assert made(patch(api, f"/projects/{project}", {"directory_id": "dir_1"}), 200) == before
    assert made(patch(api, f"/projects/{project}", {"name": "sums"}), 200)["name"] == "sums"


def test_a_deleted_project_is_gone_and_its_name_is_free(api, project):
    answer = api.send("DELETE", f"/projects/{project}")
    assert (answer.status, answer.body) == (204, None)
    for path in ("", "/configs", "/active-config", "/deployed-configs", "/evaluations", "/datasets"):
        assert api.get(f"/projects/{project}{path}").status == 404
    assert made(api.get("/projects"), 200)["total"] == 0
    assert api.send("DELETE", f"/projects/{project}").status == 404
    made(api.post("/projects", {"name": "sums"}))


def test_what_stood_in_a_deleted_project_is_gone_with_it(api, cloud, organisation):
    world = a_world(api)
    run(cloud, organisation, world.evaluation)
    log = made(api.post("/logs", {"project_id": world.project, "config_id": world.config, "output": "so"}), 200)
    made(api.send("DELETE", f"/projects/{world.project}"), 204)
    gone = (f"/evaluations/{world.evaluation}", f"/model-configs/{world.config}", f"/logs/{log['id']}")
    assert [api.get(path).status for path in gone] == [404] * 3
    assert api.get(f"/datasets/{world.dataset}").status == 200, "Humanloop's datasets belong to no project."


def test_the_active_config_is_the_first_until_another_is_set(api, project):
    first, second = register(api, project), register(api, project, seed=1)
    assert active(api, project) == first
    changed = shaped("project", made(patch(api, f"/projects/{project}", {"active_config_id": second}), 200))
    assert changed["active_config"]["config"]["id"] == second
    found = shaped("project config", made(api.get(f"/projects/{project}/active-config"), 200))
    assert (found["config"]["id"], found["environment_id"]) == (second, ENVIRONMENT)


def test_a_config_of_another_project_cannot_become_active(api, project):
    other = made(api.post("/projects", {"name": "products"}))["id"]
    config = register(api, other)
    assert patch(api, f"/projects/{project}", {"active_config_id": config}).status == 404
    assert patch(api, f"/projects/{project}/deploy-config", {"config_id": config}).status == 404
    assert patch(api, f"/projects/{project}", {"active_config_id": "config_1"}).status == 404
    assert active(api, project) is None


def test_deactivating_answers_with_the_project_once_and_again(api, project):
    register(api, project)
    for _ in range(2):
        bare = shaped("project", made(api.send("DELETE", f"/projects/{project}/active-config"), 200))
        assert (bare["active_config"], bare["config_type"]) == (None, None)
    assert api.get(f"/projects/{project}/active-config").status == 404


def test_deploying_makes_a_config_active_in_production(api, project):
    first, second = register(api, project), register(api, project, seed=1)
    deployed = made(patch(api, f"/projects/{project}/deploy-config", {"config_id": second}), 200)
    assert deployed == made(api.get(f"/projects/{project}/deployed-configs"), 200)
    (one,) = deployed
    assert (one["environment_id"], one["model_config_id"], one["project_name"]) == (ENVIRONMENT, second, "sums")
    body = {"config_id": first, "environments": [{"id": ENVIRONMENT, "name": "production"}]}
    assert made(patch(api, f"/projects/{project}/deploy-config", body), 200)[0]["model_config_id"] == first
    answer = api.send("DELETE", f"/projects/{project}/deployed-config/{ENVIRONMENT}")
    assert (answer.status, answer.body) == (200, {})
    assert made(api.get(f"/projects/{project}/deployed-configs"), 200)[0]["model_config_id"] is None


def test_an_environment_that_nobody_named_is_not_there(api, project):
    config = register(api, project)
    assert api.get(f"/projects/{project}/active-config?environment=staging").status == 404
    assert made(api.get(f"/projects/{project}/active-config?environment=production"), 200)["config"]["id"] == config
    assert api.send("DELETE", f"/projects/{project}/deployed-config/env_1").status == 404
    body = {"config_id": config, "environments": [{"id": "env_1"}]}
    assert patch(api, f"/projects/{project}/deploy-config", body).status == 404
    assert active(api, project) == config


STAGING = {"id": "env_staging", "name": "staging"}


def deployed(api, project):
    """The configs by the names of the project's environments."""
    found = made(api.get(f"/projects/{project}/deployed-configs"), 200)
    return {one["environment_name"]: one["model_config_id"] for one in found}


def test_a_config_is_deployed_to_an_environment_by_its_name_and_production_keeps_its_own(api, project):
    first, second = register(api, project), register(api, project, seed=1)
    path = f"/projects/{project}/deploy-config"
    production, staging = made(patch(api, path, {"config_id": second, "environments": [STAGING]}), 200)
    assert (production["environment_tag"], production["model_config_id"]) == ("default", first)
    assert (staging["environment_id"], staging["environment_name"]) == ("env_staging", "staging")
    assert (staging["environment_tag"], staging["model_config_id"]) == ("other", second)
    for environment in ("staging", "env_staging"):
        found = made(api.get(f"/projects/{project}/active-config?environment={environment}"), 200)
        assert (found["config"]["id"], found["environment_id"]) == (second, "env_staging")
        made(patch(api, path, {"config_id": second, "environments": [{"id": environment}]}), 200)
        assert deployed(api, project) == {"production": first, "staging": second}
    both = [STAGING, {"id": "production"}]
    made(patch(api, path, {"config_id": second, "environments": both}), 200)
    assert deployed(api, project) == {"production": second, "staging": second}
    made(api.send("DELETE", f"/projects/{project}/deployed-config/env_staging"), 200)
    assert deployed(api, project) == {"production": second}
    assert api.get(f"/projects/{project}/active-config?environment=staging").status == 404


def test_a_config_is_taken_out_of_one_environment_by_the_other_route_too(api, project):
    config = register(api, project)
    made(patch(api, f"/projects/{project}/deploy-config", {"config_id": config, "environments": [STAGING]}), 200)
    bare = made(api.send("DELETE", f"/projects/{project}/active-config?environment=staging"), 200)
    assert bare["active_config"]["config"]["id"] == config
    assert deployed(api, project) == {"production": config}


@pytest.mark.parametrize(
    ("environments", "status"),
    [
        ([{"id": "production"}, {"id": "env_1"}], 404),
        ([{"id": "production"}, {"id": "a/b", "name": "c"}], 422),
        ([{"id": "env_1", "name": "production"}], 422),
        ([{"id": f"env_{number}", "name": f"e{number}"} for number in range(51)], 422),
    ],
)
def test_a_config_is_deployed_to_all_environments_that_are_meant_or_to_none(api, project, environments, status):
    first, second = register(api, project), register(api, project, seed=1)
    body = {"config_id": second, "environments": environments}
    assert patch(api, f"/projects/{project}/deploy-config", body).status == status
    assert deployed(api, project) == {"production": first}


def test_configs_are_listed_with_aggregates_where_asked_for(api, cloud, organisation):
    world = a_world(api)
    other = register(api, world.project, seed=1)
    run(cloud, organisation, world.evaluation)
    plain = shaped("project config", made(api.get(f"/projects/{world.project}/configs"), 200))
    assert {one["config"]["id"] for one in plain} == {world.config, other}
    assert [one["evaluation_aggregates"] for one in plain] == [None, None]
    found = made(api.get(f"/projects/{world.project}/configs?evaluation_aggregates=true"), 200)
    numbers = {one["config"]["id"]: one["evaluation_aggregates"] for one in found}
    assert numbers[other] == []
    (number,) = shaped("aggregate", numbers[world.config])
    assert (number["evaluator_id"], number["aggregate_value"]) == (world.evaluator, 1)


def test_a_configs_aggregate_is_that_of_its_newest_evaluation(api, cloud, organisation):
    world = a_world(api)
    run(cloud, organisation, world.evaluation)
    wrong = {"inputs": {"a": "1", "b": "1"}, "target": {"output": "Eleven."}}
    made(api.post(f"/datasets/{world.dataset}/datapoints", wrong))
    request = evaluation_request(world.config, world.dataset, world.evaluator)
    newer = made(api.post(f"/projects/{world.project}/evaluations", request))["id"]
    run(cloud, organisation, newer)
    (found,) = made(api.get(f"/projects/{world.project}/configs?evaluation_aggregates=true"), 200)
    assert [one["aggregate_value"] for one in found["evaluation_aggregates"]] == [0.75]


def test_projects_are_sorted_by_each_column_both_ways_and_nobody_is_filtered_by_user(api):
    for name in ("b", "c", "a"):
        made(api.post("/projects", {"name": name}))
    first = made(api.get("/projects?sort_by=name&order=asc"), 200)["records"][0]["id"]
    made(patch(api, f"/projects/{first}", {"name": "d"}), 200)

    def names(query):
        return "".join(one["name"] for one in paged("project", made(api.get(f"/projects?{query}"), 200))["records"])

    assert names("sort_by=updated_at") == "dcb"
    assert names("sort_by=created_at&order=asc") == "bcd"
    assert names("sort_by=name&order=desc") == "dcb"
    assert names("user_filter=somebody") == ""
    assert api.get("/projects?sort_by=size").status == 422
    assert api.get("/projects?page=-1").status == 422


def test_heavy_active_configs_make_smaller_pages_that_still_partition_the_list(api):
    for number in range(60):
        template = {"model": "m", "prompt_template": "x" * 90_000}
        made(api.post("/model-configs", {**template, "project": f"p{number:02d}"}), 200)
    first = made(api.get("/projects?size=60&sort_by=name&order=asc"), 200)
    assert (first["size"], first["total"]) == (30, 60)
    second = made(api.get("/projects?size=60&page=1&sort_by=name&order=asc"), 200)
    names = [one["name"] for page in (first, second) for one in page["records"]]
    assert names == [f"p{number:02d}" for number in range(60)]


def test_changing_feedback_types_is_refused_clearly(api, project):
    answer = api.send("PATCH", f"/projects/{project}/feedback-types", "{}")
    assert (answer.status, "withdrawn" in answer.body["detail"]) == (410, True)


def test_a_project_defines_types_of_feedback_and_shows_them(api, project):
    path = f"/projects/{project}/feedback-types"
    values = [{"value": "good", "sentiment": "positive"}, {"value": "odd"}]
    shown = [{"value": "good", "sentiment": "positive"}, {"value": "odd", "sentiment": "unset"}]
    rating = made(api.post(path, {"type": "verdict", "class": "select", "values": values}))
    assert rating == {"type": "verdict", "values": shown}
    assert made(api.post(path, {"type": "notes", "class": "text"})) == {"type": "notes", "values": None}
    found = made(api.get(f"/projects/{project}"), 200)["feedback_types"]
    assert found == [rating, {"type": "notes", "values": None}]
    assert api.post(path, {"type": "notes", "class": "number"}).status == 409


@pytest.mark.parametrize(
    ("wrong", "place"),
    [
        ({"type": ""}, "type"),
        ({"class": "colour"}, "class"),
        ({"class": None}, "class"),
        ({"class": "text", "values": [{"value": "a"}]}, "values"),
        ({"values": [{"value": "a"}, {"value": "a"}]}, "values"),
        ({"values": [{"value": "a", "sentiment": "glad"}]}, "values"),
        ({"values": [{"value": str(n)} for n in range(101)]}, "values"),
    ],
)
def test_a_type_of_feedback_that_cannot_be_is_refused_at_its_place(api, project, wrong, place):
    wish = {"type": "verdict", "class": "select", **wrong}
    refused = api.post(f"/projects/{project}/feedback-types", wish)
    assert (refused.status, refused.body["detail"][0]["loc"][:2]) == (422, ["body", place])
    assert made(api.get(f"/projects/{project}"), 200)["feedback_types"] == []


def test_strangers_see_and_change_nothing(stranger, api, project):
    assert stranger.send("DELETE", f"/projects/{project}").status == 404
    assert patch(stranger, f"/projects/{project}", {"name": "mine"}).status == 404
    assert made(stranger.get("/projects"), 200)["total"] == 0
    made(stranger.post("/projects", {"name": "sums"}))
    assert made(api.get(f"/projects/{project}"), 200)["name"] == "sums"


@pytest.mark.parametrize("taken", ["staging", "env_staging"])
def test_no_environment_is_taken_over_by_another_of_its_name(api, project, taken):
    first, second = register(api, project), register(api, project, seed=1)
    path = f"/projects/{project}/deploy-config"
    made(patch(api, path, {"config_id": first, "environments": [STAGING]}), 200)
    answer = patch(api, path, {"config_id": second, "environments": [{"id": "env_new", "name": taken}]})
    assert answer.status == 422
    assert "env_staging" in str(answer.body)
    assert deployed(api, project) == {"production": first, "staging": first}
