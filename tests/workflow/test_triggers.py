"""Events start evaluations through the real state machine; the end of one starts the next."""

import json
from concurrent.futures import ThreadPoolExecutor

import boto3
import pytest

from assay import bootstrap
from assay.domain.errors import InvalidRequest
from assay.domain.evaluation import Evaluation
from assay.domain.experiment import Experiment
from tests.integration.world import EVALUATOR
from tests.story.tree import resources
from tests.support.entry_points import invoked
from tests.support.one_at_a_time import OneAtATime
from tests.workflow.evals import ECHO, EXACT, sum_row
from tests.workflow.machine import sums

EVENTS = 20
"""moto copies the whole table in each transaction; tests/unit/test_trigger_eval.py has the thousand."""


@pytest.fixture
def launch(machine):
    """A launch's body, of what an evaluation has left behind."""
    evaluation = machine.launch(sums(2))
    machine.ended(evaluation)
    found = machine.evaluation(evaluation)
    return {
        "config_id": found["config"]["id"],
        "dataset_id": found["dataset"]["id"],
        "evaluator_ids": [machine.judge(EVALUATOR)],
    }


def test_an_event_starts_an_evaluation_that_goes_all_the_way(machine, launch):
    machine.trigger("ci", launch)
    started = machine.request("ci", 1)
    assert machine.ended(started["evaluation_id"])["status"] == "SUCCEEDED"
    assert machine.evaluation(started["evaluation_id"])["status"] == "completed"
    assert machine.request("ci", 1) == started
    assert [row["log"]["output"] for row in machine.rows(started["evaluation_id"])] == [
        "The answer is 0.",
        "The answer is 2.",
    ]


def test_an_event_launches_an_eval_and_delivered_twice_it_is_one_experiment(machine):
    body = {"data": {"data": [sum_row(1), sum_row(2)]}, "task": ECHO, "scores": [EXACT], "experiment_name": "nightly"}
    machine.trigger("evals", body, dialect="braintrust")
    started, again = machine.request("evals", 1), machine.request("evals", 1)
    assert started == again
    machine.ended(started["evaluation_id"])
    second = machine.request("evals", 2)
    machine.ended(second["evaluation_id"])
    found = machine.cloud.stores.resources.listed(machine.organisation, Experiment, f"{machine.project}/experiments")
    names = {one.evaluation_id: one.name for one in found}
    assert (len(found), names[started["evaluation_id"]]) == (2, "nightly")
    assert names[second["evaluation_id"]].startswith("nightly-")
    assert machine.summary(started["evaluation_id"]).scores[0].mean == 1


def test_an_event_whose_eval_makes_no_sense_is_refused_with_the_field(machine):
    machine.trigger("evals", {"data": {"data": []}, "task": ECHO}, dialect="braintrust")
    with pytest.raises(InvalidRequest, match="scores"):
        machine.request("evals", 1)


def test_the_end_of_one_starts_the_next_that_waits(machine, launch):
    machine.trigger("ci", launch)
    first, second = machine.request("ci", 1), machine.request("ci", 2)
    machine.ended(first["evaluation_id"])
    invoked("trigger_eval", machine.end_event("ci"))
    assert machine.ended(second["evaluation_id"])["status"] == "SUCCEEDED"


def test_an_evaluation_of_a_trigger_tells_when_it_is_over_and_others_do_not(machine, launch, heard):
    machine.trigger("ci", launch)
    started = machine.request("ci", 1)["evaluation_id"]
    machine.ended(started)
    (event,) = heard()
    assert event["detail"]["evaluation_id"] == started
    assert invoked("trigger_eval", event) == {"outcome": "idle", "evaluation_id": None}


@pytest.fixture
def heard(machine):
    """The events about the organisation that the trigger function's own rule lets through to it, from now on."""
    rule = resources("AWS::Serverless::Function")["TriggerEvalFunction"]["Events"]["Ended"]
    events, sqs = boto3.client("events"), boto3.client("sqs")
    url = sqs.create_queue(QueueName=f"heard-{machine.organisation}")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    name, pattern = f"heard-{machine.organisation}", json.dumps(rule["Properties"]["Pattern"])
    events.put_rule(Name=name, EventBusName="assay-events", EventPattern=pattern)
    events.put_targets(Rule=name, EventBusName="assay-events", Targets=[{"Id": "queue", "Arn": arn}])

    def received():
        messages = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
        bodies = [json.loads(message["Body"]) for message in messages]
        return [body for body in bodies if body["detail"]["organisation"] == machine.organisation]

    return received


def test_row_27_many_events_at_once_each_delivered_twice_are_one_run_each_and_one_at_a_time(machine, launch, cloud):
    machine.trigger("ci", launch)
    table = bootstrap.ports().table
    table.client = OneAtATime(table.client)
    numbers = [*range(EVENTS), *range(EVENTS)]
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda number: invoked("trigger_eval", machine.request_event("ci", number)), numbers))
    ids = [answer["evaluation_id"] for answer in answers]
    assert ids[:EVENTS] == ids[EVENTS:]
    assert len(set(ids)) == EVENTS
    executions = cloud.executions.list_executions(stateMachineArn=cloud.machine, maxResults=1000)["executions"]
    assert len([each for each in executions if each["name"].rpartition("-")[0] in set(ids)]) == 1
    created = cloud.stores.resources.listed(machine.organisation, Evaluation, f"{machine.project}/evaluations")
    assert len({each.id for each in created} & set(ids)) == EVENTS
