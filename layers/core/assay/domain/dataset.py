"""Datasets: named, versioned sets of datapoints. A version, once committed, never changes."""

from collections.abc import Iterable
from datetime import datetime
from itertools import accumulate
from typing import NamedTuple, Self

from pydantic import Field

from assay.domain.messages import Message
from assay.domain.value import JsonValue, Resource, Value


class Datapoint(Value):
    """One row of a dataset: what goes into the task and, if known, what should come out."""

    id: str
    inputs: JsonValue = Field(default_factory=dict)
    messages: tuple[Message, ...] = ()
    target: JsonValue = None
    metadata: dict[str, JsonValue] = Field(default_factory=dict)


class Dataset(Resource):
    """The name under which versions stand."""

    name: str
    description: str = ""

    @property
    def listed_in(self) -> tuple[str, ...]:
        return ("datasets",)


class Commit(Value):
    """One atomic change of a dataset: `rows` datapoints of `size` bytes in an immutable segment, one of `longest`."""

    sequence: int
    segment: str
    rows: int
    size: int
    longest: int
    sha256: str
    committed_at: datetime


def heaviest_page(commits: Iterable[Commit], size: int) -> int:
    """An upper bound of the bytes of every page, where the rows of the commits are cut into pages of `size`."""
    pages: dict[int, int] = {}
    first = 0
    for commit in commits:
        end = first + commit.rows
        for page in range(first // size, -(-end // size)):
            shared = min((page + 1) * size, end) - max(page * size, first)
            pages[page] = pages.get(page, 0) + min(commit.size, shared * commit.longest)
        first = end
    return max(pages.values(), default=0)


class DatasetHead(Value):
    """The latest version: the last commit's sequence number (0 = nothing yet) and the datapoints it holds."""

    sequence: int = 0
    datapoints: int = 0
    committed_at: datetime | None = None


class DatasetVersion(Value):
    """A version frozen for an evaluation, as it stood at `sequence`."""

    dataset_id: str
    sequence: int
    datapoints: int
    name: str
    description: str
    created_at: datetime
    updated_at: datetime

    @property
    def id(self) -> str:
        """The version's own id, unique within the organisation."""
        return f"evtsv_{self.dataset_id.partition('_')[2]}_{self.sequence}"


OFFSET_BYTES = 8


class SnapshotIndex(NamedTuple):
    """Where the rows of a version's snapshot start: the first byte of each, and last the byte where the snapshot ends.

    Packed, each is OFFSET_BYTES long, so a reader of a few rows needs a few bytes of it, wherever the rows stand.
    """

    packed: bytes

    @classmethod
    def of(cls, lengths: Iterable[int]) -> Self:
        """The index of a snapshot whose rows have these lengths in bytes."""
        return cls(b"".join(offset.to_bytes(OFFSET_BYTES, "little") for offset in accumulate(lengths, initial=0)))

    @staticmethod
    def part(first: int, last: int) -> tuple[int, int]:
        """(first byte, byte after the last) of the packed index that tell where rows `first` up to `last` lie."""
        return first * OFFSET_BYTES, (last + 1) * OFFSET_BYTES

    @property
    def rows(self) -> int:
        """How many rows the index is of: all of a snapshot's, or those of a part of it."""
        return len(self.packed) // OFFSET_BYTES - 1

    def span(self, first: int, last: int) -> tuple[int, int]:
        """(first byte, byte after the last) of rows `first` up to `last` in the snapshot."""
        return self.offset(first), self.offset(last)

    def size(self, first: int, last: int) -> int:
        """The bytes of rows `first` up to `last`."""
        return self.offset(last) - self.offset(first)

    def offset(self, row: int) -> int:
        """The first byte of a row."""
        return int.from_bytes(self.packed[row * OFFSET_BYTES : (row + 1) * OFFSET_BYTES], "little")
