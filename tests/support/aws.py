"""A table and a bucket as the template makes them, in moto's memory; and a whole stack around them."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from threading import Lock
from typing import Any, NamedTuple

import boto3
import pytest
from moto import mock_aws
from moto.dynamodb.models import dynamodb_backends

from assay import bootstrap
from assay.adapters.clock import SystemClock, dice
from assay.adapters.dynamodb.answers import DynamoAnswers
from assay.adapters.dynamodb.posted import DynamoPosted
from assay.adapters.dynamodb.progress import DynamoProgress
from assay.adapters.dynamodb.provider_limits import DynamoProviderLimits
from assay.adapters.dynamodb.resources import DynamoResources
from assay.adapters.dynamodb.table import Table
from assay.adapters.logs import DynamoLogs
from assay.adapters.row_log.datasets import RowLog
from assay.adapters.row_log.events import EventLog
from assay.adapters.s3.bucket import Bucket
from assay.adapters.s3.runs import S3Runs
from tests.support.entry_points import Lambda
from tests.support.one_at_a_time import OneAtATime
from tests.support.transactions import small_backups

REGION = "us-east-1"
ACCOUNT = "123456789012"
MACHINE = f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:assay-evaluation"
ENVIRONMENT = {
    "AWS_DEFAULT_REGION": REGION,
    "ASSAY_TABLE": "assay",
    "ASSAY_BUCKET": "assay",
    "ASSAY_STATE_MACHINE_ARN": MACHINE,
    "ASSAY_MAX_LANES": "20",
    "ASSAY_DEFAULT_CONCURRENCY": "20",
    "ASSAY_MAX_ROWS": "1000000",
    "ASSAY_MAX_COST": "0",
    "ASSAY_CACHE_BY_DEFAULT": "false",
    "ASSAY_CACHE_DAYS": "30",
    "ASSAY_PROVIDER_KEYS_SECRET": "assay-provider-keys",
    "ASSAY_OPENAI_BASE_URL": "https://api.openai.com/v1",
    "ASSAY_RUN_PYTHON_FUNCTION": "RunPythonFunction",
    "ASSAY_RUN_NODE_FUNCTION": "RunNodeFunction",
    "ASSAY_SANDBOX_MIN": "seccomp+rlimits",
    "ASSAY_SANDBOX_EXTRAS": "false",
    "ASSAY_EVENT_BUS": "assay-events",
    "ASSAY_LINK_SECRET": "assay-link-secret",
    "ASSAY_SCHEDULE_GROUP": "assay-schedules",
    "ASSAY_ERASE_CONTENT_FUNCTION": "EraseContentFunction",
    "ASSAY_DATA_KEY": "alias/assay-data",
    "ASSAY_SCORE_OUTPUTS_FUNCTION": "ScoreOutputsFunction",
}


def create_table(dynamodb: Any) -> None:
    """The table, as the template makes it."""
    dynamodb.create_table(
        TableName="assay",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
    )


class Stores:
    """The adapters over one table and one bucket."""

    def __init__(self) -> None:
        dynamodb = boto3.client("dynamodb", region_name=REGION)
        create_table(dynamodb)
        s3 = boto3.client("s3", region_name=REGION)
        s3.create_bucket(Bucket="assay")
        self.table, self.bucket = Table(OneAtATime(dynamodb), "assay"), Bucket(s3, "assay")
        self.resources = DynamoResources(self.table)
        self.datasets = RowLog(self.table, self.bucket, now=SystemClock().now, random=dice, sleep=lambda _: None)
        self.rows = EventLog(self.table, self.bucket, now=SystemClock().now, random=dice, sleep=lambda _: None)
        self.logs = DynamoLogs(self.table, self.bucket)
        self.runs = S3Runs(self.bucket)
        self.progress = DynamoProgress(self.table)
        self.posted = DynamoPosted(self.table, self.bucket, random=dice)
        self.limits = DynamoProviderLimits(self.table)
        self.answers = DynamoAnswers(self.table, SystemClock().now, days=1)

    def forget_items(self) -> None:
        """Empties the table."""
        self.table.client.delete_table(TableName=self.table.name)
        create_table(self.table.client)

    def moment(self) -> "Moment":
        """All that is kept by now."""
        tags = self.tags()
        return Moment(deepcopy(self.items()), tags, {key: self.object(key) for key in tags})

    def put_back(self, moment: "Moment") -> None:
        """Has kept what was kept at the moment, and no more: dearer than nothing, and cheaper than making it again."""
        items, tags = self.items(), self.tags()
        items.clear()
        items.update(deepcopy(moment.items))
        for key in tags.keys() - moment.tags.keys():
            self.bucket.client.delete_object(Bucket=self.bucket.name, Key=key)
        for key in (key for key, tag in moment.tags.items() if tags.get(key) != tag):
            self.bucket.client.put_object(Bucket=self.bucket.name, Key=key, **moment.objects[key])
        bootstrap.ports.cache_clear()

    def items(self) -> Any:
        """The table's items, as moto holds them."""
        return dynamodb_backends[ACCOUNT][REGION].tables[self.table.name].items

    def object(self, key: str) -> dict[str, Any]:
        """An object as it was put."""
        found = self.bucket.client.get_object(Bucket=self.bucket.name, Key=key)
        return {"Body": found["Body"].read(), "Metadata": found["Metadata"], "ContentType": found["ContentType"]}

    def tags(self) -> dict[str, str]:
        """What tells the content of each object from another."""
        pages = self.bucket.client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket.name)
        return {one["Key"]: one["ETag"] for page in pages for one in page.get("Contents", ())}


