"""Rows on which workers may have died: noted before they are called for, and tried alone after two deaths."""

import asyncio
from collections.abc import Sequence

from assay.domain.lane import InFlight
from assay.ports import Progress

ALONE = 2
"""After so many deaths a row is tried alone; …"""
FATAL = 3
"""… and after so many it is not tried again."""


class Suspects:
    """The rows of a lane that are out, noted for whoever comes after this worker, and the deaths before it."""

    def __init__(self, organisation: str, evaluation_id: str, lane: int, token: int, progress: Progress) -> None:
        self.place, self.token, self.progress = (organisation, evaluation_id, lane), token, progress
        self.out: set[int] = set()
        self.done: set[int] = set()
        self.noted = InFlight()
        self.deaths: dict[int, int] = {}
        self.change = asyncio.Event()

    async def recall(self) -> None:
        """Reads what the workers before this one left."""
        self.noted = await asyncio.to_thread(self.progress.noted, *self.place)
        self.deaths = self.noted.after_death()

    async def send(self, rows: Sequence[int]) -> None:
        """Notes that the rows go out, beside those that are out."""
        self.out.update(rows)
        await self.note()

    async def note(self) -> None:
        """Keeps what is out, unless that is what is kept."""
        noted = InFlight(rows=tuple(sorted(self.out)), deaths=dict(self.deaths))
        if noted != self.noted:
            await asyncio.to_thread(self.progress.note, *self.place, self.token, noted)
            self.noted = noted

    def back(self, row: int, *, is_done: bool) -> None:
        """A row is back, with or without an output."""
        self.out.discard(row)
        if is_done:
            self.done.add(row)
        self.change.set()
        self.change.clear()

    async def leave(self) -> None:
        """Notes that no row is out any more, once all outputs are saved: this worker did not die of one."""
        self.out.clear()
        self.deaths = {row: deaths for row, deaths in self.deaths.items() if row not in self.done}
        await self.note()

    async def none_out(self) -> None:
        """Comes back when no row is out."""
        while self.out:
            await self.change.wait()
