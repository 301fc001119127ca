"""What is looked up by id, listed or named."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Protocol, TypeVar

from assay.domain.value import Resource

if TYPE_CHECKING:
    from assay.domain.log import Log, LogEntry, Mention


R = TypeVar("R", bound=Resource)


class Resources(Protocol):
    """Projects, configs, evaluators, evaluations, keys: whatever is looked up by id, listed or named."""

    def create(self, organisation: str, *resources: Resource) -> None:
        """Keeps new resources, all or none. Raises AlreadyExists where an id or a unique name is taken."""

    def renew(self, organisation: str, resource: Resource) -> None:
        """Keeps a resource that is on no list and has no name, also in place of one that is kept under its id."""

    def get(self, organisation: str, kind: type[R], identifier: str) -> R:
        """The resource. Raises NotFound, also where the id is of another kind."""

    def get_many(self, organisation: str, kind: type[R], identifiers: Iterable[str]) -> list[R]:
        """The resources, in the order of the ids. Raises NotFound."""

    def replace(self, organisation: str, before: R, after: R) -> None:
        """Compare-and-swap by revision; a new unique name moves with it.

        Raises Conflict where `before` is no longer what is kept, AlreadyExists where the new name is taken.
        """

    def delete(self, organisation: str, resource: Resource) -> None:
        """Removes it, its places on lists and its name. Raises Conflict where it is no longer what is kept."""

    def named(self, organisation: str, kind: type[R], unique_name: str) -> R:
        """The resource that holds a unique name. Raises NotFound."""

    def listed(self, organisation: str, kind: type[R], name: str) -> list[R]:
        """All on the list, oldest first."""

    def newest(self, organisation: str, kind: type[R], name: str, most: int) -> list[R]:
        """The last of the list, newest first, and no more than so many; the others are not read."""


class Logs(Protocol):
    """Logs that clients posted, outside evaluations. They are listed by when they were made, and by their ids."""

    def save(self, organisation: str, logs: Sequence[Log]) -> None:
        """Keeps new logs. What is readable is also listed."""

    def get_many(self, organisation: str, identifiers: Sequence[str]) -> list[Log]:
        """The logs, in the order of the ids. Raises NotFound."""

    def present(self, organisation: str, identifiers: Sequence[str]) -> dict[str, Log]:
        """Those of the logs that there are, by their ids."""

    def replace(self, organisation: str, before: Log, after: Log) -> None:
        """Compare-and-swap by revision. Raises Conflict where `before` is no longer what is kept."""

    def delete(self, organisation: str, log: Log) -> None:
        """Removes a log, and its places on lists. Raises Conflict where it is no longer what is kept."""

    def listed(self, organisation: str, project_id: str, first: str, last: str) -> Iterator[LogEntry]:
        """A project's logs whose entries' keys are from `first` to `last`, the newest first, read as they are taken."""

    def mentioned(self, organisation: str, index: str, *, newest_first: bool = False) -> Iterator[Mention]:
        """The logs on another list, oldest first: of a session (log.of_session) or a reference (log.of_reference)."""


class KeyUses(Protocol):
    """About when API keys were last used, to within some minutes."""

    def note(self, organisation: str, key_id: str, now: datetime) -> None:
        """Keeps that a key was used, unless a use of the last minutes is kept already."""

    def last(self, organisation: str, key_id: str) -> datetime | None:
        """The last use that is kept; None where there is none."""
