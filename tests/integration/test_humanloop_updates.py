"""What happens to an evaluation after its creation, as clients take it (contracts/humanloop-v4.md §2.5 to §2.8, §4.1)."""

import json

import pytest

from tests.integration.world import EVALUATOR, MEASURE, a_world, evaluation_request, made, paged, run, shaped
from tests.support.entry_points import invoked

EXTERNAL = {**EVALUATOR, "name": "People", "type": "external", "code": None, "return_type": "number"}


@pytest.fixture
def world(api):
    return a_world(api)


def start(api, world, *evaluators, **more):
    request = evaluation_request(world.config, world.dataset, *evaluators, **more)
    return shaped("evaluation", made(api.post(f"/projects/{world.project}/evaluations", request)))["id"]


def patch(api, path, body):
    return api.send("PATCH", path, json.dumps(body))


def set_status(api, evaluation, status):
    return patch(api, f"/evaluations/{evaluation}/status", {"status": status})


def points(api, world):
    return [one["id"] for one in made(api.get(f"/datasets/{world.dataset}/datapoints"), 200)["records"]]


def rows(api, evaluation):
    return paged("row", made(api.get(f"/evaluations/{evaluation}/datapoints?size=50"), 200))["records"]


def means(api, evaluation):
    found = made(api.get(f"/evaluations/{evaluation}?evaluator_aggregates=true"), 200)
    return [one["aggregate_value"] for one in found["evaluator_aggregates"]]


def post_log(api, evaluation, datapoint, **log):
    return api.post(f"/evaluations/{evaluation}/log", {"datapoint_id": datapoint, "log": log})


def post_result(api, evaluation, log, evaluator, **payload):
    return api.post(f"/evaluations/{evaluation}/result", {"log_id": log, "evaluator_id": evaluator, **payload})


def external(api, **more):
    return made(api.post("/evaluators", {**EXTERNAL, **more}))["id"]


@pytest.fixture
def waiting(api, world, cloud, organisation):
    """An evaluation that a client generates and we judge, running."""
    evaluation = start(api, world, world.evaluator, hl_generated=False)
    run(cloud, organisation, evaluation, ("prepare_evaluation", "summarize_experiment"))
    made(set_status(api, evaluation, "running"), 200)
    return evaluation


@pytest.fixture
def judged(api, world, cloud, organisation):
    """An evaluation that we generate and a client judges, generated; and its evaluator."""
    evaluator = external(api)
    evaluation = start(api, world, evaluator)
    run(cloud, organisation, evaluation)
    return evaluation, evaluator


def test_an_evaluation_that_a_client_generates_stays_pending_and_takes_no_log_before_it_is_set_running(
    api, world, cloud, organisation
):
    evaluation = start(api, world, world.evaluator, hl_generated=False)
    run(cloud, organisation, evaluation, ("prepare_evaluation", "summarize_experiment"))
    assert made(api.get(f"/evaluations/{evaluation}"), 200)["status"] == "pending"
    assert [one["log"] for one in rows(api, evaluation)] == [None, None, None]
    assert post_log(api, evaluation, points(api, world)[0]).status == 400
    assert made(set_status(api, evaluation, "running"), 200)["status"] == "running"
    made(post_log(api, evaluation, points(api, world)[0]))


def test_flow_b_a_client_generates_and_our_evaluators_judge_each_log_by_themselves(api, world, waiting):
    for n, datapoint in enumerate(points(api, world)):
        output = f"The answer is {n * 2}." if n else "No idea."
        log = made(post_log(api, waiting, datapoint, output=output, project_id=world.project, config_id=world.config))
        assert log["project_id"] == world.project
    found = rows(api, waiting)
    assert [one["evaluation_results"][0]["value"] for one in found] == [False, True, True]
    assert [one["log"]["source_datapoint_id"] for one in found] == points(api, world)
    assert means(api, waiting) == [2 / 3]
    assert made(api.get(f"/evaluations/{waiting}"), 200)["status"] == "running"


def test_a_log_may_be_empty_and_gets_the_datapoints_inputs(api, world, waiting):
    made(post_log(api, waiting, world.datapoint))
    assert rows(api, waiting)[0]["log"]["inputs"] == {"a": "0", "b": "2"}


