"""The real state machine, its definition run by moto in this process, over the functions' real entry points."""

import json
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from assay import bootstrap
from assay.domain.summary import Summary
from assay.domain.trigger import TRIGGERS, BraintrustLaunch, HumanloopLaunch, Trigger
from assay.use_cases.manage_keys import create_key
from assay.use_cases.manage_triggers import Wish, create_trigger
from tests.integration.world import CONFIG, EVALUATOR, datapoint, evaluation_request, made
from tests.story.tree import ROOT, resources
from tests.support.api_gateway import Answer, Api
from tests.support.aws import ACCOUNT, MACHINE, REGION, Stack, stack
from tests.support.entry_points import Lambda

PATIENCE = 60.0
"""Seconds in which an execution must end: the longest retries take 15."""


def definition() -> str:
    """The state machine's definition with its placeholders filled, as CloudFormation does it."""
    text = (ROOT / "statemachine/evaluation.asl.json").read_text()
    arn = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:"
    return re.sub(r"\$\{(\w+Function)\}", arn + r"\1", text).replace("${Bucket}", "assay")


def matches(pattern: dict[str, Any], event: dict[str, Any]) -> bool:
    """Whether an event fits a rule's pattern: every field has one of the values given."""
    return all(
        matches(wanted, event.get(name, {})) if isinstance(wanted, dict) else event.get(name) in wanted
        for name, wanted in pattern.items()
    )


