"""Posted logs: an item each, whose report lies beside it in S3 where it is large."""

import hashlib
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from assay.adapters.dynamodb.table import Table, races_as_conflicts
from assay.adapters.s3.bucket import Bucket
from assay.domain.errors import ConfigurationError, NotFound, TooMuch
from assay.domain.log import EARLIEST, LATEST, Log, LogEntry, LogHead, Mention, Report

ITEM = "log"
MOST_INLINE_BYTES = 100_000
MOST_SAID_BYTES = 200_000
"""Of feedback and results: an item with its report has 400 KB at most."""
MOST_PER_TRANSACTION = 20
"""DynamoDB's limits are 100 items, of which a log takes up to four, and 4 MB."""


class DynamoLogs:
    """Implements ports.Logs.

    A log's item says who it is and what is said about it; its report stands in the item too, or in S3 under its hash.
    """

    def __init__(self, table: Table, bucket: Bucket) -> None:
        self.table, self.bucket = table, bucket

    def save(self, organisation: str, logs: Sequence[Log]) -> None:
        left = iter(logs)
        while some := list(islice(left, MOST_PER_TRANSACTION)):
            puts = [self.put(item) for log in some for item in self.items(organisation, log)]
            self.table.client.transact_write_items(TransactItems=puts)

    def replace(self, organisation: str, before: Log, after: Log) -> None:
        home, *places = self.items(organisation, after, written=after.report == before.report)
        self.write([self.put(home, before.revision), *map(self.put, places)])

    def delete(self, organisation: str, log: Log) -> None:
        home, *places = self.items(organisation, log, written=True)
        self.write([self.removal(home, log.revision), *map(self.removal, places)])

    def write(self, changes: list[dict[str, Any]]) -> None:
        """Makes all changes or none. Raises Conflict where the log is no longer as it was read."""
        with races_as_conflicts():
            self.table.client.transact_write_items(TransactItems=changes)

    def put(self, item: dict[str, Any], revision: int | None = None) -> dict[str, Any]:
        """An item to be kept: in place of that revision, or of anything."""
        return {"Put": {"TableName": self.table.name, "Item": item, **unchanged_since(revision)}}

    def removal(self, item: dict[str, Any], revision: int | None = None) -> dict[str, Any]:
        """An item to be deleted: of that revision, or of any."""
        key = {name: item[name] for name in ("pk", "sk")}
        return {"Delete": {"TableName": self.table.name, "Key": key, **unchanged_since(revision)}}

    def items(self, organisation: str, log: Log, *, written: bool = False) -> Iterator[dict[str, Any]]:
        """The log, and its places on lists. A large report is written to S3 first, unless it is `written`."""
        body, about = log.report.model_dump_json().encode(), head(log)
        entry = LogEntry.of(log, len(about) + len(body))
        yield {
            **self.table.key(organisation, log.id, ITEM),
            "document": {"S": about},
            "revision": {"N": str(log.revision)},
            **self.report(organisation, log, body, written),
        }
        place = self.table.key(organisation, f"@{log.project_id}/logs", entry.key)
        yield {**place, "document": {"S": entry.model_dump_json()}}
        for index in entry.indices:
            mention = {"log": {"S": log.id}, "project": {"S": log.project_id}}
            yield {**self.table.key(organisation, f"@{index}", entry.key), **mention}

    def report(self, organisation: str, log: Log, body: bytes, written: bool) -> dict[str, Any]:
        """The attribute that carries the report, or tells where it lies."""
        if len(body) <= MOST_INLINE_BYTES:
            return {"report": {"S": body.decode()}}
        sha256 = hashlib.sha256(body).hexdigest()
        if not written:
            self.bucket.put(self.key(organisation, log.project_id, log.id, sha256), body)
        return {"sha256": {"S": sha256}}

    def get_many(self, organisation: str, identifiers: Sequence[str]) -> list[Log]:
        found = self.present(organisation, identifiers)
        for identifier in identifiers:
            if identifier not in found:
                raise NotFound("log", identifier)
        return [found[identifier] for identifier in identifiers]

    def present(self, organisation: str, identifiers: Sequence[str]) -> dict[str, Log]:
        keys = [self.table.key(organisation, one, ITEM) for one in dict.fromkeys(identifiers)]
        logs = (self.log(organisation, item) for item in self.table.get_many(keys).values())
        return {log.id: log for log in logs}

    def log(self, organisation: str, item: dict[str, Any]) -> Log:
        """The item as a log."""
        about = LogHead.model_validate_json(item["document"]["S"])
        if "report" in item:
            body = item["report"]["S"].encode()
        else:
            body = self.stored(organisation, about, item["sha256"]["S"])
        return Log(**dict(about), report=Report.model_validate_json(body))

    def stored(self, organisation: str, about: LogHead, sha256: str) -> bytes:
        """The report that lies in S3. Raises ConfigurationError where it is not as it was written."""
        body = self.bucket.get(self.key(organisation, about.project_id, about.id, sha256)) or b""
        if hashlib.sha256(body).hexdigest() != sha256:
            raise ConfigurationError(f"The report of {about.id} is not in the bucket as it was written.")
        return body

    def listed(self, organisation: str, project_id: str, first: str, last: str) -> Iterator[LogEntry]:
        places = self.table.between(organisation, f"@{project_id}/logs", first, last, backwards=True)
        return (LogEntry.model_validate_json(place["document"]["S"]) for place in places)

    def mentioned(self, organisation: str, index: str, *, newest_first: bool = False) -> Iterator[Mention]:
        places = self.table.between(organisation, f"@{index}", EARLIEST, LATEST, backwards=newest_first)
        return (Mention(place["log"]["S"], place["project"]["S"]) for place in places)

    def key(self, organisation: str, project_id: str, identifier: str, sha256: str) -> str:
        return f"{organisation}/logs/{project_id}/{identifier}/{sha256}.json"


def head(log: Log) -> str:
    """The log without its report, as JSON. Raises TooMuch where more is said about it than an item holds."""
    document = log.model_dump_json(exclude={"report"})
    if len(document.encode()) > MOST_SAID_BYTES:
        raise TooMuch(f"More than {MOST_SAID_BYTES} bytes of feedback and results are not kept of one log.")
    return document


def unchanged_since(revision: int | None) -> dict[str, Any]:
    """The condition that a log is still of that revision; none where any will do."""
    if revision is None:
        return {}
    values = {":before": {"N": str(revision)}}
    return {"ConditionExpression": "revision = :before", "ExpressionAttributeValues": values}
