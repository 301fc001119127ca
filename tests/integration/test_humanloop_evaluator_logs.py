"""What evaluators leave behind, and what becomes of results and passes that nobody finished, as clients see it."""

from datetime import UTC, datetime, timedelta

import pytest

from assay.domain.evaluation import Evaluation
from tests.integration.test_humanloop_updates import (
    external,
    means,
    patch,
    post_log,
    post_result,
    rows,
    run_pass,
    set_status,
    start,
)
from tests.integration.world import EVALUATOR, a_world, made, run, shaped
from tests.support.entry_points import Dead

JUDGE = {
    **EVALUATOR,
    "name": "A judge",
    "type": "llm",
    "code": None,
    "return_type": "number",
    "model_config": {"provider": "mock", "model": "m", "prompt_template": "Rate {{log.output}} for {{log.inputs.a}}"},
}


@pytest.fixture
def world(api):
    return a_world(api)


@pytest.fixture
def judge(api):
    return made(api.post("/evaluators", JUDGE))["id"]


def own_logs(row):
    return [result["evaluator_log"] for result in row["evaluation_results"]]


def test_the_log_that_an_evaluator_leaves_is_found_by_its_id(api, world, judge, cloud, organisation):
    evaluation = start(api, world, world.evaluator, judge)
    run(cloud, organisation, evaluation)
    for row in rows(api, evaluation):
        assert [made(api.get(f"/logs/{log['id']}"), 200) for log in own_logs(row)] == own_logs(row)
    code, model = own_logs(rows(api, evaluation)[1])
    assert (code["judgment"], code["config"]["evaluator_type"], code["project_id"]) == (True, "python", None)
    assert (model["judgment"], model["output"]) == (2, "The answer is 2.")
    assert model["messages"][0]["content"] == "Rate The answer is 2. for 1"
    assert model["project_id"] == made(api.get(f"/evaluators/{judge}"), 200)["logging_project"]["id"]
    shaped("log", model)


def test_the_judges_log_of_a_posted_log_has_what_the_client_reported(api, world, judge, cloud, organisation):
    evaluation = start(api, world, judge, hl_generated=False)
    run(cloud, organisation, evaluation, ("prepare_evaluation", "summarize_experiment"))
    made(set_status(api, evaluation, "running"), 200)
    made(post_log(api, evaluation, world.datapoint, output="Five.", inputs={"a": "ten"}))
    (log,) = own_logs(rows(api, evaluation)[0])
    assert log["messages"][0]["content"] == "Rate Five. for ten"
    assert log["inputs"] == {"log.output": "Five.", "log.inputs.a": "ten"}
    assert made(api.get(f"/logs/{log['id']}"), 200) == log


def test_an_evaluators_log_that_is_not_there_is_not_found(api, stranger, world, cloud, organisation):
    run(cloud, organisation, world.evaluation)
    (log,) = own_logs(rows(api, world.evaluation)[0])
    assert stranger.get(f"/logs/{log['id']}").status == 404
    head, _, _ = log["id"].rpartition("_")
    assert api.get(f"/logs/{head}_nobody").status == 404
    assert api.get(f"/logs/{log['id'].replace('_0_', '_9_')}").status == 404


def test_a_datapoint_is_made_from_a_judges_log(api, world, judge, cloud, organisation):
    evaluation = start(api, world, judge)
    run(cloud, organisation, evaluation)
    (log,) = own_logs(rows(api, evaluation)[1])
    (point,) = made(api.post(f"/datasets/{world.dataset}/datapoints", {"log_ids": [log["id"]]}))
    assert point["target"] == {"output": "The answer is 2."}
    assert point["inputs"] == {"log.output": "The answer is 2.", "log.inputs.a": "1"}


def test_a_row_shows_the_log_that_a_client_made_before_it_was_waited_for_and_judged(api, world, cloud, organisation):
    evaluator = external(api)
    evaluation = start(api, world, evaluator, hl_generated=False)
    log = {"project": "sums", "config_id": world.config, "output": "so", "source_datapoint_id": world.datapoint}
    log_id = made(api.post("/logs", log), 200)["id"]
    made(set_status(api, evaluation, "running"), 200)
    made(post_result(api, evaluation, log_id, evaluator, result=1))
    first, second, _ = rows(api, evaluation)
    assert (first["log"]["id"], first["log"]["output"]) == (log_id, "so")
    assert first["evaluation_results"][0]["log_id"] == log_id
    assert (second["log"], second["evaluation_results"]) == (None, [])


def test_a_version_that_is_named_is_pinned_and_the_evaluators_later_code_is_not_run(api, world, organisation, cloud):
    run(cloud, organisation, world.evaluation)
    strict = made(api.post("/evaluators", {**EVALUATOR, "name": "Pinned"}))["id"]
    probe = start(api, world, strict)
    pinned = version_of(api, probe)
    made(patch(api, f"/evaluators/{strict}", {"code": "def judge(log, testcase):\n    return False\n"}), 200)
    path = f"/evaluations/{world.evaluation}/evaluators"
    made(patch(api, path, {"evaluator_version_ids": [pinned]}), 200)
    run_pass(organisation, world.evaluation, 2)
    assert means(api, world.evaluation) == [1, 1]
    assert version_of(api, world.evaluation) == pinned
    made(patch(api, path, {"evaluator_ids": [strict]}), 200)
    assert len(made(api.get(f"/evaluations/{world.evaluation}"), 200)["evaluators"]) == 2
    assert patch(api, path, {"evaluator_version_ids": ["evv_nobody"]}).status == 404


