"""Versions of datasets: datapoints that are only added, and snapshots of whatever a version holds."""

from collections.abc import Iterator, Sequence
from functools import partial

from pydantic import TypeAdapter
from pydantic_core import to_json

from assay.adapters.row_log.commits import LATEST, Commits, Segment
from assay.adapters.row_log.events import EventLog
from assay.adapters.s3.bucket import BYTES, jsonl
from assay.domain.dataset import Commit, Datapoint, SnapshotIndex, fields_of
from assay.domain.errors import NotFound
from assay.domain.identity import DatapointPlace, datapoint_id
from assay.domain.rows import Row

DATAPOINT = TypeAdapter(Datapoint)


class RowLog(Commits):
    """Implements ports.Datasets."""

    def append(self, organisation: str, dataset_id: str, segment: str, rows: Sequence[Datapoint]) -> Commit:
        return self.add(organisation, dataset_id, Segment(segment, jsonl(rows), len(rows)))

    def rows(self, organisation: str, dataset_id: str, sequence: int, span: range) -> list[Datapoint]:
        found: list[Datapoint] = []
        first = 0
        for commit in self.commits(organisation, dataset_id, sequence):
            wanted = range(max(span.start - first, 0), min(span.stop - first, commit.rows))
            if wanted:
                found += self.segment(organisation, dataset_id, commit.segment)[wanted.start : wanted.stop]
            first += commit.rows
            if first >= span.stop:
                break
        return found

    def find(self, organisation: str, place: DatapointPlace) -> Datapoint:
        missing = NotFound("datapoint", datapoint_id(*place))
        committed = {commit.segment for commit in self.commits(organisation, place.dataset_id, LATEST)}
        if place.segment not in committed:
            raise missing
        rows = self.segment(organisation, place.dataset_id, place.segment)
        if place.line >= len(rows):
            raise missing
        return rows[place.line]

    def segment(self, organisation: str, dataset_id: str, segment: str) -> list[Datapoint]:
        """The datapoints of a segment."""
        return datapoints(self.segment_body(organisation, dataset_id, segment))

    def freeze(self, organisation: str, dataset_id: str, sequence: int) -> SnapshotIndex:
        key = self.snapshot_key(organisation, dataset_id, sequence, "offsets")
        if (existing := self.bucket.get(key)) is not None:
            return SnapshotIndex(existing)
        # The index is what makes a snapshot readable. Whoever writes the same version writes the same bytes, so
        # what a process left behind before it came to the index is simply written again.
        body = self.snapshot_key(organisation, dataset_id, sequence, "jsonl")
        index = SnapshotIndex.of(self.bucket.put_lines(body, self.lines(organisation, dataset_id, sequence)))
        self.bucket.put_once(key, index.packed, BYTES)
        return index

    def lines(self, organisation: str, dataset_id: str, sequence: int) -> Iterator[bytes]:
        """The datapoints of a version as JSON lines, in order."""
        commits = self.commits(organisation, dataset_id, sequence)
        first = next(commits, None)
        if first is None:
            return
        if first.events:
            yield from map(line_of, self.events.up(organisation, dataset_id, sequence))
            return
        body = partial(self.segment_body, organisation, dataset_id)
        for commit in (first, *commits):
            yield from body(commit.segment).splitlines(keepends=True)

    @property
    def events(self) -> EventLog:
        """The same logs, read as events."""
        return EventLog(self.table, self.bucket, now=self.now, random=self.random, sleep=self.sleep, root=self.root)

    def snapshot(self, organisation: str, dataset_id: str, sequence: int, span: range) -> list[Datapoint]:
        if not span:
            return []
        where = self.index(organisation, dataset_id, sequence, span)
        key = self.snapshot_key(organisation, dataset_id, sequence, "jsonl")
        return datapoints(self.bucket.rows(key, where.span(0, where.rows)))

    def index(self, organisation: str, dataset_id: str, sequence: int, span: range) -> SnapshotIndex:
        """The part of a snapshot's index that is about the rows `span`."""
        key = self.snapshot_key(organisation, dataset_id, sequence, "offsets")
        if not (part := self.bucket.get(key, SnapshotIndex.part(span.start, span.stop))):
            raise NotFound("snapshot", f"{dataset_id} at {sequence}")
        return SnapshotIndex(part)

    def snapshot_key(self, organisation: str, dataset_id: str, sequence: int, ending: str) -> str:
        return f"{organisation}/{self.root}/{dataset_id}/snapshots/{sequence:010d}.{ending}"


def datapoints(body: bytes) -> list[Datapoint]:
    """JSON lines as datapoints."""
    return [DATAPOINT.validate_json(line) for line in body.splitlines()]


def line_of(row: Row) -> bytes:
    """A row as the line of a snapshot: the JSON of its datapoint."""
    return to_json(fields_of(row), inf_nan_mode="null") + b"\n"
