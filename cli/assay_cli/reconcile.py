"""What a restart of the local cloud broke is told to the stack.

ministack marks executions that it cut off as failed, without the event by which AWS would tell. So `assay up` sends
that event's substance to `fail_evaluation`, which leaves alone any evaluation that is over.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Literal

import boto3

from assay_cli.places import Places
from assay_cli.stack import Stack, invoke

ENDED_BADLY: tuple[Literal["FAILED", "TIMED_OUT", "ABORTED"], ...] = ("FAILED", "TIMED_OUT", "ABORTED")


def reconcile(places: Places, stack: Stack) -> int:
    """Reports each execution that ended badly since the last time, and returns how many there were."""
    machine = stack.output("StateMachineArn")
    since, now = last_time(places), datetime.now(UTC)
    events = [{"detail": detail(arn)} for arn in ended_badly(machine, since)]
    for event in events:
        invoke(stack.output("FailEvaluationFunctionName"), event)
    places.reconciled_file.write_text(now.isoformat())
    return len(events)


def last_time(places: Places) -> datetime:
    """When executions were last reported; before all of them if never."""
    if not places.reconciled_file.exists():
        return datetime.min.replace(tzinfo=UTC)
    return datetime.fromisoformat(places.reconciled_file.read_text())


def ended_badly(machine: str, since: datetime) -> Iterator[str]:
    """The ARNs of the machine's executions that ended badly after `since`."""
    pages = boto3.client("stepfunctions").get_paginator("list_executions")
    for status in ENDED_BADLY:
        for page in pages.paginate(stateMachineArn=machine, statusFilter=status):
            yield from (each["executionArn"] for each in page["executions"] if each["stopDate"] > since)


def detail(arn: str) -> dict[str, Any]:
    """The substance of EventBridge's `Step Functions Execution Status Change`."""
    found = boto3.client("stepfunctions").describe_execution(executionArn=arn)
    wanted = ("executionArn", "stateMachineArn", "name", "status", "input", "error", "cause")
    return {name: found.get(name) for name in wanted}
