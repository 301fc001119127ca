"""What is left of deleted things, erased: whole partitions of the table, whole prefixes of the bucket."""

from assay.adapters.dynamodb.table import Table
from assay.adapters.s3.bucket import Bucket


class StoredRemains:
    """Implements ports.Remains."""

    def __init__(self, table: Table, bucket: Bucket) -> None:
        self.table, self.bucket = table, bucket

    def erase_items(self, organisation: str, scope: str) -> int:
        return self.table.delete_many(self.table.query(organisation, scope))

    def erase_objects(self, organisation: str, prefix: str) -> int:
        return self.bucket.delete_many(self.bucket.keys(f"{organisation}/{prefix}"))

    def erase_logs(self, organisation: str, project_id: str) -> None:
        scope = f"@{project_id}/logs"
        identifiers = [place["sk"]["S"] for place in self.table.query(organisation, scope)]
        self.bucket.delete_many(f"{organisation}/logs/{identifier}.json" for identifier in identifiers)
        self.table.delete_many(self.table.key(organisation, identifier, "log") for identifier in identifiers)
        self.erase_items(organisation, scope)

    def erase_organisation(self, organisation: str) -> int:
        return self.table.delete_many(self.table.of(organisation)) + self.erase_objects(organisation, "")
