"""Every function is taken along all its ways: its statements allow what it asks of AWS, and nothing that it never asks."""

import json

import boto3
import pytest

from tests.integration.world import CONFIG, datapoint, evaluation_request, made
from tests.story.permissions import granted
from tests.story.tree import folders, resource_of
from tests.support.aws import stack
from tests.support.entry_points import FarContext, Lambda
from tests.workflow.machine import Machine, sums
from tests.workflow.rights import Needs, rights


@pytest.fixture(scope="module")
def needs():
    """What the functions needed on all their ways."""
    with stack(Lambda()) as cloud:
        noted = Needs(cloud.functions)
        noted.listen_to(boto3.DEFAULT_SESSION)
        machine = Machine(cloud, "acme")
        every_route(machine)
        a_run_in_pieces(machine)
        bad_ends(machine)
        return noted.noted


def task(machine, folder, evaluation, seconds=900, **state):
    """What a function answers as a task of the evaluation's pass or lane, with so much time."""
    place = {"organisation": machine.organisation, "evaluation_id": evaluation}
    return machine.cloud.functions.called(folder, {**place, **(state or {"pass": 1})}, FarContext(seconds))


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
        *(f"/evaluations/{evaluation}", f"/evaluations/{evaluation}/datapoints"),
    ):
        made(api.get(path), 200)
        api.get(path.replace("_", "_x"))
    for name in ("first", "first"):
        api.post(f"/projects/{project}/evaluations", evaluation_request(config, dataset, evaluator, name=name))


def a_run_in_pieces(machine):
    """An evaluation of 150 rows, read at every stage, its tasks delivered again, its scorers short of time."""
    evaluation = machine.launch(sums(150))
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
    task(machine, "fail_evaluation", evaluation, lane=0, failure=failure)
    task(machine, "summarize_experiment", evaluation)
    for prepared in (True, False):
        stopped = machine.launch(sums(3))
        if prepared:
            task(machine, "prepare_evaluation", stopped)
            task(machine, "summarize_experiment", stopped)
            stopped = machine.launch(sums(3))
            task(machine, "prepare_evaluation", stopped)
        machine.tell({**machine.execution(stopped), "status": "ABORTED"})


@pytest.mark.parametrize("folder", folders())
def test_a_function_may_do_all_that_it_does(folder, needs):
    lacking = [need for need in needs.get(folder, ()) if not any(right.allows(need) for right in rights(folder))]
    assert not lacking


@pytest.mark.parametrize("folder", folders())
def test_a_function_may_do_nothing_that_it_never_does(folder, needs):
    idle = [right for right in rights(folder) if not any(right.allows(need) for need in needs.get(folder, ()))]
    assert not idle


@pytest.mark.parametrize("folder", folders())
def test_a_function_may_use_the_key_where_it_uses_a_store(folder, needs):
    actions = {action for statement in granted(resource_of(folder)) for action in statement.actions}
    stores = {need.action.partition(":")[0] for need in needs.get(folder, ())} & {"dynamodb", "s3", "secretsmanager"}
    assert ("kms:Decrypt" in actions) == bool(stores)
    if any(need.action == "s3:PutObject" for need in needs.get(folder, ())):
        assert "kms:GenerateDataKey" in actions


def test_every_function_with_rights_was_taken_along_its_ways(needs):
    assert set(needs) - {""} == {folder for folder in folders() if list(rights(folder))}
    assert "acme" in json.dumps([need.resource for each in needs.values() for need in each])
