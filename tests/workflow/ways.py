"""Every way through every function, taken once: what a function never asks for on these, it needs no right to."""

import json
from datetime import timedelta

import pytest

from assay.domain.errors import NotFound
from assay.domain.evaluation import Evaluation
from tests.integration.world import CONFIG, EVALUATOR, MEASURE, datapoint, evaluation_request, made
from tests.workflow.evals import ECHO, EXACT, Evals, sum_row
from tests.workflow.machine import Machine, sums
from tests.workflow.ways_of_content import LARGE, a_look_from_outside, an_import, deletions
from tests.workflow.ways_of_functions import (
    a_provider,
    calls_of_configs,
    calls_of_functions,
    code_under_test,
    evals,
    task,
    the_other_dialect,
)

JUDGE = {
    **EVALUATOR,
    "name": "Judge",
    "type": "llm",
    "code": None,
    "model_config": {"provider": "mock", "model": "judge-1", "prompt_template": "{{log.output}}\ntrue"},
}
DENIED = {**JUDGE, "name": "Judge without a key", "model_config": {**JUDGE["model_config"], "provider": "openai"}}
PEOPLE = {**EVALUATOR, "name": "People", "type": "external", "code": None, "return_type": "number"}


def every_way(cloud, noted):
    """Takes every function along all its ways; `noted` is told who asks when it is no function."""
    machine = Machine(cloud, "acme")
    every_route(machine)
    a_run_in_pieces(machine)
    bad_ends(machine)
    changes_and_deletions(machine)
    code_under_test(machine)
    calls_of_functions(machine)
    evals(Evals(cloud, machine.organisation))
    keys_that_are_sent(machine)
    calls_of_configs(machine)
    logs(machine)
    logs_posted_to_an_evaluation(machine)
    results_posted_to_an_evaluation(machine)
    triggers(machine, noted)
    the_other_dialect(machine)
    a_pass_that_nobody_started(machine)
    a_look_from_outside(machine)
    an_import(machine)
    deletions(machine, noted)


def patched(machine, path, body):
    return made(machine.api.send("PATCH", path, json.dumps(body)), 200)


def every_route(machine):
    """Reads and writes whatever the API has, found or not."""
    api, project = machine.api, machine.project
    evaluation = machine.launch(sums(3))
    body = machine.evaluation(evaluation)
    dataset, config, evaluator = body["dataset"]["id"], body["config"]["id"], body["evaluators"][0]["id"]
    point = made(api.post(f"/datasets/{dataset}/datapoints", datapoint(1, 1)))[0]["id"]
    for path in (
        *("/projects", f"/projects/{project}", f"/model-configs/{config}", "/evaluators", f"/evaluators/{evaluator}"),
        *("/datasets", f"/projects/{project}/datasets", f"/datasets/{dataset}", f"/datasets/{dataset}/datapoints"),
        *(f"/datapoints/{point}", f"/evaluations?project_id={project}", f"/projects/{project}/evaluations"),
        *(f"/evaluations/{evaluation}", f"/evaluations/{evaluation}/datapoints", f"/logs?project_id={project}"),
    ):
        made(api.get(path), 200)
        api.get(path.replace("_", "_x"))
    launch = evaluation_request(config, dataset, evaluator)
    made(api.asking(Prefer="estimate").post(f"/projects/{project}/evaluations", launch), 200)
    for name in ("first", "first"):
        api.post(f"/projects/{project}/evaluations", evaluation_request(config, dataset, evaluator, name=name))


def a_run_in_pieces(machine):
    """An evaluation of 150 rows that keeps answers, read at every stage, its tasks delivered again, code short of time."""
    evaluation = machine.launch(sums(150), EVALUATOR, JUDGE, cache=True)
    machine.rows(evaluation)
    for _ in range(2):
        assert task(machine, "prepare_evaluation", evaluation)["lane_count"] == 1
    machine.rows(evaluation)
    for _ in range(2):
        turn = task(machine, "generate_outputs", evaluation, lane=0)
    machine.rows(evaluation)
    for seconds in (80, 900, 900):
        task(machine, "score_outputs", evaluation, seconds, **turn)
        machine.evaluation(evaluation)
        machine.rows(evaluation)
    for _ in range(2):
        task(machine, "summarize_experiment", evaluation)
    machine.evaluation(evaluation)