class Moment(NamedTuple):
    """What stores keep at one moment."""

    items: Any
    tags: dict[str, str]
    objects: dict[str, dict[str, Any]]


@contextmanager
def stores() -> Iterator[Stores]:
    """Fresh stores, gone afterwards."""
    with mock_aws(), small_backups():
        yield Stores()


class Stack:
    """What the functions of one stack find around them. `functions` answers whenever one of them is invoked."""

    def __init__(self, functions: Lambda, definition: str) -> None:
        boto3.setup_default_session(region_name=REGION)
        functions.answer_in(boto3.DEFAULT_SESSION)
        boto3.DEFAULT_SESSION.events.register("before-parameter-build.dynamodb", refuse_long_keys)
        take_turns(boto3.DEFAULT_SESSION.events)
        self.functions, self.stores, self.machine = functions, Stores(), MACHINE
        boto3.client("secretsmanager").create_secret(Name="assay-provider-keys", SecretString="{}")
        boto3.client("secretsmanager").create_secret(Name="assay-link-secret", SecretString="signed with this")
        keys = boto3.client("kms")
        keys.create_alias(AliasName="alias/assay-data", TargetKeyId=keys.create_key()["KeyMetadata"]["KeyId"])
        boto3.client("events").create_event_bus(Name="assay-events")
        self.executions = boto3.client("stepfunctions")
        self.executions.create_state_machine(
            name="assay-evaluation", definition=definition, roleArn=f"arn:aws:iam::{ACCOUNT}:role/evaluation"
        )


def take_turns(events: Any) -> None:
    """Lets the calls of all functions reach a service one after another, as moto's are not safe for threads.

    A transaction of its DynamoDB is not atomic, and an object of its S3 that is overwritten while it is written is closed.
    """
    for service in ("dynamodb", "s3"):
        turn = Lock()
        events.register(f"before-call.{service}", lambda turn=turn, **_: turn.acquire() and None)
        events.register(f"after-call.{service}", lambda turn=turn, **_: turn.release())
        events.register(f"after-call-error.{service}", lambda turn=turn, **_: turn.release())


def refuse_long_keys(params: dict[str, Any], **_: Any) -> None:
    """What DynamoDB does and moto does not: no key, wherever in a request, has a part over its limit."""
    for name, most in {"pk": 2048, "sk": 1024}.items():
        for value in found(params, name):
            assert len(value["S"].encode()) <= most, f"{name} is too long for DynamoDB"


def found(value: Any, name: str) -> Iterator[Any]:
    """Every value that stands under `name` or `:name`, however deep."""
    for key, inner in value.items() if isinstance(value, dict) else ():
        if key in {name, f":{name}"}:
            yield inner
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from found(inner, name)


@contextmanager
def stack(functions: Lambda, definition: str = json.dumps({"States": {}}), *, runs: bool = False) -> Iterator[Stack]:
    """A fresh stack that the environment of this process points to; its state machine runs only where it is told to."""
    config: Any = {
        "core": {"passthrough": {"services": ["lambda"]}},
        "stepfunctions": {"execute_state_machine": runs},
    }
    with pytest.MonkeyPatch.context() as environment, mock_aws(config=config), small_backups():
        for name, value in ENVIRONMENT.items():
            environment.setenv(name, value)
        forget_clients()
        yield Stack(functions, definition)
        forget_clients()


def forget_clients() -> None:
    """Lets the functions make their clients and ports anew."""
    bootstrap.levels.cache_clear()
    bootstrap.ports.cache_clear()
    bootstrap.client.cache_clear()
