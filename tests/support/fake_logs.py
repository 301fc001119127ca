"""Logs in memory; tests/integration/test_resource_ports.py holds them to the adapter's words."""

from collections.abc import Iterator, Sequence

from assay.domain.errors import Conflict, NotFound
from assay.domain.log import Log, LogEntry, Mention


class FakeLogs:
    """ports.Logs."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], Log] = {}

    def save(self, organisation: str, logs: Sequence[Log]) -> None:
        self.kept.update({(organisation, log.id): log for log in logs})

    def get_many(self, organisation: str, identifiers: Sequence[str]) -> list[Log]:
        try:
            return [self.kept[organisation, identifier] for identifier in identifiers]
        except KeyError as error:
            raise NotFound("log", str(error)) from error

    def present(self, organisation: str, identifiers: Sequence[str]) -> dict[str, Log]:
        return {one: self.kept[organisation, one] for one in identifiers if (organisation, one) in self.kept}

    def replace(self, organisation: str, before: Log, after: Log) -> None:
        self.require_unchanged(organisation, before)
        self.kept[organisation, after.id] = after

    def delete(self, organisation: str, log: Log) -> None:
        self.require_unchanged(organisation, log)
        del self.kept[organisation, log.id]

    def require_unchanged(self, organisation: str, log: Log) -> None:
        """Raises Conflict where it is no longer what is kept."""
        kept = self.kept.get((organisation, log.id))
        if kept is None or kept.revision != log.revision:
            raise Conflict("changed")

    def entries(self, organisation: str) -> list[tuple[LogEntry, Log]]:
        """All logs of an organisation with their places on lists, oldest first."""
        ours = [log for (owner, _), log in self.kept.items() if owner == organisation]
        entries = [(LogEntry.of(log, len(log.model_dump_json().encode())), log) for log in ours]
        return sorted(entries, key=lambda each: each[0].key)

    def listed(self, organisation: str, project_id: str, first: str, last: str) -> Iterator[LogEntry]:
        for entry, log in reversed(self.entries(organisation)):
            if log.project_id == project_id and first <= entry.key <= last:
                yield entry

    def mentioned(self, organisation: str, index: str, *, newest_first: bool = False) -> Iterator[Mention]:
        found = [Mention(log.id, log.project_id) for entry, log in self.entries(organisation) if index in entry.indices]
        return iter(found[::-1] if newest_first else found)
