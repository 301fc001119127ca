"""Datasets: named, versioned sets of datapoints. A version, once committed, never changes."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import accumulate
from typing import Self

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


SNAPSHOT_STRIDE = 100
"""An index holds the byte offset of every SNAPSHOT_STRIDE-th row."""


class SnapshotIndex(Value):
    """Where the rows of a version's snapshot start, in blocks of SNAPSHOT_STRIDE rows.

    `offsets[k]` is the first byte of block k, `longest[k]` the bytes of its longest row.
    """

    rows: int
    size: int
    offsets: tuple[int, ...]
    longest: tuple[int, ...]

    @classmethod
    def of(cls, lengths: Sequence[int]) -> Self:
        """The index of a snapshot whose rows have these lengths in bytes."""
        blocks = [lengths[first : first + SNAPSHOT_STRIDE] for first in range(0, len(lengths), SNAPSHOT_STRIDE)]
        ends = list(accumulate(map(sum, blocks)))
        return cls(
            rows=len(lengths),
            size=ends[-1] if ends else 0,
            offsets=tuple([0, *ends[:-1]] if ends else ()),
            longest=tuple(map(max, blocks)),
        )

    def span(self, first: int, last: int) -> tuple[int, int, int]:
        """(first byte, byte after the last, rows to skip) of the blocks that hold rows `first` up to `last`."""
        blocks = self.blocks(first, last)
        return self.offset(blocks.start), self.offset(blocks.stop), first - blocks.start * SNAPSHOT_STRIDE

    def most_bytes(self, first: int, last: int) -> int:
        """An upper bound of the bytes of rows `first` up to `last`: their blocks', or as many of the longest row."""
        blocks = self.blocks(first, last)
        longest = max(self.longest[blocks.start : blocks.stop], default=0)
        return min(self.offset(blocks.stop) - self.offset(blocks.start), (last - first) * longest)

    def blocks(self, first: int, last: int) -> range:
        """The blocks that hold rows `first` up to `last`."""
        return range(first // SNAPSHOT_STRIDE, -(-last // SNAPSHOT_STRIDE))

    def offset(self, block: int) -> int:
        """The first byte of a block; the end of the snapshot for the one after the last."""
        return self.offsets[block] if block < len(self.offsets) else self.size
