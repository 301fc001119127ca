"""The stores as a key sees them that is confined to a project: what is not of the project does not exist.

What a dialect keeps beside all projects (Humanloop's datasets and evaluators) belongs to the one it was `made_in`.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

from assay.domain.allowance import Allowance
from assay.domain.claim import Claim
from assay.domain.environment import EnvironmentPin
from assay.domain.errors import Forbidden, NotFound
from assay.domain.evaluators.evaluator import EvaluatorVersion
from assay.domain.log import Log, LogEntry, Mention
from assay.domain.project import Project
from assay.domain.value import Resource
from assay.ports import Logs, Resources

R = TypeVar("R", bound=Resource)

NOT_OF_THE_PROJECT = "This API key may not do that: it is confined to another project."
REACHED_BY_OTHERS = (Allowance, Claim, EnvironmentPin, EvaluatorVersion)
"""Kinds that limit, or are found only by way of something else, which is of a project, or by knowing what they say."""


def home(resource: Resource) -> str | None:
    """The id of the project to which a resource belongs; None where it belongs to all of the organisation."""
    if isinstance(resource, Project):
        return resource.id
    return getattr(resource, "project_id", None) or getattr(resource, "made_in", None)


class ConfinedResources:
    """Implements ports.Resources over others, for one project."""

    def __init__(self, every: Resources, project_id: str) -> None:
        self.every, self.project_id = every, project_id

    def sees(self, resource: Resource) -> bool:
        """Whether the resource exists for the project."""
        return isinstance(resource, REACHED_BY_OTHERS) or home(resource) == self.project_id

    def seen(self, resource: R, identifier: str) -> R:
        """The resource. Raises NotFound, in the words for what is not there, unless it exists for the project."""
        if not self.sees(resource):
            raise NotFound(resource.noun(), identifier)
        return resource

    def made_here(self, resource: R) -> R:
        """The resource, to be kept as the project's. Raises Forbidden where it would not be."""
        if "made_in" in type(resource).model_fields and home(resource) is None:
            resource = resource.model_copy(update={"made_in": self.project_id})
        if not self.sees(resource):
            raise Forbidden(NOT_OF_THE_PROJECT)
        return resource

    def create(self, organisation: str, *resources: Resource) -> None:
        self.every.create(organisation, *map(self.made_here, resources))

    def renew(self, organisation: str, resource: Resource) -> None:
        self.every.renew(organisation, self.made_here(resource))

    def get(self, organisation: str, kind: type[R], identifier: str) -> R:
        return self.seen(self.every.get(organisation, kind, identifier), identifier)

    def get_many(self, organisation: str, kind: type[R], identifiers: Iterable[str]) -> list[R]:
        return [self.seen(each, each.id) for each in self.every.get_many(organisation, kind, identifiers)]

    def replace(self, organisation: str, before: R, after: R) -> None:
        self.every.replace(organisation, self.seen(before, before.id), self.made_here(after))

    def delete(self, organisation: str, resource: Resource) -> None:
        self.every.delete(organisation, self.seen(resource, resource.id))

    def named(self, organisation: str, kind: type[R], unique_name: str) -> R:
        return self.seen(self.every.named(organisation, kind, unique_name), unique_name)

    def listed(self, organisation: str, kind: type[R], name: str) -> list[R]:
        return [each for each in self.every.listed(organisation, kind, name) if self.sees(each)]

    def newest(self, organisation: str, kind: type[R], name: str, most: int) -> list[R]:
        return [each for each in self.every.newest(organisation, kind, name, most) if self.sees(each)]


class ConfinedLogs:
    """Implements ports.Logs over others, for one project."""

    def __init__(self, every: Logs, project_id: str) -> None:
        self.every, self.project_id = every, project_id

    def save(self, organisation: str, logs: Sequence[Log]) -> None:
        if any(log.project_id != self.project_id for log in logs):
            raise Forbidden(NOT_OF_THE_PROJECT)
        self.every.save(organisation, logs)

    def get_many(self, organisation: str, identifiers: Sequence[str]) -> list[Log]:
        return [self.seen(log) for log in self.every.get_many(organisation, identifiers)]

    def present(self, organisation: str, identifiers: Sequence[str]) -> dict[str, Log]:
        found = self.every.present(organisation, identifiers)
        return {log.id: log for log in found.values() if log.project_id == self.project_id}

    def replace(self, organisation: str, before: Log, after: Log) -> None:
        self.every.replace(organisation, self.seen(before), self.seen(after))

    def delete(self, organisation: str, log: Log) -> None:
        self.every.delete(organisation, self.seen(log))

    def seen(self, log: Log) -> Log:
        """The log. Raises NotFound unless it is of the project."""
        if log.project_id != self.project_id:
            raise NotFound("log", log.id)
        return log

    def listed(self, organisation: str, project_id: str, first: str, last: str) -> Iterator[LogEntry]:
        ours = project_id == self.project_id
        return self.every.listed(organisation, project_id, first, last) if ours else iter(())

    def mentioned(self, organisation: str, index: str, *, newest_first: bool = False) -> Iterator[Mention]:
        every = self.every.mentioned(organisation, index, newest_first=newest_first)
        return (each for each in every if each.project_id == self.project_id)
