"""Where the rows of a complete chunk lie, told by the chunk's own object, in its metadata: written and read at no cost.

Metadata holds 2 KB, so blocks of rows are marked, not rows: at most MOST_BLOCKS of them. Whoever wants a few rows reads
their blocks, a two-hundredth of the chunk too much on either side.
"""

from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple, Self

MOST_BLOCKS = 200


class Marks(NamedTuple):
    """A chunk of rows in order of their ordinals, which are `first` and on; each block has `stride` rows."""

    first: int
    stride: int
    blocks: tuple[int, ...]
    """The bytes of each block."""

    @classmethod
    def of(cls, first: int, lengths: Sequence[int]) -> Self:
        """The marks of rows that have these lengths in bytes."""
        stride = max(-(-len(lengths) // MOST_BLOCKS), 1)
        blocks = (sum(lengths[start : start + stride]) for start in range(0, len(lengths), stride))
        return cls(first, stride, tuple(blocks))

    @classmethod
    def parsed(cls, text: str) -> Self:
        """The marks from their text."""
        first, stride, blocks = text.split(":")
        return cls(int(first, 16), int(stride, 16), tuple(int(block, 16) for block in blocks.split(",") if block))

    @property
    def text(self) -> str:
        """The marks as metadata: numbers in hexadecimal, `first:stride:block,block,…`."""
        return f"{self.first:x}:{self.stride:x}:{','.join(f'{block:x}' for block in self.blocks)}"

    def span(self, ordinals: range) -> tuple[int, int]:
        """(first byte, byte after the last) of the blocks in which the rows `ordinals` lie, as far as they are here."""
        ends = [0, *accumulate(self.blocks)]
        start = max(ordinals.start - self.first, 0) // self.stride
        stop = -(-max(ordinals.stop - self.first, 0) // self.stride)
        return ends[min(start, len(self.blocks))], ends[min(stop, len(self.blocks))]