def test_a_log_that_is_posted_again_is_judged_again_and_counts_once(api, world, waiting):
    first = made(post_log(api, waiting, world.datapoint, output="No idea."))
    assert means(api, waiting) == [0]
    assert made(post_log(api, waiting, world.datapoint, output="The answer is 0."))["id"] == first["id"]
    assert means(api, waiting) == [1]
    assert len(rows(api, waiting)[0]["evaluation_results"]) == 1


def test_a_log_of_another_dataset_or_of_an_unknown_datapoint_is_refused(api, world, waiting):
    assert post_log(api, waiting, "dp_nobody").status == 422
    assert post_log(api, waiting, world.datapoint.replace("dp_", "dp_x")).status == 422
    assert post_log(api, "ev_nobody", world.datapoint).status == 404


def test_nobody_elses_evaluation_can_be_changed(stranger, world, waiting):
    assert post_log(stranger, waiting, world.datapoint).status == 404
    assert set_status(stranger, waiting, "completed").status == 404
    assert post_result(stranger, waiting, "data_1", "evfn_1", result=1).status == 404


def test_a_reader_may_change_nothing(reader, world, waiting):
    assert post_log(reader, waiting, world.datapoint).status == 403
    assert set_status(reader, waiting, "completed").status == 403


def test_flow_c_a_client_judges_what_we_generated_and_says_when_it_is_complete(api, judged):
    evaluation, evaluator = judged
    assert made(api.get(f"/evaluations/{evaluation}"), 200)["status"] == "running"
    for n, row in enumerate(rows(api, evaluation)):
        result = shaped("result", made(post_result(api, evaluation, row["log"]["id"], evaluator, result=n)))
        assert (result["value"], result["log_id"]) == (n, row["log"]["id"])
    assert [one["evaluation_results"][0]["value"] for one in rows(api, evaluation)] == [0, 1, 2]
    assert means(api, evaluation) == [1]
    assert made(set_status(api, evaluation, "completed"), 200)["status"] == "completed"
    log = rows(api, evaluation)[0]["log"]["id"]
    assert post_result(api, evaluation, log, evaluator, result=1).status == 400
    assert made(set_status(api, evaluation, "running"), 200)["status"] == "running"
    made(post_result(api, evaluation, log, evaluator, result=3))
    assert means(api, evaluation) == [2]


def test_flow_d_a_client_generates_and_judges(api, world, cloud, organisation):
    evaluator = external(api)
    evaluation = start(api, world, evaluator, hl_generated=False)
    run(cloud, organisation, evaluation, ("prepare_evaluation", "summarize_experiment"))
    made(set_status(api, evaluation, "running"), 200)
    for n, datapoint in enumerate(points(api, world)):
        log = made(post_log(api, evaluation, datapoint, output="Something."))["id"]
        made(post_result(api, evaluation, log, evaluator, result=n + 0.5))
    assert means(api, evaluation) == [1.5]
    assert made(set_status(api, evaluation, "completed"), 200)["status"] == "completed"


def test_flow_e_a_new_evaluator_judges_the_logs_that_there_are(api, world, cloud, organisation):
    run(cloud, organisation, world.evaluation)
    before = [one["log"] for one in rows(api, world.evaluation)]
    measure = made(api.post("/evaluators", MEASURE))["id"]
    change = {"evaluator_ids": [measure, world.evaluator]}
    found = made(patch(api, f"/evaluations/{world.evaluation}/evaluators", change), 200)
    assert (found["status"], len(found["evaluators"])) == ("running", 2)
    run_pass(organisation, world.evaluation, 2)
    assert made(api.get(f"/evaluations/{world.evaluation}"), 200)["status"] == "completed"
    assert [one["log"] for one in rows(api, world.evaluation)] == before
    assert [len(one["evaluation_results"]) for one in rows(api, world.evaluation)] == [2, 2, 2]
    assert None not in means(api, world.evaluation)


def test_adding_nothing_or_what_is_attached_changes_nothing(api, world, cloud, organisation):
    run(cloud, organisation, world.evaluation)
    before = made(api.get(f"/evaluations/{world.evaluation}"), 200)
    for change in ({}, {"evaluator_ids": [world.evaluator]}, {"evaluator_ids": None}):
        after = made(patch(api, f"/evaluations/{world.evaluation}/evaluators", change), 200)
        assert {**after, "url": before["url"]} == before


