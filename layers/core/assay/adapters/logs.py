"""Posted logs: an item each, whose body lies beside it in S3 where it is large."""

import hashlib
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from assay.adapters.dynamodb.table import Table
from assay.adapters.s3.bucket import Bucket
from assay.domain.errors import ConfigurationError, NotFound
from assay.domain.log import Log, LogEntry

ITEM = "log"
MOST_INLINE_BYTES = 100_000
MOST_PER_TRANSACTION = 30
"""DynamoDB's limits are 100 items, of which a log takes two, and 4 MB."""


class DynamoLogs:
    """Implements ports.Logs."""

    def __init__(self, table: Table, bucket: Bucket) -> None:
        self.table, self.bucket = table, bucket

    def save(self, organisation: str, logs: Sequence[Log]) -> None:
        left = iter(logs)
        while some := list(islice(left, MOST_PER_TRANSACTION)):
            puts = [put for log in some for put in self.puts(organisation, log)]
            self.table.client.transact_write_items(TransactItems=[{"Put": put} for put in puts])

    def puts(self, organisation: str, log: Log) -> Iterator[dict[str, Any]]:
        """The log, and its place on its project's list. A large body is written to S3 first."""
        body = log.model_dump_json().encode()
        size = {"size": {"N": str(len(body))}}
        place = self.table.key(organisation, f"@{log.project_id}/logs", log.id)
        item = {**self.table.key(organisation, log.id, ITEM), **size}
        if len(body) > MOST_INLINE_BYTES:
            self.bucket.put(self.key(organisation, log.id), body)
            item["sha256"] = {"S": hashlib.sha256(body).hexdigest()}
        else:
            item["document"] = {"S": body.decode()}
        yield {"TableName": self.table.name, "Item": item}
        yield {"TableName": self.table.name, "Item": {**place, **size}}

    def get_many(self, organisation: str, identifiers: Sequence[str]) -> list[Log]:
        keys = [self.table.key(organisation, one, ITEM) for one in dict.fromkeys(identifiers)]
        found = self.table.get_many(keys)
        return [self.log(organisation, one, found.get(f"{organisation}#{one}")) for one in identifiers]

    def log(self, organisation: str, identifier: str, item: dict[str, Any] | None) -> Log:
        """The item as a log. Raises NotFound where there is none."""
        if item is None:
            raise NotFound("log", identifier)
        if "document" in item:
            return Log.model_validate_json(item["document"]["S"])
        body = self.bucket.get(self.key(organisation, identifier)) or b""
        if hashlib.sha256(body).hexdigest() != item["sha256"]["S"]:
            raise ConfigurationError(f"The body of {identifier} is not in the bucket as it was written.")
        return Log.model_validate_json(body)

    def listed(self, organisation: str, project_id: str) -> list[LogEntry]:
        places = self.table.query(organisation, f"@{project_id}/logs")
        return [LogEntry(place["sk"]["S"], int(place["size"]["N"])) for place in places]

    def key(self, organisation: str, identifier: str) -> str:
        return f"{organisation}/logs/{identifier}.json"
