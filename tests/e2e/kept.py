"""Everything that a local cloud keeps, as text: where a secret could have come to lie."""

import json
import zlib
from collections.abc import Iterator
from typing import Any

from tests.e2e.local_cloud import LocalCloud


def everything(cloud: LocalCloud) -> dict[str, str]:
    """Each text, by where it lies. The secret in which the provider keys belong is not among them."""
    return {place: text for source in SOURCES for place, text in source(cloud)}


def pages(client: Any, operation: str, **arguments: Any) -> Iterator[dict[str, Any]]:
    yield from client.get_paginator(operation).paginate(**arguments)


def items(cloud: LocalCloud) -> Iterator[tuple[str, str]]:
    for page in pages(cloud.aws("dynamodb"), "scan", TableName=cloud.outputs["TableName"]):
        yield from (
            (f"item {item['pk']['S']} {item['sk']['S']}", json.dumps(item, default=readable)) for item in page["Items"]
        )


def readable(value: bytes) -> str:
    """What is packed in an item, unpacked; places of rows are no text."""
    try:
        return zlib.decompress(value).decode()
    except zlib.error:
        return value.decode(errors="replace")


def objects(cloud: LocalCloud) -> Iterator[tuple[str, str]]:
    s3, bucket = cloud.aws("s3"), cloud.outputs["BucketName"]
    for page in pages(s3, "list_objects_v2", Bucket=bucket):
        for found in page.get("Contents", ()):
            body = s3.get_object(Bucket=bucket, Key=found["Key"])["Body"].read()
            yield f"object {found['Key']}", body.decode(errors="replace")  # indices are no text


def histories(cloud: LocalCloud) -> Iterator[tuple[str, str]]:
    steps, machine = cloud.aws("stepfunctions"), cloud.outputs["StateMachineArn"]
    arns = [execution["executionArn"] for execution in executions(steps, stateMachineArn=machine)]
    maps = [run["mapRunArn"] for arn in arns for run in steps.list_map_runs(executionArn=arn)["mapRuns"]]
    children = [execution["executionArn"] for run in maps for execution in executions(steps, mapRunArn=run)]
    for arn in [*arns, *children]:
        events = steps.get_execution_history(executionArn=arn, maxResults=1000)["events"]
        yield f"execution {arn}", json.dumps([steps.describe_execution(executionArn=arn), events], default=str)


def executions(steps: Any, **which: str) -> Iterator[dict[str, Any]]:
    for page in pages(steps, "list_executions", **which):
        yield from page["executions"]


def logs(cloud: LocalCloud) -> Iterator[tuple[str, str]]:
    client = cloud.aws("logs")
    for group in client.describe_log_groups()["logGroups"]:
        name = group["logGroupName"]
        events = [event for page in pages(client, "filter_log_events", logGroupName=name) for event in page["events"]]
        yield f"log {name}", "\n".join(event["message"] for event in events)


def settings(cloud: LocalCloud) -> Iterator[tuple[str, str]]:
    yield "functions", json.dumps(cloud.aws("lambda").list_functions()["Functions"], default=str)
    formation = cloud.aws("cloudformation")
    yield "stack", json.dumps(formation.describe_stacks(StackName="assay")["Stacks"], default=str)
    yield "template", json.dumps(formation.get_template(StackName="assay")["TemplateBody"])


def files(cloud: LocalCloud) -> Iterator[tuple[str, str]]:
    """What the `assay` command and the emulator wrote about themselves."""
    yield from ((f"file {file}", file.read_text(errors="replace")) for file in cloud.state.glob("*.log"))


SOURCES = (items, objects, histories, logs, settings, files)
