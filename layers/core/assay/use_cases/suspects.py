"""Work on which workers may have died: noted before it is begun, and tried alone after two deaths."""

import asyncio
from collections.abc import Callable, Mapping
from typing import TypeVar

from assay.domain.lane import InFlight, Stage
from assay.ports import Progress

T = TypeVar("T")

ALONE = 2
"""After so many deaths a piece of work is tried alone; …"""
FATAL = 3
"""… and after so many it is not tried again."""


class Suspects:
    """What of a lane is out, by numbers, noted for whoever comes after this worker, and the deaths before it."""

    def __init__(
        self, organisation: str, evaluation_id: str, lane: int, stage: Stage, token: int, progress: Progress
    ) -> None:
        self.place, self.token, self.progress = (organisation, evaluation_id, lane, stage), token, progress
        self.out: set[int] = set()
        self.done: set[int] = set()
        self.noted = InFlight()
        self.deaths: dict[int, int] = {}
        self.change = asyncio.Event()

    async def recall(self) -> None:
        """Reads what the workers before this one left."""
        self.noted = await asyncio.to_thread(self.progress.noted, *self.place)
        self.deaths = self.noted.after_death()

    async def hand_out(
        self, work: Mapping[int, T], queue: "asyncio.Queue[T | None]", give_up: Callable[[T], None]
    ) -> None:
        """Hands out what too few workers have died on together, what two have died on one by one, and nothing else."""
        deaths = {number: self.deaths.get(number, 0) for number in work}
        await self.send({number: each for number, each in work.items() if deaths[number] < ALONE}, queue)
        for number, each in work.items():
            if deaths[number] >= FATAL:
                give_up(each)
                self.back(number, is_done=True)
            elif deaths[number] == ALONE:
                await self.none_out()
                await self.send({number: each}, queue)
                await self.none_out()

    async def send(self, work: Mapping[int, T], queue: "asyncio.Queue[T | None]") -> None:
        """Notes that the work goes out, beside what is out, and lets the workers have it."""
        if work:
            self.out.update(work)
            await self.note()
        for each in work.values():
            await queue.put(each)

    async def note(self) -> None:
        """Keeps what is out, unless that is what is kept."""
        noted = InFlight(rows=tuple(sorted(self.out)), deaths=dict(self.deaths))
        if noted != self.noted:
            await asyncio.to_thread(self.progress.note, *self.place, self.token, noted)
            self.noted = noted

    def back(self, number: int, *, is_done: bool) -> None:
        """A piece of work is back, done or not."""
        self.out.discard(number)
        if is_done:
            self.done.add(number)
        self.change.set()
        self.change.clear()

    async def leave(self) -> None:
        """Notes that nothing is out any more, once all is saved: this worker did not die of it."""
        self.out.clear()
        self.deaths = {number: deaths for number, deaths in self.deaths.items() if number not in self.done}
        await self.note()

    async def none_out(self) -> None:
        """Comes back when nothing is out."""
        while self.out:
            await self.change.wait()
