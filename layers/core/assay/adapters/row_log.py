"""The row log of datasets: immutable segments in S3, made visible by a commit in DynamoDB.

A segment is written under a name of its own first; one transaction then moves the head from n to n + 1 and puts
commit n + 1, which points at the segment. So a commit is there or not, a version never changes, and of two writers
that race one simply becomes n + 2.
"""

import hashlib
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter

from assay.adapters.dynamodb.table import Table, races_as_conflicts
from assay.adapters.s3.bucket import BYTES, JSON_LINES, Bucket, jsonl
from assay.domain.dataset import Commit, Datapoint, DatasetHead, SnapshotIndex
from assay.domain.errors import Conflict, NotFound
from assay.domain.identity import DatapointPlace, datapoint_id
from assay.domain.retry import Random

DATAPOINT = TypeAdapter(Datapoint)
HEAD = "head"
COMMIT = "commit#"
LONGEST_BACKOFF = 1.0
ATTEMPTS = 100
LATEST = 10**9


class RowLog:
    """Implements ports.Datasets. `now`, `random` and `sleep` are those of the process that commits."""

    def __init__(
        self,
        table: Table,
        bucket: Bucket,
        *,
        now: Callable[[], datetime],
        random: Random,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.table, self.bucket = table, bucket
        self.now, self.random, self.sleep = now, random, sleep

    def head(self, organisation: str, dataset_id: str) -> DatasetHead:
        return parsed_head(self.table.get(organisation, dataset_id, HEAD))

    def heads(self, organisation: str, dataset_ids: Sequence[str]) -> list[DatasetHead]:
        found = self.table.get_many([self.table.key(organisation, one, HEAD) for one in dict.fromkeys(dataset_ids)])
        return [parsed_head(found.get(f"{organisation}#{one}")) for one in dataset_ids]

    def append(self, organisation: str, dataset_id: str, segment: str, rows: Sequence[Datapoint]) -> Commit:
        body = jsonl(rows)
        self.bucket.put_once(self.segment_key(organisation, dataset_id, segment), body, JSON_LINES)
        for _ in range(ATTEMPTS):
            try:
                return self.commit(organisation, dataset_id, segment, len(rows), body)
            except Conflict:
                self.sleep(self.random() * LONGEST_BACKOFF)
        raise Conflict(f"The dataset {dataset_id} is written to by too many at once.")

    def commit(self, organisation: str, dataset_id: str, segment: str, rows: int, body: bytes) -> Commit:
        """Makes the segment the next version's last. Raises Conflict where another commit came first."""
        head = self.head(organisation, dataset_id)
        commit = Commit(
            sequence=head.sequence + 1,
            segment=segment,
            rows=rows,
            size=len(body),
            longest=max(map(len, body.splitlines(keepends=True)), default=0),
            sha256=hashlib.sha256(body).hexdigest(),
            committed_at=self.now(),
        )
        after = DatasetHead(
            sequence=commit.sequence, datapoints=head.datapoints + rows, committed_at=commit.committed_at
        )
        with races_as_conflicts():
            self.table.client.transact_write_items(
                TransactItems=[
                    {"Put": self.put_head(organisation, dataset_id, head.sequence, after)},
                    {"Put": self.put_commit(organisation, dataset_id, commit)},
                ]
            )
        return commit

    def put_head(self, organisation: str, dataset_id: str, before: int, after: DatasetHead) -> dict[str, Any]:
        item = {
            **self.table.key(organisation, dataset_id, HEAD),
            "sequence": {"N": str(after.sequence)},
            "document": {"S": after.model_dump_json()},
        }
        return {"TableName": self.table.name, "Item": item, **unchanged_since(before)}

    def put_commit(self, organisation: str, dataset_id: str, commit: Commit) -> dict[str, Any]:
        key = self.table.key(organisation, dataset_id, f"{COMMIT}{commit.sequence:010d}")
        return {"TableName": self.table.name, "Item": {**key, "document": {"S": commit.model_dump_json()}}}

    def commits(self, organisation: str, dataset_id: str, sequence: int) -> Iterator[Commit]:
        """The commits that make up version `sequence`, in order."""
        for item in self.table.query(organisation, dataset_id, COMMIT):
            commit = Commit.model_validate_json(item["document"]["S"])
            if commit.sequence > sequence:
                return
            yield commit

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

    def segment_body(self, organisation: str, dataset_id: str, segment: str) -> bytes:
        body = self.bucket.get(self.segment_key(organisation, dataset_id, segment))
        if body is None:
            raise NotFound("segment", segment)
        return body

    def freeze(self, organisation: str, dataset_id: str, sequence: int) -> SnapshotIndex:
        key = self.snapshot_key(organisation, dataset_id, sequence, "offsets")
        if (existing := self.bucket.get(key)) is not None:
            return SnapshotIndex(existing)
        commits = self.commits(organisation, dataset_id, sequence)
        body = b"".join(self.segment_body(organisation, dataset_id, commit.segment) for commit in commits)
        index = indexed(body)
        self.bucket.put_once(self.snapshot_key(organisation, dataset_id, sequence, "jsonl"), body)
        self.bucket.put_once(key, index.packed, BYTES)
        return index

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

    def segment_key(self, organisation: str, dataset_id: str, segment: str) -> str:
        return f"{organisation}/datasets/{dataset_id}/segments/{segment}.jsonl"

    def snapshot_key(self, organisation: str, dataset_id: str, sequence: int, ending: str) -> str:
        return f"{organisation}/datasets/{dataset_id}/snapshots/{sequence:010d}.{ending}"


def unchanged_since(sequence: int) -> dict[str, Any]:
    """The condition that a head is still at `sequence`, which is a word that DynamoDB keeps to itself."""
    if not sequence:
        return {"ConditionExpression": "attribute_not_exists(pk)"}
    return {
        "ConditionExpression": "#sequence = :before",
        "ExpressionAttributeNames": {"#sequence": "sequence"},
        "ExpressionAttributeValues": {":before": {"N": str(sequence)}},
    }


def parsed_head(item: dict[str, Any] | None) -> DatasetHead:
    """The head as it is kept; an empty one before the first commit."""
    return DatasetHead.model_validate_json(item["document"]["S"]) if item else DatasetHead()


def datapoints(body: bytes) -> list[Datapoint]:
    """JSON lines as datapoints."""
    return [DATAPOINT.validate_json(line) for line in body.splitlines()]


def indexed(body: bytes) -> SnapshotIndex:
    """Where the rows of `body` start."""
    return SnapshotIndex.of(len(line) for line in body.splitlines(keepends=True))
