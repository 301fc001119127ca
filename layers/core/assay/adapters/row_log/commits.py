"""Commits: the head of a log moved on by one transaction, the segments that commits point at."""

import hashlib
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple, Self

from assay.adapters.dynamodb.table import Table, races_as_conflicts
from assay.adapters.s3.bucket import JSON_LINES, Bucket
from assay.domain.dataset import Commit, DatasetHead
from assay.domain.errors import Conflict, NotFound, TooMuch
from assay.domain.retry import Random
from assay.domain.transaction_id import following

HEAD = "head"
COMMIT = "commit#"
SHORTEST_BACKOFF, LONGEST_BACKOFF = 0.05, 1.0
ATTEMPTS = 100
LATEST = 10**9


class Segment(NamedTuple):
    """What a commit is to point at: a name of its own, lines, their number, and the entries of ids that were given."""

    name: str
    body: bytes
    rows: int
    events: bool = False
    given: bytes = b""


class Stored(NamedTuple):
    """A segment that is written: what its commit says of it."""

    name: str
    rows: int
    size: int
    longest: int
    sha256: str
    events: bool
    given: bytes

    @classmethod
    def of(cls, segment: Segment) -> Self:
        """What is known of a segment."""
        longest = max(map(len, segment.body.splitlines(keepends=True)), default=0)
        sha256 = hashlib.sha256(segment.body).hexdigest()
        return cls(segment.name, segment.rows, len(segment.body), longest, sha256, segment.events, segment.given)

    def commit(self, sequence: int, transaction: int, now: datetime) -> Commit:
        """The commit that points at it."""
        return Commit(
            sequence=sequence,
            segment=self.name,
            rows=self.rows,
            size=self.size,
            longest=self.longest,
            sha256=self.sha256,
            committed_at=now,
            transaction=transaction,
            events=self.events,
        )


MOST_TOGETHER, MOST_GIVEN = 99, 3_500_000
"""Segments, and bytes of ids, that one transaction takes beside the head: its limits are 100 items and 4 MB."""
MOST_KEPT_VERSIONS, MOST_KEPT_COMMITS = 16, 1000
"""What a process keeps of versions that it has read, so that posts to one evaluation do not read its dataset again."""


