"""Resources as JSON items, their lists and their unique names."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, TypeVar

from assay.adapters.dynamodb.table import Table, fits, races_as_conflicts
from assay.domain.claim import Claim
from assay.domain.errors import AlreadyExists, Conflict, InvalidRequest, NotFound
from assay.domain.evaluation import Evaluation
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
            yield {**fresh, "Item": self.name(organisation, resource.unique_name, resource.id)}

    def name(self, organisation: str, name: str, holder: str) -> dict[str, Any]:
        """The item by which `holder` takes a name. Raises InvalidRequest where the name is too long for one."""
        item = self.table.key(organisation, "@name", name)
        if not fits(item):
            raise InvalidRequest("The name is too long.", ("name",))
        return {**item, "holder": {"S": holder}}

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
            **status(resource),
            **expiry(resource),
        }

    def renew(self, organisation: str, resource: Resource) -> None:
        self.table.client.put_item(TableName=self.table.name, Item=self.item(organisation, resource))

    def get(self, organisation: str, kind: type[R], identifier: str) -> R:
        return parsed(kind, identifier, self.table.get(organisation, identifier, HOME) if identifier else None)

    def get_many(self, organisation: str, kind: type[R], identifiers: Iterable[str]) -> list[R]:
        wanted = list(identifiers)
        found = self.table.get_many([self.table.key(organisation, one, HOME) for one in dict.fromkeys(wanted)])
        return [parsed(kind, one, found.get(f"{organisation}#{one}")) for one in wanted]

    def replace(self, organisation: str, before: R, after: R) -> None:
        put = {"Item": self.item(organisation, after), **self.unchanged(before)}
        if after.unique_name == before.unique_name:
            with races_as_conflicts():
                self.table.client.put_item(**put)
        else:
            self.rename(organisation, put, before, after)

    def rename(self, organisation: str, put: dict[str, Any], before: Resource, after: Resource) -> None:
        """Replaces the resource and moves its name, or does neither. Raises Conflict or AlreadyExists."""
        changes: list[dict[str, Any]] = [{"Put": put}]
        if before.unique_name:
            changes.append({"Delete": self.removal(organisation, "@name", before.unique_name)})
        if after.unique_name:
            item = self.name(organisation, after.unique_name, after.id)
            fresh = {"TableName": self.table.name, "ConditionExpression": "attribute_not_exists(pk)"}
            changes.append({"Put": {**fresh, "Item": item}})
        try:
            with races_as_conflicts():
                self.table.client.transact_write_items(TransactItems=changes)
        except Conflict as conflict:
            if after.unique_name and self.table.get(organisation, "@name", after.unique_name):
                raise AlreadyExists(f"'{after.unique_name.rpartition('/')[2]}' exists already.") from conflict
            raise

    def delete(self, organisation: str, resource: Resource) -> None:
        home = {"Key": self.table.key(organisation, resource.id, HOME), **self.unchanged(resource)}
        places = [self.removal(organisation, f"@{name}", resource.id) for name in resource.listed_in]
        names = [self.removal(organisation, "@name", resource.unique_name)] if resource.unique_name else []
        with races_as_conflicts():
            self.table.client.transact_write_items(
                TransactItems=[{"Delete": removal} for removal in (home, *places, *names)]
            )

    def unchanged(self, resource: Resource) -> dict[str, Any]:
        """The table, and the condition that the resource is still in this revision."""
        return {
            "TableName": self.table.name,
            "ConditionExpression": "revision = :before",
            "ExpressionAttributeValues": {":before": {"N": str(resource.revision)}},
        }

    def removal(self, organisation: str, scope: str, item: str) -> dict[str, Any]:
        """An item to be deleted, whatever is in it."""
        return {"TableName": self.table.name, "Key": self.table.key(organisation, scope, item)}

    def named(self, organisation: str, kind: type[R], unique_name: str) -> R:
        name = self.table.get(organisation, "@name", unique_name)
        if name is None:
            raise NotFound(kind.noun(), unique_name.rpartition("/")[2], by="named")
        return self.get(organisation, kind, name["holder"]["S"])

    def listed(self, organisation: str, kind: type[R], name: str) -> list[R]:
        places = self.table.query(organisation, f"@{name}")
        return self.get_many(organisation, kind, [place["sk"]["S"] for place in places])

    def newest(self, organisation: str, kind: type[R], name: str, most: int) -> list[R]:
        places = islice(self.table.query(organisation, f"@{name}", backwards=True), most)
        return self.get_many(organisation, kind, [place["sk"]["S"] for place in places])


def status(resource: Resource) -> dict[str, Any]:
    """The status of whatever has one, as an attribute of its own: transactions of others depend on it."""
    return {"status": {"S": resource.status}} if isinstance(resource, Evaluation) else {}


def expiry(resource: Resource) -> dict[str, Any]:
    """When DynamoDB may forget whatever is kept for a while only."""
    return {"expires": {"N": str(int(resource.expires.timestamp()))}} if isinstance(resource, Claim) else {}


def kind(resource: Resource) -> str:
    """The resource's kind, as people read it."""
    return type(resource).__name__


def parsed(expected: type[R], identifier: str, item: dict[str, Any] | None) -> R:
    """The item as a resource. Raises NotFound where there is none, or one of another kind."""
    if item is None or item["kind"]["S"] != expected.__name__:
        raise NotFound(expected.noun(), identifier)
    return expected.model_validate_json(item["document"]["S"])
