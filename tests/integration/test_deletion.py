"""What is deleted is erased from every store (docs/deletion.md)."""

import boto3
import pytest

from assay import bootstrap
from assay.domain.errors import InvalidRequest, Unfinished
from assay.use_cases.erase_organisation import erase_organisation
from tests.integration.braintrust import good, v1_api
from tests.integration.test_manage_triggers import DAILY, FUNCTION, QUEUE, ROLE
from tests.integration.world import CONFIG, a_world, evaluation_request, made, run
from tests.support.entry_points import invoked

CANARY = "canary of a row 5d1c"
LARGE = CANARY + "x" * 150_000


def kept(cloud, organisation):
    """All that the stores have of an organisation, as text: every item with its keys, every object with its name."""
    table, bucket = cloud.stores.table, cloud.stores.bucket
    items = table.client.scan(TableName=table.name)["Items"]
    objects = [(name, bucket.get(name)) for name in bucket.keys(f"{organisation}/")]
    return str([item for item in items if item["pk"]["S"].startswith(f"{organisation}#")]) + str(objects)


def rows_of(api, dataset, *texts):
    made(api.post(f"/datasets/{dataset}/datapoints", [{"inputs": {"a": text, "b": "2"}} for text in texts]))


def test_a_deleted_project_leaves_nothing_of_what_stood_in_it(api, cloud, organisation):
    world = a_world(api)
    rows_of(api, world.dataset, CANARY)
    evaluation = made(
        api.post(
            f"/projects/{world.project}/evaluations",
            evaluation_request(world.config, world.dataset, world.evaluator, hl_generated=False),
        )
    )["id"]
    run(cloud, organisation, evaluation, ("prepare_evaluation", "summarize_experiment"))
    made(api.patch(f"/evaluations/{evaluation}/status", {"status": "running"}), 200)
    point = made(api.get(f"/evaluations/{evaluation}/datapoints"), 200)["records"][0]["datapoint"]["id"]
    made(api.post(f"/evaluations/{evaluation}/log", {"datapoint_id": point, "log": {"output": LARGE}}))
    made(api.patch(f"/evaluations/{evaluation}/status", {"status": "completed"}), 200)
    cloud.functions.called(
        "summarize_experiment", {"organisation": organisation, "evaluation_id": evaluation, "pass": 2}
    )
    run(cloud, organisation, world.evaluation)
    log = {"project_id": world.project, "config_id": world.config, "output": LARGE}
    made(api.post("/logs", {**log, "reference_id": CANARY, "session_reference_id": CANARY}), 200)
    made(api.send("DELETE", f"/projects/{world.project}"), 204)
    left = kept(cloud, organisation)
    assert f"{world.project}'" not in left, "Humanloop's datasets and evaluators remember where they were made."
    assert [one for one in (world.config, world.evaluation, evaluation) if one in left] == []
    assert [one for one in ("'log'", "/logs", "@session", "@reference") if one in left] == []
    assert world.dataset in left, "Humanloop's datasets belong to no project."
    made(api.send("DELETE", f"/datasets/{world.dataset}"), 200)
    assert CANARY not in kept(cloud, organisation)
    assert world.dataset not in kept(cloud, organisation)


def test_a_deleted_log_leaves_nothing_and_its_neighbours_everything(api, cloud, organisation):
    world = a_world(api)
    log = {
        "project_id": world.project,
        "config_id": world.config,
        "session_reference_id": "a talk",
        "reference_id": "mine",
    }

    def posted(**more):
        return made(api.post("/logs", {**log, **more}), 200)["id"]

    other, before = posted(output="stays"), kept(cloud, organisation)
    first, second = posted(output=LARGE, metadata={"of": CANARY}), posted(output="small", stdout=CANARY)
    made(api.patch(f"/logs/{first}", {"output": f"again {LARGE}"}), 200)
    made(api.post("/feedback", {"data_id": second, "type": "comment", "value": CANARY}), 200)
    made(api.delete(f"/logs?id={first}&id={second}"), 204)
    assert kept(cloud, organisation) == before
    assert [api.get(f"/logs/{each}").status for each in (first, second, other)] == [404, 404, 200]


def test_the_rows_of_a_deleted_dataset_go_with_the_last_evaluation_that_was_run_on_them(api, cloud, organisation):
    world = a_world(api)
    run(cloud, organisation, world.evaluation)
    made(api.send("DELETE", f"/datasets/{world.dataset}"), 200)
    assert made(api.get(f"/evaluations/{world.evaluation}/datapoints"), 200)["total"] == 3
    made(api.send("DELETE", f"/projects/{world.project}"), 204)
    assert world.dataset not in kept(cloud, organisation)


