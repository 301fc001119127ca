"""A lane's rows, handed out to its workers a little ahead of them, and each noted before it can be called for."""

import asyncio
from collections.abc import Iterator
from itertools import islice

from assay.domain.dataset import Datapoint
from assay.ports import Clock
from assay.use_cases.generate_outputs.checkpoint import Checkpoint, Chunk
from assay.use_cases.generate_outputs.records import deadly
from assay.use_cases.suspects import Suspects

Row = tuple[Chunk, int, Datapoint]
NOTED_ROWS = 50
"""So many rows are noted at once at least: what they are noted for is rare, and each note is a write."""


class Feed:
    """The rows without an output, chunk after chunk. `chunks` are those that are not saved yet."""

    def __init__(self, width: int, checkpoint: Checkpoint, suspects: Suspects, clock: Clock) -> None:
        self.width, self.checkpoint = width, checkpoint
        self.suspects, self.clock = suspects, clock
        self.rows: asyncio.Queue[Row | None] = asyncio.Queue(maxsize=width)
        self.chunks: list[Chunk] = []

    async def run(self, numbers: list[int]) -> None:
        """Hands out the rows of the chunks, and then to each worker that there are no more."""
        for number in numbers:
            chunk = await asyncio.to_thread(self.checkpoint.load, number)
            self.chunks.append(chunk)
            for batch in self.batches(chunk):
                await self.suspects.hand_out({row[1]: row for row in batch}, self.rows, self.give_up)
        for _ in range(self.width):
            await self.rows.put(None)

    def batches(self, chunk: Chunk) -> Iterator[list[Row]]:
        """The chunk's rows without an output, in order."""
        left = ((chunk, ordinal, datapoint) for ordinal, datapoint in chunk.left(self.checkpoint.plan.trials))
        while batch := list(islice(left, max(self.width, NOTED_ROWS))):
            yield batch

    def give_up(self, row: Row) -> None:
        """A row on which too many workers died is not called for any more."""
        chunk, ordinal, datapoint = row
        chunk.add(deadly(ordinal, datapoint, self.clock.now()))
