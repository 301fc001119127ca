"""A lane at work: so many rows in flight, over one chunk after another and without a pause between them."""

import asyncio
import math
from concurrent.futures import ThreadPoolExecutor

from assay.domain.dataset import Datapoint
from assay.domain.lane import LaneTurn
from assay.ports import Clock, Deadline
from assay.use_cases.generate_outputs.caller import Caller
from assay.use_cases.generate_outputs.checkpoint import Checkpoint, Chunk

UNSAVED_ROWS = 100
"""No row is begun while so many outputs are not saved: a death costs them and the rows in flight, never more."""
FLUSH_ROWS = 75
FLUSH_SECONDS = 5.0
RESERVE = 60.0
"""Seconds before the deadline at which no new row is begun, …"""
LAST_RESERVE = 15.0
"""… and at which the rows in flight are given up: at most `width` calls, which are paid for again."""

Row = tuple[Chunk, int, Datapoint]


class Lane:
    """`width` workers take rows from a feeder that loads chunks ahead of them; a flusher saves what they finish."""

    def __init__(self, width: int, checkpoint: Checkpoint, caller: Caller, *, clock: Clock, deadline: Deadline) -> None:
        self.width = width
        self.checkpoint, self.caller = checkpoint, caller
        self.clock, self.deadline = clock, deadline
        self.rows: asyncio.Queue[Row | None] = asyncio.Queue(maxsize=width)
        self.chunks: list[Chunk] = []
        self.complete: set[int] = set()
        self.writer = ThreadPoolExecutor(max_workers=1)
        self.flush, self.flushed = asyncio.Event(), asyncio.Event()
        self.time_is_up = False
        self.finished = False

    async def work(self, turn: LaneTurn) -> LaneTurn:
        """Works the lane from `turn.generated` on, until its rows or the time are at an end."""
        self.complete = await asyncio.to_thread(self.checkpoint.complete)
        numbers = list(self.checkpoint.plan.lane_chunks(turn.lane)[turn.generated :])
        try:
            await self.generate([number for number in numbers if number not in self.complete])
        except BaseExceptionGroup as group:
            raise group.exceptions[0] from group
        finally:
            await self.save()
            self.writer.shutdown(wait=False)
        return self.verdict(turn, numbers)

    def verdict(self, turn: LaneTurn, numbers: list[int]) -> LaneTurn:
        """How far the lane is: over its leading chunks that are complete, and whether it must wait to go on."""
        done = next((n for n, number in enumerate(numbers) if number not in self.complete), len(numbers))
        hold = math.ceil(self.caller.hold) if done < len(numbers) else 0
        return turn.model_copy(
            update={"generated": turn.generated + done, "status": "hold" if hold else "more", "hold": hold}
        )

    async def generate(self, numbers: list[int]) -> None:
        """Runs feeder, workers, flusher and the watch over the deadline, until the workers are through."""
        async with asyncio.TaskGroup() as group:
            flusher = group.create_task(self.flusher())
            feeder = group.create_task(self.feeder(numbers))
            workers = [group.create_task(self.worker()) for _ in range(self.width)]
            others = [feeder, group.create_task(self.ticker()), group.create_task(self.watch(workers))]
            await asyncio.wait(workers)
            for task in others:
                task.cancel()
            self.finished = True
            self.flush.set()
            await flusher

    async def feeder(self, numbers: list[int]) -> None:
        """Loads chunk after chunk and hands out its rows, at most `width` ahead of the workers."""
        for number in numbers:
            chunk = await asyncio.to_thread(self.checkpoint.load, number)
            self.chunks.append(chunk)
            for ordinal, datapoint in chunk.left(self.checkpoint.plan.trials):
                await self.rows.put((chunk, ordinal, datapoint))
        for _ in range(self.width):
            await self.rows.put(None)

    async def worker(self) -> None:
        """Takes row after row until there is none, or the lane is to stop."""
        while (row := await self.rows.get()) is not None and not self.time_is_up and not self.caller.hold:
            chunk, ordinal, datapoint = row
            output = await self.caller.output(ordinal, datapoint)
            if output is not None:
                chunk.add(output)
            if chunk.complete or self.unsaved >= FLUSH_ROWS:
                self.flush.set()
            while self.unsaved >= UNSAVED_ROWS:
                await self.flushed.wait()

    @property
    def unsaved(self) -> int:
        """The number of outputs that a death would cost now."""
        return sum(len(chunk.fresh) for chunk in self.chunks)

    async def flusher(self) -> None:
        """Saves whenever it is called for."""
        while not self.finished:
            await self.flush.wait()
            self.flush.clear()
            await self.save()

    async def ticker(self) -> None:
        """Calls for a save every FLUSH_SECONDS, so that a death costs no more than that."""
        while True:
            await self.clock.sleep(FLUSH_SECONDS)
            self.flush.set()

    async def save(self) -> None:
        """Writes what is new of every chunk, in one thread: of two saves the later one's words are the last."""
        for chunk in list(self.chunks):
            if unsaved := chunk.unsaved():
                loop = asyncio.get_running_loop()
                await loop.run_in_executor(self.writer, self.checkpoint.save, chunk.number, unsaved)
                chunk.saved(unsaved)
                self.flushed.set()
                self.flushed.clear()
        self.complete |= {chunk.number for chunk in self.chunks if chunk.is_saved}
        self.chunks = [chunk for chunk in self.chunks if not chunk.is_saved]

    async def watch(self, workers: list[asyncio.Task[None]]) -> None:
        """Ends the work in time: first no new row is begun, at last not even those in flight are waited for."""
        await self.clock.sleep(max(self.deadline.remaining() - RESERVE, 0))
        self.time_is_up = True
        await self.clock.sleep(max(self.deadline.remaining() - LAST_RESERVE, 0))
        for worker in workers:
            worker.cancel()
