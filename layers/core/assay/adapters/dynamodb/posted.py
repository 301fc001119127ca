"""Posted logs and results: each write is one transaction that holds the evaluation's status and keeps sums exact.

Every item has a revision, and a write puts the next one: of writers that race one goes first, the others read again.
Sums are of unlimited precision, so they are read, changed and put, and not added to by DynamoDB, which has 38 digits.
"""

import time
from collections.abc import Callable, Iterator
from itertools import chain
from typing import Any, NamedTuple, TypeVar

from assay.adapters.dynamodb.documents import Documents
from assay.adapters.dynamodb.resources import HOME
from assay.adapters.dynamodb.table import Table, races_as_conflicts
from assay.adapters.s3.bucket import Bucket
from assay.domain.errors import Conflict, IllegalTransition
from assay.domain.evaluation import Aggregate
from assay.domain.posted import PostedLog, PostedResult, Sums
from assay.domain.retry import Random
from assay.domain.score import AnyScore

T = TypeVar("T")
V = TypeVar("V", PostedLog, PostedResult, Sums)

LOG, RESULT, AGGREGATE = "log#", "result#", "aggregate#"
ATTEMPTS = 100
SHORTEST_BACKOFF, LONGEST_BACKOFF = 0.01, 1.0
TOGETHER = 100
"""Rows with one partition between them: one for all would get hot where many post at once."""
OPEN = ("running",)
NOT_CUT_OFF = ("running", "completed")


class Place(NamedTuple):
    """Whose evaluation."""

    organisation: str
    evaluation_id: str


class Key(NamedTuple):
    """Where an item stands: in which part of the evaluation, a partition each, and under which sort key."""

    part: str
    item: str


class Kept(NamedTuple):
    """An item's revision and what it says; 0 and None where there is none."""

    revision: int
    value: Any