def version_of(api, evaluation):
    """The version of the evaluator that came last."""
    found = made(api.get(f"/evaluations/{evaluation}?evaluator_aggregates=true"), 200)
    return found["evaluator_aggregates"][-1]["evaluator_version_id"]


def test_logs_and_results_go_to_the_evaluatee_that_is_named_and_to_no_other(api, world, cloud, organisation):
    evaluator = external(api)
    evaluation = start(api, world, evaluator, hl_generated=False)
    made(set_status(api, evaluation, "running"), 200)
    own, path = f"evv_{evaluation.removeprefix('ev_')}", f"/evaluations/{evaluation}"
    body = {"datapoint_id": world.datapoint, "log": {"output": "so"}}
    log = made(api.post(f"{path}/log?evaluatee_id={own}", body))["id"]
    verdict = {"log_id": log, "evaluator_id": evaluator, "result": 1.5}
    made(api.post(f"{path}/result?evaluatee_id={own}", verdict))
    assert api.post(f"{path}/log?evaluatee_id=evv_other", body).status == 404
    assert api.post(f"{path}/result", {**verdict, "evaluatee_id": "evv_other"}).status == 404
    assert means(api, evaluation) == [1.5]


def test_scores_are_seen_while_others_are_still_to_come(api, world, cloud, organisation):
    evaluation = start(api, world, world.evaluator)
    run(cloud, organisation, evaluation, ("prepare_evaluation", "generate_outputs"))
    assert (means(api, evaluation), [one["evaluation_results"] for one in rows(api, evaluation)]) == ([None], [[]] * 3)
    run(cloud, organisation, evaluation, ("prepare_evaluation", "generate_outputs", "score_outputs"))
    assert made(api.get(f"/evaluations/{evaluation}"), 200)["status"] == "running"
    assert means(api, evaluation) == [1]
    assert [one["evaluation_results"][0]["value"] for one in rows(api, evaluation)] == [True] * 3


def test_a_log_whose_judging_failed_for_good_is_kept_in_the_queue_and_judged_when_the_client_is_done(
    api, world, cloud, organisation
):
    evaluation = start(api, world, world.evaluator, hl_generated=False)
    run(cloud, organisation, evaluation, ("prepare_evaluation", "summarize_experiment"))
    made(set_status(api, evaluation, "running"), 200)
    cloud.functions.rules.append(no_judging)
    made(post_log(api, evaluation, world.datapoint, output="The answer is 0."))
    cloud.functions.rules.remove(no_judging)
    lost = ("score_outputs", {"organisation": organisation, "evaluation_id": evaluation, "ordinal": 0})
    assert cloud.functions.lost.pop() == lost
    assert (means(api, evaluation), rows(api, evaluation)[0]["evaluation_results"]) == ([None], [])
    made(set_status(api, evaluation, "completed"), 200)
    run_pass(organisation, evaluation, 2)
    assert means(api, evaluation) == [1]
    assert made(api.get(f"/evaluations/{evaluation}"), 200)["status"] == "completed"


def no_judging(folder, _):
    """Every invocation of score_outputs dies."""
    if folder == "score_outputs":
        raise Dead


def test_a_pass_whose_beginner_died_is_started_by_whoever_asks(api, world, cloud, organisation):
    evaluation = forsaken(cloud, organisation, world, seconds=61)
    assert names(cloud, evaluation) == []
    assert made(api.get(f"/evaluations/{evaluation}"), 200)["status"] == "pending"
    assert names(cloud, evaluation) == [f"{evaluation}-1"]
    made(api.get(f"/evaluations/{evaluation}"), 200)
    run(cloud, organisation, evaluation)
    assert made(api.get(f"/evaluations/{evaluation}"), 200)["status"] == "completed"
    assert names(cloud, evaluation) == [f"{evaluation}-1"]


def test_a_client_that_sets_an_evaluation_running_starts_the_pass_that_nobody_started(api, world, cloud, organisation):
    evaluation = forsaken(cloud, organisation, world, seconds=61, generated_by="client")
    made(set_status(api, evaluation, "running"), 200)
    assert names(cloud, evaluation) == [f"{evaluation}-1"]


def test_what_waits_for_its_turn_under_a_trigger_is_not_started_by_who_asks(api, world, cloud, organisation):
    evaluation = forsaken(cloud, organisation, world, seconds=61, trigger_id="trig_1")
    made(api.get(f"/evaluations/{evaluation}"), 200)
    assert names(cloud, evaluation) == []


def test_a_pass_that_may_still_be_on_its_way_is_left_alone(api, world, cloud, organisation):
    evaluation = forsaken(cloud, organisation, world, seconds=30)
    made(api.get(f"/evaluations/{evaluation}"), 200)
    assert names(cloud, evaluation) == []


def forsaken(cloud, organisation, world, seconds, **fields):
    """An evaluation that was kept so many seconds ago by a process that died before it started the pass."""
    model = cloud.stores.resources.get(organisation, Evaluation, world.evaluation)
    kept = datetime.now(UTC) - timedelta(seconds=seconds)
    orphan = model.model_copy(update={"id": f"{model.id}x", "created_at": kept, "updated_at": kept, **fields})
    cloud.stores.resources.create(organisation, orphan)
    return orphan.id


def names(cloud, evaluation):
    """The executions for an evaluation."""
    found = cloud.executions.list_executions(stateMachineArn=cloud.machine)["executions"]
    return [one["name"] for one in found if one["name"].startswith(f"{evaluation}-")]
