"""Resources in memory; tests/integration/test_resource_ports.py holds them to the adapter's words."""

from collections.abc import Iterable
from typing import Any

from assay.domain.errors import AlreadyExists, Conflict, NotFound
from assay.domain.value import Resource


class FakeResources:
    """ports.Resources."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], Resource] = {}
        self.names: dict[tuple[str, str], str] = {}

    def create(self, organisation: str, *resources: Resource) -> None:
        names = {(organisation, each.unique_name): each.id for each in resources if each.unique_name}
        if names.keys() & self.names.keys() or any((organisation, each.id) in self.kept for each in resources):
            raise AlreadyExists("taken")
        self.names.update(names)
        self.kept.update({(organisation, each.id): each for each in resources})

    def renew(self, organisation: str, resource: Resource) -> None:
        self.kept[organisation, resource.id] = resource

    def get(self, organisation: str, kind: type, identifier: str) -> Any:
        found = self.kept.get((organisation, identifier))
        if not isinstance(found, kind):
            raise NotFound(kind.noun(), identifier)
        return found

    def get_many(self, organisation: str, kind: type, identifiers: Iterable[str]) -> list[Any]:
        return [self.get(organisation, kind, identifier) for identifier in identifiers]

    def replace(self, organisation: str, before: Resource, after: Resource) -> None:
        self.require_unchanged(organisation, before)
        if after.unique_name != before.unique_name:
            if (organisation, after.unique_name) in self.names:
                raise AlreadyExists("taken")
            self.names.pop((organisation, before.unique_name), None)
            self.names[organisation, after.unique_name] = after.id
        self.kept[organisation, before.id] = after

    def delete(self, organisation: str, resource: Resource) -> None:
        self.require_unchanged(organisation, resource)
        del self.kept[organisation, resource.id]
        self.names.pop((organisation, resource.unique_name), None)

    def require_unchanged(self, organisation: str, resource: Resource) -> None:
        """Raises Conflict where it is no longer what is kept."""
        kept = self.kept.get((organisation, resource.id))
        if kept is None or kept.revision != resource.revision:
            raise Conflict("changed")

    def named(self, organisation: str, kind: type, unique_name: str) -> Any:
        return self.get(organisation, kind, self.names.get((organisation, unique_name), ""))

    def listed(self, organisation: str, kind: type, name: str) -> list[Any]:
        return sorted(
            (each for (owner, _), each in self.kept.items() if owner == organisation and name in each.listed_in),
            key=lambda each: each.id,
        )

    def newest(self, organisation: str, kind: type, name: str, most: int) -> list[Any]:
        return self.listed(organisation, kind, name)[::-1][:most]
