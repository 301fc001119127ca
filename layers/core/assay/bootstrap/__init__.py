"""Which adapter stands behind which port, and what each use case needs."""

from __future__ import annotations

from functools import cache, partial
from typing import TYPE_CHECKING, Any

from assay.adapters.clock import InvocationDeadline, RemainingTime, SystemClock, dice, entropy, new_id
from assay.bootstrap.process import client, code_runner, collect_rarely, keep, ports, request_keys
from assay.bootstrap.providers import open_provider
from assay.settings import ScheduleSettings

if TYPE_CHECKING:
    from assay.domain.lane import LaneTurn, LogTurn
    from assay.ports import KeyUses, OpenProvider, Schedules
    from assay.use_cases.report_health import Levels


def authorize() -> dict[str, Any]:
    """What use_cases/authorize needs."""
    return {"resources": ports().resources, "uses": ports().key_uses, "clock": ports().clock}


def those(*names: str) -> dict[str, Any]:
    """Ports of this process, by their names."""
    return {name: getattr(ports(), name) for name in names}


def prepare() -> dict[str, Any]:
    """What use_cases/prepare_evaluation needs."""
    return those("resources", "datasets", "runs", "prices", "clock")


def summarize() -> dict[str, Any]:
    """What use_cases/summarize_experiment needs."""
    return {**fail(), "executions": ports().executions}


def fail() -> dict[str, Any]:
    """What use_cases/fail_evaluation needs."""
    stores = those("resources", "runs", "datasets", "experiment_rows", "progress", "posted")
    found = {**stores, **those("events", "prices", "clock"), "request_keys": request_keys()}
    collect_rarely()
    return found


def erase() -> dict[str, Any]:
    """What use_cases/erase_content needs."""
    from assay.adapters.remains import StoredRemains
    from assay.adapters.schedules import Group

    return {
        "remains": StoredRemains(ports().table, ports().bucket),
        "schedules": Group(client("scheduler"), ScheduleSettings.read().schedule_group),
        **those("resources", "executions", "clock"),
    }


@cache
def levels() -> Levels:
    """What the sandboxes of this stack have said of themselves to this process."""
    from assay.use_cases.report_health import Levels

    return Levels(code_runner())


def trigger() -> dict[str, Any]:
    """What use_cases/trigger_eval needs, beside what makes a launch into an evaluation."""
    from assay.adapters.s3.launches import S3LaunchBodies

    return {"bodies": S3LaunchBodies(ports().bucket), **those("resources", "executions", "clock")}


def generate(turn: LaneTurn | LogTurn, context: RemainingTime) -> dict[str, Any]:
    """What use_cases/generate_outputs needs."""
    from assay.domain.retry import RetryRule

    found = {
        **those("runs", "datasets", "progress", "resources", "answers", "clock"),
        "code_runner": code_runner(),
        "open_provider": opening(turn),
        "limits": ports().provider_limits,
        "rule": RetryRule(),
        "random": dice,
        "deadline": InvocationDeadline(context),
    }
    keep()
    return found


def score(turn: LaneTurn | LogTurn, context: RemainingTime) -> dict[str, Any]:
    """What use_cases/score_outputs needs."""
    return {**generate(turn, context), "posted": ports().posted}


def opening(turn: LaneTurn | LogTurn) -> OpenProvider:
    """What opens providers for an evaluation, with the keys that came with its request."""
    return partial(open_provider, sent=partial(request_keys().read, turn.organisation, turn.evaluation_id))


def operator(table_name: str) -> dict[str, Any]:
    """What use_cases/manage_keys needs, with the AWS credentials of whoever runs this."""
    from assay.adapters.dynamodb.resources import DynamoResources
    from assay.adapters.dynamodb.table import Table

    table = Table(client("dynamodb"), table_name)
    return {"resources": DynamoResources(table), "clock": SystemClock(), "new_id": new_id, "entropy": entropy}


def key_uses(table_name: str) -> KeyUses:
    """When keys were used, with the AWS credentials of whoever runs this."""
    from assay.adapters.dynamodb.key_uses import DynamoKeyUses
    from assay.adapters.dynamodb.table import Table

    return DynamoKeyUses(Table(client("dynamodb"), table_name))


def eraser(table_name: str, bucket_name: str, state_machine_arn: str) -> dict[str, Any]:
    """What use_cases/erase_organisation needs beside, with the AWS credentials of whoever runs this."""
    from assay.adapters.dynamodb.table import Table
    from assay.adapters.remains import StoredRemains
    from assay.adapters.s3.bucket import Bucket
    from assay.adapters.stepfunctions import StepFunctions

    remains = StoredRemains(Table(client("dynamodb"), table_name), Bucket(client("s3"), bucket_name))
    return {"remains": remains, "executions": StepFunctions(client("stepfunctions"), state_machine_arn)}


def schedules(function_arn: str, role_arn: str, queue_arn: str, group: str) -> Schedules:
    """The stack's schedules, with the AWS credentials of whoever runs this."""
    from assay.adapters.schedules import Scheduler, Target

    target = Target(function_arn=function_arn, role_arn=role_arn, queue_arn=queue_arn, group=group)
    return Scheduler(client("scheduler"), target)


__all__ = [
    "SystemClock",
    "authorize",
    "client",
    "code_runner",
    "erase",
    "eraser",
    "fail",
    "generate",
    "key_uses",
    "open_provider",
    "opening",
    "operator",
    "ports",
    "prepare",
    "request_keys",
    "schedules",
    "score",
    "summarize",
    "those",
    "trigger",
]