def test_a_new_evaluator_judges_the_logs_that_clients_posted(api, world, organisation, waiting):
    made(post_log(api, waiting, world.datapoint, output="The answer is 0."))
    measure = made(api.post("/evaluators", MEASURE))["id"]
    made(patch(api, f"/evaluations/{waiting}/evaluators", {"evaluator_ids": [measure]}), 200)
    run_pass(organisation, waiting, 2)
    assert means(api, waiting) == [1, len("The answer is 0.")]
    assert made(api.get(f"/evaluations/{waiting}"), 200)["status"] == "running"


def test_a_result_is_replaced_keeps_its_id_and_counts_once(api, judged):
    evaluation, evaluator = judged
    log = rows(api, evaluation)[0]["log"]["id"]
    first = made(post_result(api, evaluation, log, evaluator, result=1))
    again = made(post_result(api, evaluation, log, evaluator, result=7))
    assert again["id"] == first["id"]
    assert means(api, evaluation) == [7]


def test_an_error_is_shown_and_averaged_by_nobody(api, judged):
    evaluation, evaluator = judged
    log = rows(api, evaluation)[0]["log"]["id"]
    assert made(post_result(api, evaluation, log, evaluator, error="I could not."))["value"] is None
    assert rows(api, evaluation)[0]["evaluation_results"][0]["error"] == "I could not."
    assert means(api, evaluation) == [None]


def test_a_result_says_one_thing_of_the_right_type_about_a_log_of_the_evaluation(api, world, judged):
    evaluation, evaluator = judged
    log = rows(api, evaluation)[0]["log"]["id"]
    assert post_result(api, evaluation, log, evaluator).status == 422
    assert post_result(api, evaluation, log, evaluator, result=1, error="x").status == 422
    assert post_result(api, evaluation, log, evaluator, result=True).status == 422
    assert post_result(api, evaluation, log, world.evaluator, result=1).status == 422
    assert post_result(api, evaluation, log.rpartition("_")[0] + "_99", evaluator, result=1).status == 404
    assert post_result(api, evaluation, "data_other_0", evaluator, result=1).status == 422
    assert post_result(api, evaluation, "data_nobody", evaluator, result=1).status == 404


def test_nobody_posts_results_of_an_evaluator_that_we_run(api, world, waiting):
    log = made(post_log(api, waiting, world.datapoint, output="x"))["id"]
    assert post_result(api, waiting, log, world.evaluator, result=True).status == 400


def test_a_result_may_be_about_a_log_made_elsewhere_for_a_datapoint_of_the_dataset(api, world, judged):
    evaluation, evaluator = judged
    log = {"project_id": world.project, "config_id": world.config, "output": "x"}
    ours = made(api.post("/logs", {**log, "source_datapoint_id": world.datapoint}), 200)["id"]
    assert made(post_result(api, evaluation, ours, evaluator, result=1))["log_id"] == ours
    foreign = made(api.post("/logs", log), 200)["id"]
    assert post_result(api, evaluation, foreign, evaluator, result=1).status == 422


def test_an_evaluation_that_needs_no_client_can_only_be_cancelled(api, world, organisation):
    assert set_status(api, world.evaluation, "running").status == 400
    assert set_status(api, world.evaluation, "paused").status == 422
    assert made(set_status(api, world.evaluation, "cancelled"), 200)["status"] == "cancelled"
    assert run_pass(organisation, world.evaluation, 2) == 0
    assert made(api.get(f"/evaluations/{world.evaluation}"), 200)["status"] == "cancelled"
    assert set_status(api, world.evaluation, "completed").status == 400
    assert made(set_status(api, world.evaluation, "failed"), 200)["status"] == "cancelled"


def test_completed_evaluations_go_neither_back_to_pending_nor_to_cancelled(api, judged):
    evaluation, _ = judged
    made(set_status(api, evaluation, "completed"), 200)
    assert set_status(api, evaluation, "pending").status == 400
    assert set_status(api, evaluation, "cancelled").status == 400
    assert made(set_status(api, evaluation, "completed"), 200)["status"] == "completed"


def run_pass(organisation, evaluation, number):
    """Takes an evaluation of one lane through a later pass, as the state machine does; says how many lanes it had."""
    place = {"organisation": organisation, "evaluation_id": evaluation}
    prepared = invoked("prepare_evaluation", {**place, "pass": number})
    turn = {**place, "lane": 0}
    while prepared["lane_count"] and turn.get("status") != "done":
        turn = invoked("score_outputs", invoked("generate_outputs", turn))
    invoked("summarize_experiment", {**place, "pass": number})
    return prepared["lane_count"]
