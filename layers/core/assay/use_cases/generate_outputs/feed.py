"""A lane's rows, handed out to its workers a little ahead of them, and each noted before it can be called for."""

import asyncio
from collections.abc import Iterator
from itertools import islice

from assay.domain.dataset import Datapoint
from assay.ports import Clock
from assay.use_cases.generate_outputs.checkpoint import Checkpoint, Chunk
from assay.use_cases.generate_outputs.records import deadly
from assay.use_cases.generate_outputs.suspects import ALONE, FATAL, Suspects

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
                await self.hand_out(batch)
        for _ in range(self.width):
            await self.rows.put(None)

    def batches(self, chunk: Chunk) -> Iterator[list[Row]]:
        """The chunk's rows without an output, in order."""
        left = ((chunk, ordinal, datapoint) for ordinal, datapoint in chunk.left(self.checkpoint.plan.trials))
        while batch := list(islice(left, max(self.width, NOTED_ROWS))):
            yield batch

    async def hand_out(self, batch: list[Row]) -> None:
        """Hands out those rows on which too many workers have died alone or not at all, the others together."""
        deaths = {row[1]: self.suspects.deaths.get(row[1], 0) for row in batch}
        await self.out([row for row in batch if deaths[row[1]] < ALONE])
        for row in batch:
            if deaths[row[1]] >= FATAL:
                chunk, ordinal, datapoint = row
                chunk.add(deadly(ordinal, datapoint, self.clock.now()))
                self.suspects.back(ordinal, is_done=True)
            elif deaths[row[1]] == ALONE:
                await self.suspects.none_out()
                await self.out([row])
                await self.suspects.none_out()

    async def out(self, rows: list[Row]) -> None:
        """Notes the rows and lets the workers have them."""
        if rows:
            await self.suspects.send([ordinal for _, ordinal, _ in rows])
        for row in rows:
            await self.rows.put(row)
