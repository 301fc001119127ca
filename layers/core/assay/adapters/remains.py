"""What is left of deleted things, erased: whole partitions of the table, whole prefixes of the bucket."""

from assay.adapters.dynamodb.answers import scopes
from assay.adapters.dynamodb.posted import parts
from assay.adapters.dynamodb.table import Table
from assay.adapters.s3.bucket import Bucket
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
        scope = f"@{project_id}/logs"
        identifiers = [place["sk"]["S"] for place in self.table.query(organisation, scope)]
        self.bucket.delete_many(f"{organisation}/logs/{identifier}.json" for identifier in identifiers)
        self.table.delete_many(self.table.key(organisation, identifier, "log") for identifier in identifiers)
        self.erase_partition(organisation, scope)

    def erase_answers(self, organisation: str, project_id: str) -> None:
        for scope in scopes(project_id):
            self.erase_partition(organisation, scope)

    def erase_organisation(self, organisation: str) -> int:
        objects = self.bucket.delete_many(self.bucket.keys(f"{organisation}/"))
        return self.table.delete_many(self.table.of(organisation)) + objects

    def erase_partition(self, organisation: str, scope: str) -> None:
        """Every item of a partition of the table."""
        self.table.delete_many(self.table.query(organisation, scope))