def bad_ends(machine):
    """A provider with a secret key, a lane that failed, executions that were stopped or summed up too early."""
    failure = {"Error": "X", "Cause": ""}
    evaluation = machine.launch(sums(2), config={**CONFIG, "provider": "openai"})
    task(machine, "prepare_evaluation", evaluation)
    turn = task(machine, "generate_outputs", evaluation, lane=0)
    task(machine, "score_outputs", evaluation, **turn)
    task(machine, "fail_evaluation", evaluation, pass_number=1, lane=0, failure=failure)
    task(machine, "summarize_experiment", evaluation)
    for prepared in (True, False):
        stopped = machine.launch(sums(3))
        if prepared:
            task(machine, "prepare_evaluation", stopped)
            task(machine, "summarize_experiment", stopped)
            stopped = machine.launch(sums(3))
            task(machine, "prepare_evaluation", stopped)
        machine.tell({**machine.execution(stopped), "status": "ABORTED"})


def changes_and_deletions(machine):
    """A resource of every kind is renamed and deleted."""
    api = machine.api
    project = made(api.post("/projects", {"name": "products"}))["id"]
    dataset = made(api.post(f"/projects/{project}/datasets", {"name": "products", "description": ""}))["id"]
    evaluator = made(api.post("/evaluators", {**MEASURE, "name": "To be deleted"}))["id"]
    for path in (f"/evaluators/{evaluator}", f"/datasets/{dataset}", f"/projects/{project}"):
        patched(machine, path, {"name": "another"})
        assert api.send("DELETE", path).status in {200, 204}
        assert api.get(path).status == 404


def logs(machine):
    """Logs small and large, posted, searched, read, made into datapoints; those of evaluations too, there or not."""
    api, project = machine.api, machine.project
    config = made(api.post("/model-configs", {**CONFIG, "project_id": project}), 200)["config"]["id"]
    log = {"project_id": project, "config_id": config, "inputs": {"a": "1"}}
    ids = [one["id"] for one in made(api.post("/logs", [{**log, "output": output} for output in ("x", LARGE)]), 200)]
    made(api.get(f"/logs?project_id={project}&search=nowhere"), 200)
    made(api.send("POST", f"/projects/{project}/export"), 200)
    evaluation = machine.launch(sums(2))
    theirs = f"data_{evaluation.partition('_')[2]}_0"
    assert api.get(f"/logs/{theirs}").status == 404
    task(machine, "prepare_evaluation", evaluation)
    assert api.get(f"/logs/{theirs}").status == 404
    task(machine, "score_outputs", evaluation, **task(machine, "generate_outputs", evaluation, lane=0))
    dataset = made(api.post(f"/projects/{project}/datasets", {"name": "from logs", "description": ""}))["id"]
    for each in (*ids, theirs):
        made(api.get(f"/logs/{each}"), 200)
    made(api.post(f"/datasets/{dataset}/datapoints", {"log_ids": [*ids, theirs]}))
    made(api.get(f"/projects/{project}/configs?evaluation_aggregates=true"), 200)


def posted_log(machine, evaluation, row, output):
    body = {"datapoint_id": row["datapoint"]["id"], "log": {"output": output}}
    return made(machine.api.post(f"/evaluations/{evaluation}/log", body))["id"]


def posted_result(machine, evaluation, log, value):
    body = {"log_id": log, "evaluator_id": machine.judge(PEOPLE), "result": value}
    return machine.api.post(f"/evaluations/{evaluation}/result", body)


def a_pass(machine, evaluation, number):
    """Takes a later pass of an evaluation through its tasks, but not its end."""
    task(machine, "prepare_evaluation", evaluation, **{"pass": number})
    turn = task(machine, "generate_outputs", evaluation, lane=0)
    task(machine, "score_outputs", evaluation, **turn)


def keys_that_are_sent(machine):
    """A launch, and a judge that comes later, bring keys of a provider."""
    keys = {"provider_api_keys": {"openai": "sk"}}
    with a_provider():
        evaluation = machine.launch(sums(1), config={**CONFIG, "provider": "openai"}, **keys)
        a_pass(machine, evaluation, 1)
        task(machine, "summarize_experiment", evaluation)
        added = {"evaluator_ids": [machine.judge(DENIED)], **keys}
        patched(machine, f"/evaluations/{evaluation}/evaluators", added)
        a_pass(machine, evaluation, 2)
        task(machine, "summarize_experiment", evaluation, **{"pass": 2})
    (row,) = machine.rows(evaluation)
    assert row["log"]["output"].startswith("The answer is"), row["log"]["error"]


