"""Datasets and rows in memory, as the adapters keep them; tests/integration/test_ports.py holds both to the same words."""

from collections.abc import Iterator, Sequence
from uuid import UUID

from assay.adapters.s3.bucket import jsonl
from assay.domain.dataset import Commit, Datapoint, DatasetHead, SnapshotIndex
from assay.domain.errors import NotFound
from assay.domain.identity import DatapointPlace
from assay.domain.rows import BaseRows, Event, LogVersion, Place, Row
from tests.support.virtual_time import START


def indexed(body: bytes) -> SnapshotIndex:
    """Where the lines of a snapshot start."""
    return SnapshotIndex.of(len(line) for line in body.splitlines(keepends=True))


class FakeDatasets:
    """ports.Datasets."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], list[tuple[Commit, list[Datapoint]]]] = {}

    def head(self, organisation: str, dataset_id: str) -> DatasetHead:
        commits = self.kept.get((organisation, dataset_id), [])
        if not commits:
            return DatasetHead()
        last = commits[-1][0]
        return DatasetHead(
            sequence=last.sequence, datapoints=sum(len(rows) for _, rows in commits), committed_at=last.committed_at
        )

    def heads(self, organisation: str, dataset_ids: Sequence[str]) -> list[DatasetHead]:
        return [self.head(organisation, each) for each in dataset_ids]

    def append(self, organisation: str, dataset_id: str, segment: str, rows: Sequence[Datapoint]) -> Commit:
        commits = self.kept.setdefault((organisation, dataset_id), [])
        commit = Commit(
            sequence=len(commits) + 1,
            segment=segment,
            rows=len(rows),
            size=len(jsonl(rows)),
            longest=max((len(jsonl([row])) for row in rows), default=0),
            sha256="",
            committed_at=START,
        )
        commits.append((commit, list(rows)))
        return commit

    def commits(self, organisation: str, dataset_id: str, sequence: int) -> list[Commit]:
        return [commit for commit, _ in self.kept.get((organisation, dataset_id), [])[:sequence]]

    def rows(self, organisation: str, dataset_id: str, sequence: int, span: range) -> list[Datapoint]:
        every = [row for _, rows in self.kept.get((organisation, dataset_id), [])[:sequence] for row in rows]
        return every[span.start : span.stop]

    def find(self, organisation: str, place: DatapointPlace) -> Datapoint:
        for commit, rows in self.kept.get((organisation, place.dataset_id), []):
            if commit.segment == place.segment and place.line < len(rows):
                return rows[place.line]
        raise NotFound("datapoint", str(place))

    def freeze(self, organisation: str, dataset_id: str, sequence: int) -> SnapshotIndex:
        return indexed(jsonl(self.rows(organisation, dataset_id, sequence, range(10**9))))

    def snapshot(self, organisation: str, dataset_id: str, sequence: int, span: range) -> list[Datapoint]:
        return self.rows(organisation, dataset_id, sequence, span)


class FakeRows:
    """ports.Rows, of logs without merges: the latest event of an id is its row."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], list[Event]] = {}

    def write(self, organisation: str, log_id: str, segment: UUID | None, events: Sequence[Event]) -> None:
        self.kept.setdefault((organisation, log_id), []).extend(events)

    def version(self, organisation: str, log_id: str, transaction: int | None = None) -> LogVersion:
        written = len(self.kept.get((organisation, log_id), ()))
        return LogVersion(written, written)

    def down(
        self, organisation: str, log_id: str, sequence: int, before: Place | None = None, base: BaseRows | None = None
    ) -> Iterator[Row]:
        events = {event.id: event for event in self.kept.get((organisation, log_id), ())}
        is_within_base = before is not None and before.sequence == 0
        for event in () if is_within_base else reversed(events.values()):
            found = base.find(event.id) if base else None
            if (content := event.applied(found.content if found else None)) is not None:
                yield Row(event.id, content, Place(1, 0), 1)
        below = base.down(before.line if before and is_within_base else None) if base else ()
        yield from (row for row in below if row.id not in events)
