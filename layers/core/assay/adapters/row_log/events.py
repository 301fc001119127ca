"""Logs of events: rows that are written again and again, read as they stand in a version."""

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from threading import Lock
from typing import Any
from uuid import UUID

from assay.adapters.row_log.commits import LATEST, Commits, Segment
from assay.adapters.row_log.index import FoldIndex, key_of, packed_entries
from assay.adapters.row_log.reader import Reader
from assay.domain.dataset import Commit
from assay.domain.rows import BaseRows, Event, LogVersion, NoRows, Place, Row

MOST_INDICES = 8


def packed(segment: UUID, events: Sequence[Event]) -> Segment:
    """Events as they lie in a segment."""
    body = b"".join(event.model_dump_json(exclude_defaults=True).encode() + b"\n" for event in events)
    return Segment(segment.hex, body, len(events), events=True, given=packed_entries(segment, events))


class EventLog(Commits):
    """Implements ports.Rows. Indices of the logs read last are kept for the life of the process, and read on."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.indices: OrderedDict[tuple[str, str], FoldIndex] = OrderedDict()
        self.lock = Lock()

    def write(self, organisation: str, log_id: str, segment: UUID, events: Sequence[Event]) -> Commit:
        return self.add(organisation, log_id, packed(segment, events))

    def write_many(self, organisation: str, log_id: str, parts: Iterable[tuple[UUID, Sequence[Event]]]) -> list[Commit]:
        return self.add_all(organisation, log_id, (packed(segment, events) for segment, events in parts))

    def version(self, organisation: str, log_id: str, transaction: int | None = None) -> LogVersion:
        return self.index(organisation, log_id).version(transaction)

    def count(self, organisation: str, log_id: str, sequence: int) -> int:
        return self.index(organisation, log_id).count(sequence)

    def has(self, organisation: str, log_id: str, sequence: int, identifier: str) -> bool:
        history = self.index(organisation, log_id).history(key_of(identifier), sequence)
        return bool(history) and not history[-1].deletes

    def down(
        self,
        organisation: str,
        log_id: str,
        sequence: int,
        before: Place | None = None,
        base: BaseRows | None = None,
    ) -> Iterator[Row]:
        return self.reader(organisation, log_id, sequence, base).down(before)

    def up(self, organisation: str, log_id: str, sequence: int) -> Iterator[Row]:
        """The rows of a version in order, the first first."""
        return self.reader(organisation, log_id, sequence, None).up()

    def reader(self, organisation: str, log_id: str, sequence: int, base: BaseRows | None) -> Reader:
        """Who reads a version of one log."""

        def body(commit: Commit) -> bytes:
            return self.segment_body(organisation, log_id, commit.segment)

        return Reader(self.index(organisation, log_id), sequence, body, base or NoRows())

    def index(self, organisation: str, log_id: str) -> FoldIndex:
        """The index of a log, up to its latest commit."""
        with self.lock:
            index = self.indices.pop((organisation, log_id), None) or FoldIndex()
            for commit, given in self.commits_between(organisation, log_id, len(index.commits) + 1, LATEST):
                index.add(commit, given)
            self.indices[organisation, log_id] = index
            while len(self.indices) > MOST_INDICES:
                self.indices.popitem(last=False)
            return index