class DynamoPosted:
    """Implements ports.Posted."""

    def __init__(
        self, table: Table, bucket: Bucket, *, random: Random, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self.table, self.documents = table, Documents(bucket)
        self.random, self.sleep = random, sleep

    def save_log(self, organisation: str, evaluation_id: str, log: PostedLog) -> PostedLog:
        return self.settled(lambda: self.replace_log(Place(organisation, evaluation_id), log))

    def save_result(self, organisation: str, evaluation_id: str, result: PostedResult) -> PostedResult:
        return self.settled(lambda: self.replace_result(Place(organisation, evaluation_id), result))

    def save_judged(self, organisation: str, evaluation_id: str, result: PostedResult) -> bool:
        return self.settled(lambda: self.add_judged(Place(organisation, evaluation_id), result))

    def settled(self, attempt: Callable[[], T]) -> T:
        """What the attempt comes to once nobody else is in its way. Raises Conflict where that never is."""
        for number in range(ATTEMPTS):
            try:
                return attempt()
            except Conflict:
                self.sleep(self.random() * min(SHORTEST_BACKOFF * 2**number, LONGEST_BACKOFF))
        raise Conflict("Too many write to this evaluation at once.")

    def replace_log(self, place: Place, log: PostedLog) -> PostedLog:
        """One attempt at save_log."""
        self.require_open(place)
        before = self.read(place, log_key(log.ordinal), PostedLog)
        if before.value and before.value.says_what(log):
            earlier: PostedLog = before.value
            return earlier
        after = log.after(before.value)
        gone = [kept for kept in self.row_results(place, log.ordinal) if kept.value.judged]
        changes = [self.put(place, log_key(log.ordinal), before, after)]
        for kept in gone:
            changes += [self.removal(place, kept), self.sums(place, kept.value.score, None)]
        self.write(place, OPEN, *changes)
        return after

    def replace_result(self, place: Place, result: PostedResult) -> PostedResult:
        """One attempt at save_result."""
        self.require_open(place)
        before = self.read(place, result_key(result), PostedResult)
        earlier = before.value
        after = result.model_copy(update={"created_at": earlier.created_at}) if earlier else result
        score = earlier.score if earlier else None
        put = self.put(place, result_key(result), before, after)
        self.write(place, OPEN, put, self.sums(place, score, after.score))
        return after

    def add_judged(self, place: Place, result: PostedResult) -> bool:
        """One attempt at save_judged."""
        log = self.read(place, log_key(result.ordinal), PostedLog)
        if self.status(place) not in NOT_CUT_OFF or log.revision != result.judged:
            return False
        before = self.read(place, result_key(result), PostedResult)
        if before.value is None:
            unchanged = {"ConditionCheck": self.unchanged(place, log_key(result.ordinal), log)}
            put = self.put(place, result_key(result), before, result)
            self.write(place, NOT_CUT_OFF, unchanged, put, self.sums(place, None, result.score))
        return True

    def logs(self, organisation: str, evaluation_id: str, span: range) -> Iterator[PostedLog]:
        place = Place(organisation, evaluation_id)
        items = (self.between(place, log_key(some.start), log_key(some.stop - 1)) for some in together(span))
        return (self.documents.parsed(organisation, PostedLog, item) for item in chain.from_iterable(items))

    def results(self, organisation: str, evaluation_id: str, span: range) -> Iterator[PostedResult]:
        place = Place(organisation, evaluation_id)
        items = (self.between(place, row_key(some.start), end_of_row(some.stop - 1)) for some in together(span))
        return (self.documents.parsed(organisation, PostedResult, item) for item in chain.from_iterable(items))

    def between(self, place: Place, first: Key, last: Key) -> Iterator[dict[str, Any]]:
        """The items from one to another of the same part, in order."""
        return self.table.between(place.organisation, place.evaluation_id + first.part, first.item, last.item)

    def aggregates(self, organisation: str, evaluation_id: str) -> list[Aggregate]:
        items = self.table.query(organisation, evaluation_id, AGGREGATE)
        return [
            self.documents.parsed(organisation, Sums, item).aggregate(item["sk"]["S"].removeprefix(AGGREGATE))
            for item in items
        ]

    def status(self, place: Place) -> str:
        """The evaluation's status at this moment."""
        item = self.table.get(*place, HOME)
        return item["status"]["S"] if item else "missing"

    def require_open(self, place: Place) -> None:
        """Raises IllegalTransition unless the evaluation is running; the transaction holds it to that."""
        if (status := self.status(place)) not in OPEN:
            raise IllegalTransition(f"The evaluation is {status}; logs and results can be posted while it runs.")

    def read(self, place: Place, key: Key, kind: type[V]) -> Kept:
        """The item under a key."""
        item = self.table.get(place.organisation, place.evaluation_id + key.part, key.item)
        return self.kept(place, kind, item) if item else Kept(0, None)

    def kept(self, place: Place, kind: type[V], item: dict[str, Any]) -> Kept:
        return Kept(int(item["revision"]["N"]), self.documents.parsed(place.organisation, kind, item))

    def row_results(self, place: Place, ordinal: int) -> Iterator[Kept]:
        """The results of one row."""
        for item in self.between(place, row_key(ordinal), end_of_row(ordinal)):
            yield self.kept(place, PostedResult, item)

    def sums(self, place: Place, before: AnyScore | None, after: AnyScore | None) -> dict[str, Any]:
        """The change to an evaluator's sums when one score takes another's place."""
        some = after or before
        key = Key("", AGGREGATE + (some.evaluator if some else ""))
        kept = self.read(place, key, Sums)
        return self.put(place, key, kept, (kept.value or Sums()).replacing(before, after))

    def put(self, place: Place, key: Key, before: Kept, after: PostedLog | PostedResult | Sums) -> dict[str, Any]:
        """The change of an item from what it was when it was read."""
        change = self.unchanged(place, key, before)
        fields = {"revision": {"N": str(before.revision + 1)}, **self.documents.fields(*place, key.item, after)}
        item = {**change.pop("Key"), **fields}
        return {"Put": {**change, "Item": item}}

    def removal(self, place: Place, kept: Kept) -> dict[str, Any]:
        """The end of a result, if it is as it was read."""
        return {"Delete": self.unchanged(place, result_key(kept.value), kept)}

    def unchanged(self, place: Place, key: Key, kept: Kept) -> dict[str, Any]:
        """The condition that an item is as it was read."""
        home = self.table.key(place.organisation, place.evaluation_id + key.part, key.item)
        where = {"TableName": self.table.name, "Key": home}
        if not kept.revision:
            return {**where, "ConditionExpression": "attribute_not_exists(pk)"}
        values = {":revision": {"N": str(kept.revision)}}
        return {**where, "ConditionExpression": "revision = :revision", "ExpressionAttributeValues": values}

    def write(self, place: Place, statuses: tuple[str, ...], *changes: dict[str, Any]) -> None:
        """All changes or none, and none unless the evaluation has one of the statuses. Raises Conflict."""
        names = {f":s{n}": {"S": status} for n, status in enumerate(statuses)}
        held = {
            "TableName": self.table.name,
            "Key": self.table.key(*place, HOME),
            "ConditionExpression": f"#status IN ({', '.join(names)})",
            "ExpressionAttributeNames": {"#status": "status"},
            "ExpressionAttributeValues": names,
        }
        with races_as_conflicts():
            self.table.client.transact_write_items(TransactItems=[{"ConditionCheck": held}, *changes])


def log_key(ordinal: int) -> Key:
    return Key(part_of(ordinal), f"{LOG}{ordinal:010d}")


def row_key(ordinal: int) -> Key:
    """Before all results of the row."""
    return Key(part_of(ordinal), f"{RESULT}{ordinal:010d}")


def end_of_row(ordinal: int) -> Key:
    """After all results of the row: `$` comes after the `#` with which their keys go on."""
    return Key(part_of(ordinal), f"{RESULT}{ordinal:010d}$")


def result_key(result: PostedResult) -> Key:
    part, row = row_key(result.ordinal)
    return Key(part, f"{row}#{result.score.evaluator}")


def part_of(ordinal: int) -> str:
    """The part of an evaluation in which the row's items stand."""
    return f"@rows#{ordinal // TOGETHER:08d}"


def parts(rows: int) -> Iterator[str]:
    """All parts of an evaluation with so many rows."""
    return map(part_of, range(0, rows, TOGETHER))


def together(span: range) -> Iterator[range]:
    """The ordinals of `span`, as far as their rows stand together."""
    for start in range(span.start - span.start % TOGETHER, span.stop, TOGETHER):
        yield span[max(start - span.start, 0) : start + TOGETHER - span.start]
