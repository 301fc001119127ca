"""Lists of evaluations by way of the API: filters, order, pages (contracts/humanloop-v4.md §2.3)."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.integration.world import CONFIG, EVALUATOR, datapoint, evaluation_request, made, paged, run, shaped


class Lists:
    """A project with evaluations of two configs over two datasets; `evaluations` are their ids, oldest first."""

    def __init__(self, api):
        self.api = api
        self.project = made(api.post("/projects", {"name": "sums"}))["id"]
        self.configs = [self.config("b"), self.config("a", seed=1)]
        self.datasets = [self.dataset("y", right=True), self.dataset("x", right=False)]
        self.evaluator = made(api.post("/evaluators", EVALUATOR))["id"]
        pairs = [(0, 0), (0, 1), (1, 1), (1, 0)]
        self.evaluations = [self.evaluation(self.configs[c], self.datasets[d]) for c, d in pairs]

    def config(self, name, **more):
        body = {**CONFIG, **more, "name": name, "project_id": self.project}
        return made(self.api.post("/model-configs", body), 200)["config"]["id"]

    def dataset(self, name, right):
        body = {"name": name, "description": ""}
        dataset = made(self.api.post(f"/projects/{self.project}/datasets", body))["id"]
        point = datapoint(1, 2) if right else {**datapoint(1, 2), "target": {"output": "Eleven."}}
        made(self.api.post(f"/datasets/{dataset}/datapoints", point))
        return dataset

    def evaluation(self, config, dataset):
        request = evaluation_request(config, dataset, self.evaluator)
        return made(self.api.post(f"/projects/{self.project}/evaluations", request))["id"]

    def page(self, query=""):
        return paged("evaluation", made(self.api.get(f"/evaluations?project_id={self.project}{query}"), 200))

    def found(self, query=""):
        """Which evaluations are on the page, as digits."""
        return "".join(str(self.evaluations.index(one["id"])) for one in self.page(query)["records"])


@pytest.fixture
def lists(api):
    return Lists(api)


def test_the_newest_evaluation_comes_first_and_aggregates_are_there(lists, cloud, organisation):
    run(cloud, organisation, lists.evaluations[0])
    assert lists.found() == "3210"
    assert [one["evaluator_aggregates"][0]["aggregate_value"] for one in lists.page()["records"]] == [None] * 3 + [1]


def test_only_the_ids_asked_for_are_listed_in_either_spelling(lists):
    first, last = lists.evaluations[0], lists.evaluations[3]
    assert lists.found(f"&id={first}&id={last}&id=ev_1") == "30"
    assert lists.found(f"&id_filter={first}&id_filter={last.replace('ev_', 'evrun_')}") == "30"
    assert lists.found(f"&id={first}&id_filter={last}") == ""


def test_a_filters_values_are_alternatives_and_filters_are_conditions(lists, cloud, organisation):
    run(cloud, organisation, lists.evaluations[0])
    run(cloud, organisation, lists.evaluations[2])
    assert lists.found("&status_filter=completed") == "20"
    assert lists.found("&status_filter=completed&status_filter=pending") == "3210"
    assert lists.found("&dataset_filter=y") == lists.found(f"&dataset_filter={lists.datasets[0]}") == "30"
    assert lists.found("&dataset_filter=y&dataset_filter=x") == "3210"
    assert lists.found("&config_filter=b") == lists.found(f"&config_filter={lists.configs[0]}") == "10"
    assert lists.found("&status_filter=completed&dataset_filter=y") == "0"
    assert lists.found("&status_filter=running") == lists.found("&dataset_filter=z") == ""


def test_columns_sort_in_the_order_given_and_equals_stay_newest_first(lists):
    assert lists.found("&sort=dataset.asc") == "2130"
    assert lists.found("&sort=dataset.desc") == "3021"
    assert lists.found("&sort=config.asc&sort=dataset.desc") == "3201"
    assert lists.found("&sort=dataset.desc&sort=config.asc") == "3021"


def test_evaluations_sort_by_an_evaluators_number_and_those_without_come_last(lists, cloud, organisation):
    for number in (0, 1):
        run(cloud, organisation, lists.evaluations[number])
    assert lists.found(f"&sort=evaluator-{lists.evaluator}.desc") == "0132"
    assert lists.found(f"&sort=evaluator-{lists.evaluator}.asc") == "1032"
    assert lists.found("&sort=evaluator-evfn_1.asc") == "3210"
    assert lists.found("&sort=status.desc&sort=dataset.asc") == "2310"


def test_sorted_lists_are_paged(lists):
    whole = lists.found("&sort=dataset.asc")
    assert "".join(lists.found(f"&sort=dataset.asc&size=3&page={page}") for page in range(3)) == whole
    page = lists.page("&size=3&page=1")
    assert (page["page"], page["size"], page["total"], len(page["records"])) == (1, 3, 4, 1)


def test_days_are_inclusive(lists):
    today = datetime.now(UTC).date()
    before, after = today - timedelta(days=1), today + timedelta(days=1)
    assert lists.found(f"&start_date={before}&end_date={after}") == "3210"
    assert lists.found(f"&start_date={after}") == lists.found(f"&end_date={before}") == ""


def test_what_cannot_be_asked_for_is_refused_and_what_is_unknown_ignored(lists):
    for wrong in ("&sort=size.asc", "&sort=dataset", "&sort=dataset.up", "&start_date=today", "&page=-1", "&size=0"):
        assert lists.api.get(f"/evaluations?project_id={lists.project}{wrong}").status == 422
    answer = lists.api.get("/evaluations")
    assert (answer.status, answer.body["detail"][0]["loc"]) == (422, ["query", "project_id"])
    assert lists.found("&colour=red&evaluator_filter=x") == "3210"
    assert lists.api.get("/evaluations?project_id=pr_1").status == 404


def test_only_evaluations_that_have_the_evaluatee_are_listed(lists):
    evaluatee = lists.evaluations[1].replace("ev_", "evv_")
    assert lists.found(f"&evaluatee_id={evaluatee}") == "1"
    found = made(lists.api.get(f"/projects/{lists.project}/evaluations?evaluatee_id={evaluatee}"), 200)
    assert [one["id"] for one in found] == [lists.evaluations[1]]


def test_all_of_a_project_are_a_bare_array_with_aggregates_on_demand(lists):
    path = f"/projects/{lists.project}/evaluations"
    plain = shaped("evaluation", made(lists.api.get(path), 200))
    assert [one["id"] for one in plain] == lists.evaluations[::-1]
    assert [one["evaluator_aggregates"] for one in plain] == [None] * 4
    numbers = made(lists.api.get(f"{path}?evaluator_aggregates=true"), 200)
    assert all(len(shaped("aggregate", one["evaluator_aggregates"])) == 1 for one in numbers)


def test_heavy_evaluations_make_smaller_pages_that_still_partition_the_list(lists):
    heavy = made(
        lists.api.post("/model-configs", {"project_id": lists.project, "model": "m", "prompt_template": "x" * 98_000}),
        200,
    )["config"]["id"]
    lists.evaluations += [lists.evaluation(heavy, lists.datasets[0]) for _ in range(46)]
    first = lists.page()
    assert (first["size"], first["total"]) == (25, 50)
    ids = [one["id"] for page in (first, lists.page("&page=1")) for one in page["records"]]
    assert ids == lists.evaluations[::-1]
    refused = lists.api.get(f"/projects/{lists.project}/evaluations")
    assert (refused.status, "pages" in refused.body["detail"][0]["msg"]) == (422, True)
