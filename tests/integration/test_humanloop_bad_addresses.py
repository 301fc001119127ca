"""Addresses, ids, names and queries that lead nowhere: always a 4xx in the dialect's own shape (contracts/humanloop-v4.md §1.2, §9)."""

import pytest

from tests.integration.test_humanloop_bad_input import places, sentence
from tests.integration.world import CONFIG, a_world, evaluation_request, made


@pytest.fixture
def world(api):
    return a_world(api)


def test_an_unknown_route_is_not_found_and_an_unknown_method_not_allowed(api, world):
    for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
        assert sentence(api.send(method, "/nothing/here"), 404)
    assert sentence(api.send("PATCH", f"/evaluations/{world.evaluation}/nothing"), 404)
    for method, path in {
        "PUT": "/projects",
        "DELETE": f"/evaluations/{world.evaluation}",
        "PATCH": f"/projects/{world.project}/evaluations",
        "POST": f"/evaluations/{world.evaluation}/datapoints",
    }.items():
        assert "only GET" in sentence(api.send(method, path), 405)


IDS = ("unknown", "", "x" * 3000, "pr_../x", "a b", "é", "ev_\u0000", "%2F")


@pytest.mark.parametrize("identifier", IDS)
def test_an_id_that_nothing_has_is_not_found(api, world, identifier):
    request = evaluation_request(world.config, world.dataset, world.evaluator)
    path = f"/projects/{world.project}/evaluations"
    for wrong in (
        {"config_id": identifier},
        {"dataset_id": identifier},
        {"evaluator_ids": [world.evaluator, identifier]},
    ):
        assert sentence(api.post(path, {**request, **wrong}), 404)
    if identifier and "/" not in identifier:
        for kind in ("projects", "model-configs", "datasets", "datapoints", "evaluators", "evaluations"):
            assert sentence(api.get(f"/{kind}/{identifier}"), 404)
            assert sentence(api.get(f"/{kind}/{identifier.replace(identifier, 'dp_' + identifier + '_x_0')}"), 404)


def test_an_id_of_another_kind_is_not_found(api, world):
    for kind, identifier in {
        "projects": world.config,
        "model-configs": world.project,
        "datasets": world.evaluator,
        "datapoints": world.dataset,
        "evaluators": world.dataset,
        "evaluations": world.project,
    }.items():
        assert sentence(api.get(f"/{kind}/{identifier}"), 404)


def test_a_config_of_another_project_is_not_found(api, world):
    other = made(api.post("/model-configs", {**CONFIG, "project": "another"}), 200)["config"]["id"]
    path = f"/projects/{world.project}/evaluations"
    assert sentence(api.post(path, evaluation_request(other, world.dataset)), 404)


def test_a_name_that_is_taken_is_a_conflict(api, world):
    assert "sums" in sentence(api.post("/projects", {"name": "sums"}), 409)
    request = evaluation_request(world.config, world.dataset, name="first")
    path = f"/projects/{world.project}/evaluations"
    made(api.post(path, request))
    assert "first" in sentence(api.post(path, request), 409)
    assert len(made(api.get(path), 200)) == 2


PAGED = (
    "/projects?",
    "/datasets/{dataset}/datapoints?",
    "/evaluations?project_id={project}&",
    "/evaluations/{evaluation}/datapoints?",
)


@pytest.mark.parametrize("path", PAGED)
def test_a_page_that_cannot_be_is_refused_and_one_that_is_too_large_is_clamped(api, world, path):
    path = path.format(**world._asdict())
    for wrong in ("page=-1", "size=-1", "size=0", "page=x", "size=", "page=1.5", f"page={'9' * 5000}"):
        assert places(api.get(path + wrong)) == [["query", wrong.partition("=")[0]]]
    assert made(api.get(f"{path}size=5000"), 200)["size"] == 1000
    beyond = made(api.get(f"{path}page={'9' * 20}"), 200)
    assert (beyond["records"], beyond["page"]) == ([], int("9" * 20))


def test_a_query_that_breaks_rules_is_named(api, world):
    assert places(api.get("/evaluations")) == [["query", "project_id"]]
    assert places(api.get(f"/evaluations?project_id={world.project}&start_date=yesterday")) == [["query", "start_date"]]
    assert places(api.get("/projects?sort_by=price")) == [["query", "sort_by"]]
    path = f"/evaluations/{world.evaluation}?evaluator_aggregates=perhaps"
    assert places(api.get(path)) == [["query", "evaluator_aggregates"]]
    path = f"/evaluations?project_id={world.project}&status_filter=x"
    for wrong in ("y.asc", "status", "status.up", "evaluator-.asc", "evaluator.desc", ""):
        assert places(api.get(f"{path}&sort={wrong}")) == [["query", "sort", 0]]
    assert places(api.get(f"{path}&sort=status.asc&sort=y.asc")) == [["query", "sort", 1]]
    for right in ("dataset.asc", "config.desc", "status.asc&sort=dataset.desc", f"evaluator-{world.evaluator}.asc"):
        assert made(api.get(f"{path}&sort={right}"), 200)["records"] == []
