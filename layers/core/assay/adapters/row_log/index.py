"""Which event of a row is the last: the fold index of one row log, read from its commits alone.

Ids that a commit makes tell their place, and need no entry. Of the others a commit has one entry each: its line,
whether it deletes, and 16 bytes that stand for the id. An entry costs about 150 bytes in memory.
"""

import hashlib
import struct
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import NamedTuple
from uuid import UUID

from assay.domain.dataset import Commit
from assay.domain.rows import LINE_BITS, Event, LogVersion, Place, row_id

ENTRY = struct.Struct("<HB16s")
KEY_BYTES = 16
LINES = 1 << LINE_BITS


class Entry(NamedTuple):
    """That a line of a commit touches the row whose id `key` stands for."""

    line: int
    deletes: bool
    key: bytes


def key_of(identifier: str) -> bytes:
    """16 bytes for an id: a UUID's own, or else a hash."""
    try:
        uuid = UUID(identifier)
    except ValueError:
        return hashed(identifier)
    return uuid.bytes if str(uuid) == identifier else hashed(identifier)


def hashed(identifier: str) -> bytes:
    """What stands for an id that is no UUID in its usual spelling."""
    return hashlib.blake2b(identifier.encode(errors="surrogatepass"), digest_size=KEY_BYTES).digest()


def packed_entries(segment: UUID, events: Sequence[Event]) -> bytes:
    """The entries of those events whose ids were not made with them."""
    return b"".join(
        ENTRY.pack(line, event.change == "delete", key_of(event.id))
        for line, event in enumerate(events)
        if event.id != row_id(segment, line)
    )


def entries(packed: bytes) -> Iterator[Entry]:
    """The entries of a commit, in order of lines."""
    return (Entry(line, bool(deletes), key) for line, deletes, key in ENTRY.iter_unpack(packed))


class Touched(NamedTuple):
    """An event's place, and whether it deletes."""

    place: Place
    deletes: bool


class FoldIndex:
    """The commits of a log so far, and where each id stands that they did not make themselves."""

    def __init__(self) -> None:
        self.commits: list[Commit] = []
        self.packed: list[bytes] = []
        self.transactions: list[int] = []
        self.segments: dict[int, int] = {}
        self.touches: dict[bytes, int | list[int]] = {}

    def add(self, commit: Commit, packed: bytes) -> None:
        """Takes in the next commit."""
        self.commits.append(commit)
        self.packed.append(packed)
        self.transactions.append(commit.transaction)
        self.segments[UUID(commit.segment).int] = commit.sequence
        for entry in entries(packed):
            self.touch(entry.key, pack(Touched(Place(commit.sequence, entry.line), entry.deletes)))

    def touch(self, key: bytes, touched: int) -> None:
        """Notes one more event of an id; most ids have one, and then it stands alone."""
        before = self.touches.get(key)
        if before is None:
            self.touches[key] = touched
        elif isinstance(before, list):
            before.append(touched)
        else:
            self.touches[key] = [before, touched]

    def version(self, transaction: int | None = None) -> LogVersion:
        """The latest version, or the one as of a transaction."""
        last = len(self.commits) if transaction is None else bisect_right(self.transactions, transaction)
        return LogVersion(last, self.transactions[last - 1]) if last else LogVersion(0, 0)

    def history(self, key: bytes, sequence: int) -> list[Touched]:
        """The events of an id up to a version, the first first."""
        found = self.touches.get(key, ())
        later = [found] if isinstance(found, int) else found
        touched = [one for one in map(unpack, later) if one.place.sequence <= sequence]
        made = self.made_at(key, sequence)
        return [Touched(made, deletes=False), *touched] if made else touched

    def made_at(self, key: bytes, sequence: int) -> Place | None:
        """The place that an id tells, where there is such a commit in the version."""
        number = int.from_bytes(key)
        commit = self.segments.get(number >> LINE_BITS << LINE_BITS, 0)
        line = number % LINES
        return Place(commit, line) if 0 < commit <= sequence and line < self.commits[commit - 1].rows else None

    def live_lines(self, commit: int, sequence: int) -> list[int]:
        """The lines of a commit that a version shows, the last first: not touched again later, and no deletion."""
        given = list(entries(self.packed[commit - 1]))
        segment = UUID(self.commits[commit - 1].segment).int
        taken = {entry.line for entry in given}
        lines = [entry.line for entry in given if not entry.deletes and self.is_last(entry, commit, sequence)]
        fresh = (line for line in range(self.commits[commit - 1].rows) if line not in taken)
        if not self.touches:
            return [*fresh][::-1]
        made = [line for line in fresh if not self.is_touched((segment | line).to_bytes(KEY_BYTES), sequence)]
        return sorted(lines + made, reverse=True)

    def is_last(self, entry: Entry, commit: int, sequence: int) -> bool:
        """Whether nothing in the version touches the entry's row after it."""
        last = self.last_touch(entry.key, sequence)
        return last is not None and last.place == Place(commit, entry.line)

    def is_touched(self, key: bytes, sequence: int) -> bool:
        """Whether an event in the version touches the row after it was made."""
        return self.last_touch(key, sequence) is not None

    def last_touch(self, key: bytes, sequence: int) -> Touched | None:
        """The last event that touches a row that it did not make."""
        found = self.touches.get(key)
        if isinstance(found, int):
            touched = unpack(found)
            return touched if touched.place.sequence <= sequence else None
        number = bisect_right(found or [], pack(Touched(Place(sequence + 1, 0), deletes=False)) - 1)
        return unpack((found or [])[number - 1]) if number else None

    def count(self, sequence: int) -> int:
        """How many rows a version has, beside those that stood before the log."""
        made = sum(commit.rows for commit in self.commits[:sequence])
        made -= sum(len(packed) // ENTRY.size for packed in self.packed[:sequence])
        return made + sum(self.difference(key, sequence) for key in self.touches)

    def difference(self, key: bytes, sequence: int) -> int:
        """How many rows more (or fewer) there are because of the events that touch one id."""
        last = self.last_touch(key, sequence)
        if last is None:
            return 0
        return (not last.deletes) - (self.made_at(key, sequence) is not None)


def pack(touched: Touched) -> int:
    """An event's place as one number, which grows with it."""
    return (touched.place.sequence << LINE_BITS | touched.place.line) << 1 | touched.deletes


def unpack(number: int) -> Touched:
    """The reverse of `pack`."""
    place = number >> 1
    return Touched(Place(place >> LINE_BITS, place % LINES), bool(number & 1))
