"""Reads the rows of one version of a log, a segment at a time, whole batches of small segments at once."""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

from assay.adapters.row_log.index import FoldIndex, Touched, key_of
from assay.domain.dataset import Commit
from assay.domain.rows import Audit, BaseRows, Content, Event, Place, Row

MOST_BATCH = 32
BATCH_BYTES = 8 * 1024 * 1024
KEPT_BYTES = 32 * 1024 * 1024
THREADS = 8


class Lines(NamedTuple):
    """The lines of a commit that are wanted, in the order in which they are."""

    commit: Commit
    lines: list[int]


class Reader:
    """Reads one version. `body` fetches a commit's segment, `base` has the rows that stand before the log."""

    def __init__(self, index: FoldIndex, sequence: int, body: Callable[[Commit], bytes], base: BaseRows) -> None:
        self.index, self.sequence, self.body, self.base = index, sequence, body, base
        self.segments: OrderedDict[int, list[bytes]] = OrderedDict()
        self.kept = 0

    def down(self, before: Place | None) -> Iterator[Row]:
        """The rows that stand before a place (None: all), the last first; those of `base` come last."""
        if before is None or before.sequence > 0:
            for wanted in self.fetched(self.wanted_down(before)):
                yield from self.rows(wanted)
            before = None
        for row in self.base.down(before.line if before else None):
            if not self.index.is_touched(key_of(row.id), self.sequence):
                yield row

    def up(self) -> Iterator[Row]:
        """All rows of the log, the first first."""
        wanted = (
            Lines(commit, self.index.live_lines(commit.sequence, self.sequence)[::-1])
            for commit in self.index.commits[: self.sequence]
        )
        for each in self.fetched(wanted):
            yield from self.rows(each)

    def wanted_down(self, before: Place | None) -> Iterator[Lines]:
        """Which lines the version shows before a place, the last commit first."""
        last = min(before.sequence if before else self.sequence, self.sequence)
        for commit in reversed(self.index.commits[:last]):
            lines = self.index.live_lines(commit.sequence, self.sequence)
            if before and commit.sequence == before.sequence:
                lines = [line for line in lines if line < before.line]
            yield Lines(commit, lines)

    def fetched(self, wanted: Iterable[Lines]) -> Iterator[Lines]:
        """As `wanted`, with the segments at hand: first of one commit, then of more and more at once."""
        with ThreadPoolExecutor(THREADS) as threads:
            for batch in batches(each for each in wanted if each.lines):
                commits = [each.commit for each in batch if each.commit.sequence not in self.segments]
                for commit, body in zip(commits, threads.map(self.body, commits), strict=True):
                    self.keep(commit.sequence, body)
                yield from batch

    def keep(self, sequence: int, body: bytes) -> list[bytes]:
        """Keeps a segment's lines at hand, and forgets the oldest where that is too much."""
        lines = body.splitlines()
        self.segments[sequence] = lines
        self.kept += len(body)
        while self.kept > KEPT_BYTES and len(self.segments) > MOST_BATCH:
            self.kept -= sum(map(len, self.segments.popitem(last=False)[1]))
        return lines

    def rows(self, wanted: Lines) -> Iterator[Row]:
        """The rows at lines of one commit."""
        for line in wanted.lines:
            place = Place(wanted.commit.sequence, line)
            event = self.event(place)
            content, audit = self.folded(event, place)
            yield Row(event.id, content, place, wanted.commit.transaction, audit)

    def event(self, place: Place) -> Event:
        """The event at a place."""
        lines = self.segments.get(place.sequence)
        if lines is None:
            commit = self.index.commits[place.sequence - 1]
            lines = self.keep(place.sequence, self.body(commit))
        return Event.model_validate_json(lines[place.line])

    def folded(self, event: Event, place: Place) -> tuple[Content, tuple[Audit, ...]]:
        """What a row comes to at its last event, and what is known of the writes that made it so."""
        if event.change == "replace":
            return event.applied(None) or {}, (self.audit(event, place),)
        chain = self.chain(event, place)
        content = None if chain[0][0].change == "replace" else self.from_base(event.id, chain[0][1])
        for each, _ in chain:
            content = each.applied(content)
        return content or {}, tuple(self.audit(each, where) for each, where in chain)

    def chain(self, event: Event, place: Place) -> list[tuple[Event, Place]]:
        """The events that make a row what it is at `place`: from the last that replaces it on, or from the first."""
        chain = [(event, place)]
        for touched in reversed(self.earlier(event.id, place)):
            each = self.event(touched.place)
            if each.change == "delete":
                break
            if each.id == event.id:
                chain.insert(0, (each, touched.place))
            if each.change == "replace":
                break
        return chain

    def earlier(self, identifier: str, place: Place) -> list[Touched]:
        """The events of a row before a place."""
        return [one for one in self.index.history(key_of(identifier), place.sequence) if one.place < place]

    def from_base(self, identifier: str, first: Place) -> Content | None:
        """The row as it stood before the log, unless the log deleted it before `first`."""
        if self.earlier(identifier, first):
            return None
        row = self.base.find(identifier)
        return row.content if row else None

    def audit(self, event: Event, place: Place) -> Audit:
        """What is known of the write at a place."""
        transaction = self.index.commits[place.sequence - 1].transaction
        return Audit(transaction, event.change, event.source, event.remark)


def batches(wanted: Iterable[Lines]) -> Iterator[list[Lines]]:
    """One, two, four, … at once, and no more than 8 MB of them."""
    batch: list[Lines] = []
    most, size = 1, 0
    for each in wanted:
        if batch and (len(batch) == most or size + each.commit.size > BATCH_BYTES):
            yield batch
            batch, size, most = [], 0, min(2 * most, MOST_BATCH)
        batch.append(each)
        size += each.commit.size
    if batch:
        yield batch
