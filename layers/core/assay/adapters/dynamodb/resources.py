"""Resources as JSON items, their lists and their unique names."""

from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

from assay.adapters.dynamodb.table import Table, fits, races_as_conflicts
from assay.domain.errors import AlreadyExists, Conflict, InvalidRequest, NotFound
from assay.domain.value import Resource

R = TypeVar("R", bound=Resource)

HOME = "@"
MOST_BYTES = 100_000


class DynamoResources:
    """Implements ports.Resources."""

    def __init__(self, table: Table) -> None:
        self.table = table

    def create(self, organisation: str, *resources: Resource) -> None:
        puts = [put for resource in resources for put in self.puts(organisation, resource)]
        try:
            with races_as_conflicts():
                self.table.client.transact_write_items(TransactItems=[{"Put": put} for put in puts])
        except Conflict as conflict:
            names = [resource.unique_name or resource.id for resource in resources]
            raise AlreadyExists(f"'{names[0].rpartition('/')[2]}' exists already.") from conflict

    def puts(self, organisation: str, resource: Resource) -> Iterator[dict[str, Any]]:
        """The resource itself, its places on lists, its name."""
        fresh = {"TableName": self.table.name, "ConditionExpression": "attribute_not_exists(pk)"}
        yield {**fresh, "Item": self.item(organisation, resource)}
        for name in resource.listed_in:
            yield {"TableName": self.table.name, "Item": self.table.key(organisation, f"@{name}", resource.id)}
        if resource.unique_name:
            yield {**fresh, "Item": self.name(organisation, resource.unique_name)}

    def name(self, organisation: str, name: str) -> dict[str, Any]:
        """The item that takes a name. Raises InvalidRequest where the name is too long for one."""
        item = self.table.key(organisation, "@name", name)
        if not fits(item):
            raise InvalidRequest("The name is too long.", ("name",))
        return item

    def item(self, organisation: str, resource: Resource) -> dict[str, Any]:
        """The resource as an item. Raises InvalidRequest where it is larger than an item should be."""
        document = resource.model_dump_json()
        if len(document.encode()) > MOST_BYTES:
            raise InvalidRequest(f"Too large: at most {MOST_BYTES} bytes are kept of one {kind(resource)}.")
        return {
            **self.table.key(organisation, resource.id, HOME),
            "kind": {"S": kind(resource)},
            "revision": {"N": str(resource.revision)},
            "document": {"S": document},
        }

    def get(self, organisation: str, kind: type[R], identifier: str) -> R:
        return parsed(kind, identifier, self.table.get(organisation, identifier, HOME) if identifier else None)

    def get_many(self, organisation: str, kind: type[R], identifiers: Iterable[str]) -> list[R]:
        wanted = list(identifiers)
        found = self.table.get_many([self.table.key(organisation, one, HOME) for one in dict.fromkeys(wanted)])
        return [parsed(kind, one, found.get(f"{organisation}#{one}")) for one in wanted]

    def replace(self, organisation: str, before: R, after: R) -> None:
        with races_as_conflicts():
            self.table.client.put_item(
                TableName=self.table.name,
                Item=self.item(organisation, after),
                ConditionExpression="revision = :before",
                ExpressionAttributeValues={":before": {"N": str(before.revision)}},
            )

    def listed(self, organisation: str, kind: type[R], name: str) -> list[R]:
        places = self.table.query(organisation, f"@{name}")
        return self.get_many(organisation, kind, [place["sk"]["S"] for place in places])


def kind(resource: Resource) -> str:
    """The resource's kind, as people read it."""
    return type(resource).__name__


def parsed(expected: type[R], identifier: str, item: dict[str, Any] | None) -> R:
    """The item as a resource. Raises NotFound where there is none, or one of another kind."""
    if item is None or item["kind"]["S"] != expected.__name__:
        raise NotFound(expected.__name__.lower(), identifier)
    return expected.model_validate_json(item["document"]["S"])
