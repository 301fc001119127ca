"""EventBridge Scheduler: schedules in the stack's group, each calling the trigger function as the schedules' role."""

import json
from typing import Any

from botocore.exceptions import ClientError

from assay.domain.errors import InvalidRequest
from assay.domain.trigger import SCHEDULER
from assay.domain.value import Value

ARN, TIME = "<aws.scheduler.schedule-arn>", "<aws.scheduler.scheduled-time>"
"""Scheduler puts its own values in their place. Not its execution id: each attempt at one firing has another."""
RETRIES = {"MaximumRetryAttempts": 8, "MaximumEventAgeInSeconds": 3600}


class Target(Value):
    """What the stack offers to schedules: outputs of its template."""

    function_arn: str
    role_arn: str
    queue_arn: str
    group: str


class Group:
    """Implements ports.Endings. `client` is boto3's, `name` that of the stack's group of schedules."""

    def __init__(self, client: Any, name: str) -> None:
        self.client, self.name = client, name

    def delete(self, organisation: str, name: str) -> bool:
        try:
            self.client.delete_schedule(GroupName=self.name, Name=full_name(organisation, name))
        except ClientError as error:
            if error.response["Error"]["Code"] != "ResourceNotFoundException":
                raise
            return False
        return True


class Scheduler(Group):
    """Implements ports.Schedules."""

    def __init__(self, client: Any, target: Target) -> None:
        super().__init__(client, target.group)
        self.target = target

    @property
    def account(self) -> str:
        return self.target.function_arn.split(":")[4]

    def create(self, organisation: str, name: str, expression: str, timezone: str) -> None:
        try:
            self.client.create_schedule(
                GroupName=self.name,
                Name=full_name(organisation, name),
                ScheduleExpression=expression,
                ScheduleExpressionTimezone=timezone,
                FlexibleTimeWindow={"Mode": "OFF"},
                Target={
                    "Arn": self.target.function_arn,
                    "RoleArn": self.target.role_arn,
                    "Input": json.dumps(payload(organisation, name, self.account)),
                    "RetryPolicy": RETRIES,
                    "DeadLetterConfig": {"Arn": self.target.queue_arn},
                },
            )
        except ClientError as error:
            if error.response["Error"]["Code"] == "ValidationException":
                raise InvalidRequest(error.response["Error"]["Message"]) from error
            raise

    def listed(self, organisation: str) -> dict[str, tuple[str, str]]:
        prefix = full_name(organisation, "")
        pages = self.client.get_paginator("list_schedules").paginate(GroupName=self.name, NamePrefix=prefix)
        names = [each["Name"] for page in pages for each in page["Schedules"]]
        return {name.removeprefix(prefix): self.timing(name) for name in names}

    def timing(self, full: str) -> tuple[str, str]:
        """When the schedule of that full name fires: expression and time zone."""
        found = self.client.get_schedule(GroupName=self.name, Name=full)
        return found["ScheduleExpression"], found["ScheduleExpressionTimezone"]


def full_name(organisation: str, name: str) -> str:
    """The schedule's name in the group. An organisation's name has no dot: no two share a prefix."""
    return f"{organisation}.{name}"


def payload(organisation: str, name: str, account: str) -> dict[str, Any]:
    """What a schedule sends: an event in EventBridge's shape, the same however often it is delivered for one firing."""
    return {
        "version": "0",
        "id": f"{ARN} {TIME}",
        "detail-type": "Evaluation Requested",
        "source": SCHEDULER,
        "account": account,
        "time": TIME,
        "resources": [ARN],
        "detail": {"organisation": organisation, "trigger": name},
    }