def test_a_deleted_project_of_braintrusts_leaves_nothing_either(cloud, v1, organisation, project, dataset, experiment):
    for path in (f"/dataset/{dataset}", f"/experiment/{experiment}"):
        good(v1.post(f"{path}/insert", {"events": [{"id": "r", "input": CANARY}]}))
    wish = {
        "project_id": project,
        "name": "p",
        "slug": "p",
        "prompt_data": {"prompt": {"type": "completion", "content": CANARY}},
    }
    prompt = good(v1.post("/prompt", wish))["id"]
    good(v1.patch(f"/prompt/{prompt}", {"name": "q"}))
    good(v1.delete(f"/project/{project}"))
    left = kept(cloud, organisation)
    assert [one for one in (CANARY, project, dataset, experiment, prompt) if one in left] == []


@pytest.mark.parametrize("noun", ["dataset", "experiment"])
def test_a_deleted_object_of_a_project_leaves_none_of_its_rows(cloud, v1, organisation, dataset, experiment, noun):
    identifier = {"dataset": dataset, "experiment": experiment}[noun]
    good(v1.post(f"/{noun}/{identifier}/insert", {"events": [{"id": "r", "input": CANARY}]}))
    assert CANARY in kept(cloud, organisation)
    good(v1.delete(f"/{noun}/{identifier}"))
    left = kept(cloud, organisation)
    assert CANARY not in left
    assert identifier not in left
    assert {"dataset": experiment, "experiment": dataset}[noun] in left


def test_an_evaluation_that_runs_is_cancelled_first_and_erased_when_it_has_ended(api, cloud, organisation):
    world = a_world(api)
    run(cloud, organisation, world.evaluation, ("prepare_evaluation",))
    made(api.send("DELETE", f"/projects/{world.project}"), 204)
    assert made(api.get(f"/evaluations/{world.evaluation}"), 200)["status"] == "cancelled"
    ((folder, event),) = cloud.functions.lost
    with pytest.raises(Unfinished):
        invoked(folder, event)
    cloud.functions.called(
        "summarize_experiment", {"organisation": organisation, "evaluation_id": world.evaluation, "pass": 2}
    )
    invoked(folder, event)
    assert world.evaluation not in kept(cloud, organisation)
    cloud.functions.lost.clear()


def test_other_evaluations_keep_what_they_share_with_an_erased_one(api, cloud, organisation):
    world = a_world(api)
    other = made(api.post("/projects", {"name": "other"}))["id"]
    config = made(api.post("/model-configs", {**CONFIG, "project_id": other}), 200)["config"]["id"]
    request = evaluation_request(config, world.dataset, world.evaluator)
    second = made(api.post(f"/projects/{other}/evaluations", request))["id"]
    for each in (world.evaluation, second):
        run(cloud, organisation, each)
    made(api.send("DELETE", f"/datasets/{world.dataset}"), 200)
    made(api.send("DELETE", f"/projects/{world.project}"), 204)
    rows = made(api.get(f"/evaluations/{second}/datapoints"), 200)
    assert (rows["total"], rows["records"][0]["log"]["output"]) == (3, "The answer is 0.")


def test_a_deleted_organisation_leaves_nothing_and_its_neighbour_everything(api, cloud, organisation, elsewhere):
    client = boto3.client("scheduler")
    if not [one for one in client.list_schedule_groups()["ScheduleGroups"] if one["Name"] == "assay-schedules"]:
        client.create_schedule_group(Name="assay-schedules")
    timed = bootstrap.schedules(FUNCTION, ROLE, QUEUE, "assay-schedules")
    timed.create(organisation, "nightly", DAILY.expression, DAILY.timezone)
    run(cloud, organisation, a_world(api).evaluation)
    neighbour = v1_api(cloud, elsewhere)
    good(neighbour.post("/project", {"name": "theirs"}))
    before = kept(cloud, elsewhere)
    held = bootstrap.operator("assay")
    stores = bootstrap.eraser("assay", "assay", cloud.machine)
    erased = erase_organisation(
        organisation, resources=held["resources"], clock=held["clock"], schedules=timed, **stores
    )
    assert erased > 10
    assert kept(cloud, organisation) == "[][]"
    assert timed.listed(organisation) == {}
    assert kept(cloud, elsewhere) == before
    assert api.get("/projects").status == 401


@pytest.mark.parametrize("name", ["", "a#b", "A", "../x", "%"])
def test_only_an_organisations_name_is_taken_for_one(cloud, name):
    held = bootstrap.operator("assay")
    stores = bootstrap.eraser("assay", "assay", cloud.machine)
    with pytest.raises(InvalidRequest):
        erase_organisation(name, resources=held["resources"], clock=held["clock"], schedules=None, **stores)