class Commits:
    """The commits of the logs under one root. `now`, `random` and `sleep` are those of the process that commits."""

    def __init__(
        self,
        table: Table,
        bucket: Bucket,
        *,
        now: Callable[[], datetime],
        random: Random,
        sleep: Callable[[float], None] = time.sleep,
        root: str = "datasets",
    ) -> None:
        self.table, self.bucket, self.root = table, bucket, root
        self.now, self.random, self.sleep = now, random, sleep
        self.versions: dict[tuple[str, str, int], tuple[Commit, ...]] = {}

    def head(self, organisation: str, log_id: str) -> DatasetHead:
        return parsed_head(self.table.get(organisation, log_id, HEAD))

    def heads(self, organisation: str, log_ids: Sequence[str]) -> list[DatasetHead]:
        found = self.table.get_many([self.table.key(organisation, one, HEAD) for one in dict.fromkeys(log_ids)])
        return [parsed_head(found.get(f"{organisation}#{one}")) for one in log_ids]

    def add(self, organisation: str, log_id: str, segment: Segment) -> Commit:
        """Writes a segment and makes it the next version's last. Raises Conflict where others are always first."""
        (commit,) = self.add_all(organisation, log_id, [segment])
        return commit

    def add_all(self, organisation: str, log_id: str, segments: Iterable[Segment]) -> list[Commit]:
        """Writes segments and commits all of them at once, or none. Only one is in memory at any time.

        Raises Conflict where others are always first, TooMuch where they are more than one transaction takes.
        """
        stored = [self.stored(organisation, log_id, segment) for segment in segments]
        if len(stored) > MOST_TOGETHER or sum(len(each.given) for each in stored) > MOST_GIVEN:
            raise TooMuch("These are more rows than can be written at once: write them in several parts.")
        for number in range(ATTEMPTS):
            try:
                return self.commit(organisation, log_id, stored)
            except Conflict:
                self.sleep(self.random() * min(SHORTEST_BACKOFF * 2**number, LONGEST_BACKOFF))
        raise Conflict(f"'{log_id}' is written to by too many at once.")

    def stored(self, organisation: str, log_id: str, segment: Segment) -> "Stored":
        """The segment, written."""
        self.bucket.put_once(self.segment_key(organisation, log_id, segment.name), segment.body, JSON_LINES)
        return Stored.of(segment)

    def commit(self, organisation: str, log_id: str, stored: Sequence["Stored"]) -> list[Commit]:
        """One attempt to commit. Raises Conflict where another commit came first."""
        head, now = self.head(organisation, log_id), self.now()
        commits: list[Commit] = []
        for each in stored:
            before = commits[-1].transaction if commits else head.transaction
            commits.append(each.commit(head.sequence + len(commits) + 1, following(before, now), now))
        after = DatasetHead(
            sequence=commits[-1].sequence,
            datapoints=head.datapoints + sum(each.rows for each in stored),
            committed_at=now,
            transaction=commits[-1].transaction,
        )
        puts = [self.put_head(organisation, log_id, head.sequence, after)]
        puts += [self.put_commit(organisation, log_id, *each) for each in zip(commits, stored, strict=True)]
        with races_as_conflicts():
            self.table.client.transact_write_items(TransactItems=[{"Put": put} for put in puts])
        return commits

    def put_head(self, organisation: str, log_id: str, before: int, after: DatasetHead) -> dict[str, Any]:
        item = {
            **self.table.key(organisation, log_id, HEAD),
            "sequence": {"N": str(after.sequence)},
            "document": {"S": after.model_dump_json()},
        }
        return {"TableName": self.table.name, "Item": item, **unchanged_since(before)}

    def put_commit(self, organisation: str, log_id: str, commit: Commit, stored: "Stored") -> dict[str, Any]:
        key = self.table.key(organisation, log_id, commit_key(commit.sequence))
        entries = {"given": {"B": stored.given}} if stored.given else {}
        item = {**key, "document": {"S": commit.model_dump_json()}, **entries}
        return {"TableName": self.table.name, "Item": item}

    def commits(self, organisation: str, log_id: str, sequence: int) -> Iterator[Commit]:
        """The commits that make up version `sequence`, in order. It never changes, so a process reads it once."""
        key = (organisation, log_id, sequence)
        if key in self.versions:
            return iter(self.versions[key])
        found = tuple(commit for commit, _ in self.commits_between(organisation, log_id, 1, sequence))
        if sequence <= MOST_KEPT_COMMITS:
            self.versions = dict(list(self.versions.items())[1 - MOST_KEPT_VERSIONS :])
            self.versions[key] = found
        return iter(found)

    def commits_between(self, organisation: str, log_id: str, first: int, last: int) -> Iterator[tuple[Commit, bytes]]:
        """The commits from `first` to `last`, in order, each with its entries of given ids."""
        if first > last:
            return
        for item in self.table.between(organisation, log_id, commit_key(first), commit_key(last)):
            yield Commit.model_validate_json(item["document"]["S"]), bytes(item.get("given", {}).get("B", b""))

    def segment_body(self, organisation: str, log_id: str, segment: str) -> bytes:
        body = self.bucket.get(self.segment_key(organisation, log_id, segment))
        if body is None:
            raise NotFound("segment", segment)
        return body

    def segment_key(self, organisation: str, log_id: str, segment: str) -> str:
        return f"{organisation}/{self.root}/{log_id}/segments/{segment}.jsonl"


def commit_key(sequence: int) -> str:
    return f"{COMMIT}{sequence:010d}"


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