class Machine:
    """One organisation's evaluations on a stack of its own, from launch to summary."""

    def __init__(self, cloud: Stack, organisation: str) -> None:
        self.cloud, self.organisation = cloud, organisation
        key = create_key(organisation, **bootstrap.operator("assay")).text
        self.api = Api(cloud.functions, {"X-API-KEY": key})
        self.project = made(self.api.post("/projects", {"name": "sums"}))["id"]
        self.judges: dict[str, str] = {}

    def launch(
        self, rows: list[Any], *evaluators: dict[str, Any], config: dict[str, Any] | None = None, **more: Any
    ) -> str:
        """Starts an evaluation of datapoints; its id."""
        made_config = made(self.api.post("/model-configs", {**(config or CONFIG), "project_id": self.project}), 200)
        dataset = made(self.api.post(f"/projects/{self.project}/datasets", {"name": "sums", "description": ""}))["id"]
        made(self.api.post(f"/datasets/{dataset}/datapoints", rows))
        judges = [self.judge(each) for each in evaluators or (EVALUATOR,)]
        request = evaluation_request(made_config["config"]["id"], dataset, *judges, **more)
        identifier: str = made(self.api.post(f"/projects/{self.project}/evaluations", request))["id"]
        return identifier

    def judge(self, evaluator: dict[str, Any]) -> str:
        """The evaluator's id; it is created when first asked for."""
        if evaluator["name"] not in self.judges:
            self.judges[evaluator["name"]] = made(self.api.post("/evaluators", evaluator))["id"]
        return self.judges[evaluator["name"]]

    def execution(self, evaluation: str) -> dict[str, Any]:
        """The execution of the evaluation's first pass, as it stands."""
        described: dict[str, Any] = self.cloud.executions.describe_execution(executionArn=self.arn(evaluation))
        return described

    def arn(self, evaluation: str) -> str:
        """The ARN of the execution of the evaluation's first pass."""
        return f"{MACHINE.replace('stateMachine', 'execution')}:{evaluation}-1"

    def ended(self, evaluation: str) -> dict[str, Any]:
        """The execution, once it is over. What became of it is told to the rule, as EventBridge does."""
        until = time.monotonic() + PATIENCE
        while (found := self.execution(evaluation))["status"] == "RUNNING":
            assert time.monotonic() < until, "The execution does not end."
            time.sleep(0.02)
        self.tell(found)
        return found

    def tell(self, execution: dict[str, Any], **more: Any) -> None:
        """Calls fail_evaluation with the status change, where the template's rule has it so."""
        names = ("executionArn", "stateMachineArn", "name", "status", "input", "output", "error", "cause")
        detail = {name: execution.get(name) for name in names} | more
        event = {"source": "aws.states", "detail-type": "Step Functions Execution Status Change", "detail": detail}
        rule = resources("AWS::Serverless::Function")["FailEvaluationFunction"]["Events"]["ExecutionEndedBadly"]
        pattern = json.loads(json.dumps(rule["Properties"]["Pattern"]).replace('{"Ref": "Evaluation"}', f'"{MACHINE}"'))
        if matches(pattern, event):
            self.cloud.functions.called("fail_evaluation", event)

    def trigger(self, name: str, body: dict[str, Any], dialect: str = "humanloop", **more: Any) -> Trigger:
        """Makes a trigger for events of `ci`."""
        kind = BraintrustLaunch if dialect == "braintrust" else HumanloopLaunch
        launch = kind(project_id=self.project, body=body)
        store = bootstrap.operator("assay")
        wish = Wish(name=name, source="ci", account=ACCOUNT, launch=launch, **more)
        ports = {port: store[port] for port in ("resources", "clock", "new_id")}
        return create_trigger(self.organisation, wish, **ports)

    def request(self, trigger: str, number: int, **detail: Any) -> Any:
        """What the trigger function answers to an event, as EventBridge delivers it."""
        return self.cloud.functions.called("trigger_eval", self.request_event(trigger, number, **detail))

    def request_event(self, trigger: str, number: int, **detail: Any) -> dict[str, Any]:
        """An event that asks for an evaluation."""
        return {
            "version": "0",
            "id": f"{self.organisation}-{trigger}-{number}",
            "detail-type": "Evaluation Requested",
            "source": "ci",
            "account": ACCOUNT,
            "time": f"2025-09-08T12:00:00.{number:06d}Z",
            "region": REGION,
            "resources": [],
            "detail": {"organisation": self.organisation, "trigger": trigger, **detail},
        }

    def end_event(self, trigger: str) -> dict[str, Any]:
        """The event that an evaluation of the trigger is over, as far as anybody reads it."""
        found = self.cloud.stores.resources.named(self.organisation, Trigger, f"{TRIGGERS}/{trigger}")
        detail = {"organisation": self.organisation, "trigger_id": found.id}
        return {"source": "assay", "detail-type": "Evaluation Completed", "detail": detail}

    def get(self, path: str) -> Answer:
        return self.api.get(path)

    def evaluation(self, evaluation: str) -> dict[str, Any]:
        """The evaluation with its aggregates, as the API has it."""
        body: dict[str, Any] = made(self.get(f"/evaluations/{evaluation}?evaluator_aggregates=true"), 200)
        return body

    def rows(self, evaluation: str) -> list[dict[str, Any]]:
        """The evaluation's rows, as the API has them."""
        records: list[dict[str, Any]] = made(self.get(f"/evaluations/{evaluation}/datapoints?size=1000"), 200)[
            "records"
        ]
        return records

    def summary(self, evaluation: str) -> Summary:
        """The summary, as it lies in S3."""
        return self.cloud.stores.runs.summary(self.organisation, evaluation)


def sums(count: int) -> list[dict[str, Any]]:
    """Datapoints that the provider `mock` answers rightly."""
    return [datapoint(n, 2) for n in range(count)]


@contextmanager
def running() -> Iterator[Stack]:
    """A stack whose state machine runs."""
    with stack(Lambda(), definition(), runs=True) as made_stack:
        yield made_stack
        until_still(made_stack)


def until_still(cloud: Stack) -> None:
    """Waits for the executions under way: in the next stack they would make clients before anybody listens to them."""
    for one in cloud.executions.list_executions(stateMachineArn=cloud.machine)["executions"]:
        deadline = time.monotonic() + PATIENCE
        while cloud.executions.describe_execution(executionArn=one["executionArn"])["status"] == "RUNNING":
            assert time.monotonic() < deadline, f"{one['name']} goes on after its test"
            time.sleep(0.05)
