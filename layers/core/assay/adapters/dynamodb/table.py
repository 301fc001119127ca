"""The table: keys, and DynamoDB's errors as ours."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from botocore.exceptions import ClientError

from assay.adapters.batches import batches
from assay.domain.errors import Conflict

RACES = frozenset({"ConditionalCheckFailedException", "TransactionCanceledException", "TransactionConflictException"})
BATCH = 100
"""BatchGetItem's limit."""
WRITTEN_AT_ONCE = 25
"""BatchWriteItem's limit."""
LONGEST = {"pk": 2048, "sk": 1024}
"""Bytes of a key's parts: with longer ones DynamoDB refuses the request."""


def fits(key: dict[str, Any]) -> bool:
    """Whether DynamoDB could keep anything under the key."""
    return all(len(value["S"].encode()) <= LONGEST[name] for name, value in key.items())


@contextmanager
def races_as_conflicts() -> Iterator[None]:
    """Raises Conflict where DynamoDB says that a condition did not hold."""
    try:
        yield
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") in RACES:
            raise Conflict("The item is no longer as it was read.") from error
        raise


class Table:
    """A DynamoDB client bound to the table. `client` is boto3's."""

    def __init__(self, client: Any, name: str) -> None:
        self.client = client
        self.name = name

    def key(self, organisation: str, scope: str, item: str) -> dict[str, Any]:
        """The primary key of one item; the organisation starts it."""
        return {"pk": {"S": f"{organisation}#{scope}"}, "sk": {"S": item}}

    def get(self, organisation: str, scope: str, item: str) -> dict[str, Any] | None:
        """The item's attributes in DynamoDB's JSON, read consistently; None where there is none."""
        key = self.key(organisation, scope, item)
        if not fits(key):
            return None
        answer = self.client.get_item(TableName=self.name, Key=key, ConsistentRead=True)
        found: dict[str, Any] | None = answer.get("Item")
        return found

    def get_many(self, keys: Sequence[dict[str, Any]]) -> dict[str, dict[str, Any]]:
        """The items of distinct keys, by partition key, of which no two have the same; read consistently."""
        return {item["pk"]["S"]: item for item in self.items(keys)}

    def items(self, keys: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        """The items that there are of distinct keys, in any order, read consistently."""
        found: list[dict[str, Any]] = []
        left = [key for key in keys if fits(key)]
        while left:
            request = {self.name: {"Keys": left[:BATCH], "ConsistentRead": True}}
            answer = self.client.batch_get_item(RequestItems=request)
            found += answer["Responses"][self.name]
            left = answer["UnprocessedKeys"].get(self.name, {}).get("Keys", []) + left[BATCH:]
        return found

    def query(
        self, organisation: str, scope: str, prefix: str = "", *, backwards: bool = False
    ) -> Iterator[dict[str, Any]]:
        """The items of a scope whose sort key starts with `prefix`, in order, read consistently."""
        key = self.key(organisation, scope, prefix)
        if not fits(key):
            return
        condition, values = "pk = :pk", {":pk": key["pk"]}
        if prefix:
            condition, values = condition + " AND begins_with(sk, :sk)", {**values, ":sk": key["sk"]}
        yield from self.matching(condition, values, backwards=backwards)

    def between(
        self, organisation: str, scope: str, first: str, last: str, *, backwards: bool = False
    ) -> Iterator[dict[str, Any]]:
        """The items of a scope with sort keys from `first` to `last`, in order, read consistently."""
        if first > last or not all(fits(self.key(organisation, scope, end)) for end in (first, last)):
            return
        pk, sk = self.key(organisation, scope, first).values()
        values = {":pk": pk, ":first": sk, ":last": {"S": last}}
        yield from self.matching("pk = :pk AND sk BETWEEN :first AND :last", values, backwards=backwards)

    def matching(self, condition: str, values: dict[str, Any], *, backwards: bool = False) -> Iterator[dict[str, Any]]:
        """The items that meet a condition on their keys."""
        pages = self.client.get_paginator("query").paginate(
            TableName=self.name,
            KeyConditionExpression=condition,
            ExpressionAttributeValues=values,
            ConsistentRead=True,
            ScanIndexForward=not backwards,
        )
        for page in pages:
            yield from page["Items"]

    def of(self, organisation: str) -> Iterator[dict[str, Any]]:
        """The keys of all that an organisation has. It reads the whole table: for operators."""
        pages = self.client.get_paginator("scan").paginate(
            TableName=self.name,
            FilterExpression="begins_with(pk, :organisation)",
            ExpressionAttributeValues={":organisation": {"S": f"{organisation}#"}},
            ProjectionExpression="pk, sk",
        )
        for page in pages:
            yield from page["Items"]

    def delete_many(self, items: Iterable[dict[str, Any]]) -> int:
        """Deletes the items, whatever they are now; says how many."""
        count = 0
        for batch in batches(items, WRITTEN_AT_ONCE):
            left = {self.name: [{"DeleteRequest": {"Key": {"pk": item["pk"], "sk": item["sk"]}}} for item in batch]}
            while left:
                left = self.client.batch_write_item(RequestItems=left).get("UnprocessedItems", {})
            count += len(batch)
        return count