def logs_posted_to_an_evaluation(machine):
    """A client generates: its logs are judged by code and models, and judged again; evaluators come in between."""
    evaluation = machine.launch(sums(3), EVALUATOR, JUDGE, DENIED, PEOPLE, hl_generated=False)
    rows = machine.rows(evaluation)
    for name in ("prepare_evaluation", "summarize_experiment"):
        task(machine, name, evaluation)
    patched(machine, f"/evaluations/{evaluation}/status", {"status": "running"})
    for row, output in zip((*rows, *rows), ("x", "y", LARGE, "z", LARGE, "x"), strict=True):
        log = posted_log(machine, evaluation, row, output)
    made(posted_result(machine, evaluation, log, 1))
    judged = [[result["value"] for result in row["evaluation_results"]] for row in machine.rows(evaluation)]
    assert all(True in values for values in judged)
    made(machine.api.get(f"/logs/{log}"), 200)
    for each in (MEASURE, {**MEASURE, "name": "Length again"}):
        patched(machine, f"/evaluations/{evaluation}/evaluators", {"evaluator_ids": [machine.judge(each)]})
        if each is MEASURE:
            a_pass(machine, evaluation, 2)
    task(machine, "summarize_experiment", evaluation, **{"pass": 2})
    a_pass(machine, evaluation, 3)
    failure = {"Error": "X", "Cause": ""}
    task(machine, "fail_evaluation", evaluation, **{"pass": 3}, failure=failure)
    machine.evaluation(evaluation)
    machine.rows(evaluation)


def results_posted_to_an_evaluation(machine):
    """A client judges what we generate, too early and in time; it completes one evaluation and cancels another."""
    api = machine.api
    evaluation = machine.launch(sums(3), PEOPLE)
    body, log = machine.evaluation(evaluation), f"data_{evaluation.partition('_')[2]}_0"
    patched(machine, f"/evaluations/{evaluation}/status", {"status": "running"})
    assert posted_result(machine, evaluation, log, 1).status == 404
    a_pass(machine, evaluation, 1)
    for value in (1, 2):
        made(posted_result(machine, evaluation, log, value))
    point = machine.rows(evaluation)[0]["datapoint"]["id"]
    elsewhere = {"project_id": machine.project, "config_id": body["config"]["id"], "source_datapoint_id": point}
    elsewhere = made(api.post("/logs", {**elsewhere, "output": LARGE}), 200)["id"]
    made(posted_result(machine, evaluation, elsewhere, 3))
    task(machine, "summarize_experiment", evaluation)
    patched(machine, f"/evaluations/{evaluation}/status", {"status": "completed"})
    task(machine, "summarize_experiment", evaluation, **{"pass": 2})
    machine.rows(evaluation)
    patched(machine, f"/evaluations/{machine.launch(sums(3))}/status", {"status": "cancelled"})


def triggers(machine, noted):
    """Events start evaluations, one by one, and one in place of another; one has its body in the bucket."""
    evaluation = machine.launch(sums(1))
    body = machine.evaluation(evaluation)
    launch = {"config_id": body["config"]["id"], "dataset_id": body["dataset"]["id"], "evaluator_ids": []}
    machine.cloud.stores.bucket.put("acme/launches/body.json", json.dumps(launch).encode())
    for policy in ("queue", "skip", "replace"):
        noted.running = ""  # a trigger is made by the operator, with rights of their own
        machine.trigger(policy, launch, policy=policy)
        first, second = (machine.request(policy, number)["evaluation_id"] for number in (1, 2))
        machine.request(policy, 1)
        assert (second is None) == (policy == "skip")
        task(machine, "prepare_evaluation", first)
        task(machine, "summarize_experiment", first)
        machine.cloud.functions.called("trigger_eval", machine.end_event(policy))
    noted.running = ""
    eval_ = {"data": {"data": [sum_row(1)]}, "task": ECHO, "scores": [EXACT]}
    machine.trigger("eval", eval_, dialect="braintrust")
    for _ in range(2):
        machine.request("eval", 1)
    machine.request("skip", 3, body_key="acme/launches/body.json")
    with pytest.raises(NotFound):
        machine.request("skip", 4, body_key="acme/launches/none.json")


def a_pass_that_nobody_started(machine):
    """It is started by whoever asks for the evaluation; rows show a large log that a client made elsewhere."""
    evaluation = machine.launch(sums(1), PEOPLE, hl_generated=False)
    config = machine.evaluation(evaluation)["config"]["id"]
    point = machine.rows(evaluation)[0]["datapoint"]["id"]
    log = {"project_id": machine.project, "config_id": config, "source_datapoint_id": point, "output": LARGE}
    elsewhere = made(machine.api.post("/logs", log), 200)["id"]
    patched(machine, f"/evaluations/{evaluation}/status", {"status": "running"})
    made(posted_result(machine, evaluation, elsewhere, 1))
    assert machine.rows(evaluation)[0]["log"]["output"] == LARGE
    resources = machine.cloud.stores.resources
    kept = resources.get(machine.organisation, Evaluation, evaluation)
    resources.replace(machine.organisation, kept, kept.revised(kept.updated_at - timedelta(hours=1)))
    machine.evaluation(evaluation)
