"""A table and a bucket as the template makes them, in moto's memory."""

from collections.abc import Iterator
from contextlib import contextmanager

import boto3
from moto import mock_aws

from assay.adapters.clock import SystemClock, dice
from assay.adapters.dynamodb.progress import DynamoProgress
from assay.adapters.dynamodb.resources import DynamoResources
from assay.adapters.dynamodb.table import Table
from assay.adapters.row_log import RowLog
from assay.adapters.s3.bucket import Bucket
from assay.adapters.s3.runs import S3Runs

REGION = "us-east-1"


class Stores:
    """The adapters over one table and one bucket."""

    def __init__(self) -> None:
        dynamodb = boto3.client("dynamodb", region_name=REGION)
        dynamodb.create_table(
            TableName="assay",
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")],
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        )
        s3 = boto3.client("s3", region_name=REGION)
        s3.create_bucket(Bucket="assay")
        self.table, self.bucket = Table(dynamodb, "assay"), Bucket(s3, "assay")
        self.resources = DynamoResources(self.table)
        self.datasets = RowLog(self.table, self.bucket, now=SystemClock().now, random=dice, sleep=lambda _: None)
        self.runs = S3Runs(self.bucket)
        self.progress = DynamoProgress(self.table)


@contextmanager
def stores() -> Iterator[Stores]:
    """Fresh stores, gone afterwards."""
    with mock_aws():
        yield Stores()
