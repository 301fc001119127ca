"""A lane at work: so many rows in flight, over one chunk after another and without a pause between them."""

import asyncio
import math
from collections.abc import Container, Iterable, Sequence
from concurrent.futures import Executor

from assay.domain.lane import LaneTurn
from assay.ports import Clock, Deadline
from assay.use_cases.callers import Callers
from assay.use_cases.generate_outputs.checkpoint import Checkpoint, Chunk, Unsaved
from assay.use_cases.generate_outputs.feed import Feed
from assay.use_cases.generate_outputs.generator import Generator
from assay.use_cases.generate_outputs.records import too_late
from assay.use_cases.paid_work import Crew, Turn
from assay.use_cases.suspects import Suspects


class Lane:
    """`width` workers take rows from a feeder that loads chunks ahead of them. Implements paid_work.Pile."""

    def __init__(
        self,
        callers: Callers,
        checkpoint: Checkpoint,
        generator: Generator,
        suspects: Suspects,
        *,
        clock: Clock,
        deadline: Deadline,
    ) -> None:
        self.callers, self.checkpoint, self.generator, self.suspects = callers, checkpoint, generator, suspects
        self.feed = Feed(callers.width, checkpoint, suspects, clock)
        self.complete: set[int] = set()
        self.is_halted = self.has_moved = False
        plan, now = checkpoint.plan, clock.now()
        turn = Turn(deadline, clock, plan.turn_seconds(now))
        self.crew = Crew(self, clock=clock, deadline=turn, seconds_left=plan.seconds_left(now))

    async def work(self, turn: LaneTurn) -> LaneTurn:
        """Works the lane from `turn.generated` on, until its rows or the time are at an end."""
        self.complete, _ = await asyncio.gather(asyncio.to_thread(self.checkpoint.complete), self.suspects.recall())
        numbers = list(self.checkpoint.plan.lane_chunks(turn.lane)[turn.generated :])
        left = [number for number in numbers if number not in self.complete]
        await self.crew.work([self.worker() for _ in range(self.callers.width)], [self.feed.run(left)])
        await self.suspects.leave()
        return self.verdict(turn, numbers)

    def verdict(self, turn: LaneTurn, numbers: list[int]) -> LaneTurn:
        """How far the lane is: over its leading chunks that are complete, and whether it must wait to go on.

        It is done where it was stopped, or where all of it is scored, too: then there is nothing left for anybody.
        """
        done, everything = leading(numbers, self.complete), turn.generated + len(numbers)
        if turn.position == turn.generated:
            turn = turn.model_copy(
                update={"position": turn.position + leading(numbers, self.checkpoint.in_place.chunks)}
            )
        if self.is_halted or self.crew.is_cut_off:
            return turn.model_copy(update={"generated": turn.generated + done, "status": "done", "hold": 0})
        left = self.checkpoint.plan.seconds_left(self.crew.clock.now())
        hold = math.ceil(min(self.callers.hold, left)) if done < len(numbers) else 0
        return turn.model_copy(
            update={
                "generated": turn.generated + done,
                "status": "done" if turn.position == everything else "hold" if hold else "more",
                "hold": hold,
                "paces": {**turn.paces, **self.callers.paces},
                "has_moved": self.has_moved,
                "retries": turn.retries + self.callers.retries,
            }
        )

    async def worker(self) -> None:
        """Takes row after row until there is none, or the lane is to stop."""
        while (row := await self.feed.rows.get()) is not None and not self.crew.time_is_up and not self.callers.hold:
            chunk, ordinal, datapoint = row
            output = await self.generator.output(ordinal, datapoint)
            if output is not None:
                chunk.add(output)
                self.has_moved = True
            self.suspects.back(ordinal, is_done=output is not None)
            await self.crew.added(last=chunk.complete)

    def give_up(self) -> None:
        """Completes the chunks in work with failures."""
        for chunk in self.feed.chunks:
            for ordinal, datapoint in list(chunk.left(self.checkpoint.plan.trials)):
                chunk.add(too_late(ordinal, datapoint, self.crew.clock.now()))

    @property
    def unsaved(self) -> int:
        return sum(len(chunk.fresh) for chunk in self.feed.chunks)

    async def save(self, writer: Executor) -> None:
        """Writes what is new of every chunk; once the work is cut off, that it ends there.

        Whether the evaluation has ended is asked meanwhile, unless nobody is left to whom it matters.
        """
        if self.crew.is_cut_off:
            self.give_up()
        new = [(chunk, unsaved) for chunk in self.feed.chunks if (unsaved := chunk.unsaved())]
        if new or not self.crew.finished:
            await asyncio.gather(self.heed(), self.callers.look(), self.write(new, writer))
        self.complete |= {chunk.number for chunk in self.feed.chunks if chunk.is_saved}
        self.feed.chunks = [chunk for chunk in self.feed.chunks if not chunk.is_saved]

    async def heed(self) -> None:
        """Stops everybody where the evaluation has ended."""
        if not self.is_halted and await asyncio.to_thread(self.checkpoint.halt.is_called):
            self.is_halted = self.crew.time_is_up = True

    async def write(self, new: Iterable[tuple[Chunk, Unsaved]], writer: Executor) -> None:
        """Writes rows, and then what they come to; in between, whoever waits for them to be safe may go on."""
        loop = asyncio.get_running_loop()
        for chunk, unsaved in new:
            is_first = await loop.run_in_executor(writer, self.checkpoint.save, chunk, unsaved)
            chunk.saved(unsaved)
            self.crew.go_on()
            await loop.run_in_executor(writer, self.checkpoint.tell, chunk, unsaved, is_first)


def leading(numbers: Sequence[int], done: Container[int]) -> int:
    """How many of the first ones are done."""
    return next((n for n, number in enumerate(numbers) if number not in done), len(numbers))
