"""What is left of deleted things, erased: whole partitions of the table, whole prefixes of the bucket."""

from collections.abc import Iterator
from typing import Any

from assay.adapters.dynamodb.answers import scopes
from assay.adapters.dynamodb.posted import parts
from assay.adapters.dynamodb.table import Table
from assay.adapters.logs import ITEM
from assay.adapters.s3.bucket import Bucket
from assay.domain.log import LogEntry
from assay.ports.erasure import Bulky


class StoredRemains:
    """Implements ports.Remains."""

    def __init__(self, table: Table, bucket: Bucket) -> None:
        self.table, self.bucket = table, bucket

    def erase(self, organisation: str, kind: Bulky, identifier: str) -> None:
        self.erase_partition(organisation, identifier)
        self.bucket.delete_many(self.bucket.keys(f"{organisation}/{kind}/{identifier}/"))

    def erase_posted(self, organisation: str, evaluation_id: str, rows: int) -> None:
        for part in parts(rows):
            self.erase_partition(organisation, f"{evaluation_id}{part}")

    def erase_logs(self, organisation: str, project_id: str) -> None:
        places = self.table.query(organisation, f"@{project_id}/logs")
        self.table.delete_many(item for place in places for item in self.items_of(organisation, place))
        self.bucket.delete_many(self.bucket.keys(f"{organisation}/logs/{project_id}/"))

    def items_of(self, organisation: str, place: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """The items of a log, its place on its project's list last: while that is there, the others are found."""
        entry = LogEntry.model_validate_json(place["document"]["S"])
        yield self.table.key(organisation, entry.id, ITEM)
        yield from (self.table.key(organisation, f"@{index}", entry.key) for index in entry.indices)
        yield place

    def erase_reports(self, organisation: str, project_id: str, log_id: str) -> None:
        self.bucket.delete_many(self.bucket.keys(f"{organisation}/logs/{project_id}/{log_id}/"))

    def erase_answers(self, organisation: str, project_id: str) -> None:
        for scope in scopes(project_id):
            self.erase_partition(organisation, scope)

    def erase_organisation(self, organisation: str) -> int:
        objects = self.bucket.delete_many(self.bucket.keys(f"{organisation}/"))
        return self.table.delete_many(self.table.of(organisation)) + objects

    def erase_partition(self, organisation: str, scope: str) -> None:
        """Every item of a partition of the table."""
        self.table.delete_many(self.table.query(organisation, scope))
