"""Work that costs money: saved while it goes on, held back while too much of it is not, over before the time is."""

import asyncio
import math
from collections.abc import Coroutine, Iterable
from concurrent.futures import Executor, ThreadPoolExecutor
from typing import Any, Protocol

from assay.ports import Clock, Deadline

UNSAVED_ROWS = 100
"""Nothing is begun while so many results are not saved: a death costs them and what is in flight, never more."""
FLUSH_ROWS = 75
FLUSH_SECONDS = 5.0
RESERVE = 60.0
"""Seconds before the deadline at which nothing new is begun, …"""
LAST_RESERVE = 15.0
"""… and at which what is in flight is given up: at most the lane's width of calls, which are paid for again."""

Job = Coroutine[Any, Any, None]


class Pile(Protocol):
    """Where the results lie until they are saved."""

    @property
    def unsaved(self) -> int:
        """The number of results that a death would cost now."""

    async def save(self, writer: Executor) -> None:
        """Saves what there is, in the one thread of `writer`: of two saves the later one's words are the last."""


class Turn:
    """ports.Deadline: that of the invocation, or `seconds` from now with the reserve it takes to end in order."""

    def __init__(self, deadline: Deadline, clock: Clock, seconds: float) -> None:
        self.deadline, self.clock = deadline, clock
        self.until = clock.monotonic() + seconds + RESERVE

    def remaining(self) -> float:
        """Seconds left."""
        return min(self.deadline.remaining(), self.until - self.clock.monotonic())


class Crew:
    """Workers, a flusher that saves what they finish, and a watch over the deadline.

    After `seconds_left` the whole work is cut off: what is in flight is given up at once, and for good.
    """

    def __init__(self, pile: Pile, *, clock: Clock, deadline: Deadline, seconds_left: float = math.inf) -> None:
        self.pile, self.clock, self.deadline = pile, clock, deadline
        self.seconds_left, self.is_cut_off = seconds_left, seconds_left <= 0
        self.writer = ThreadPoolExecutor(max_workers=1)
        self.flush, self.flushed = asyncio.Event(), asyncio.Event()
        self.is_saving = False
        self.time_is_up = self.is_cut_off or deadline.remaining() <= RESERVE
        self.finished = False

    async def work(self, workers: Iterable[Job], helpers: Iterable[Job] = ()) -> None:
        """Runs the workers to their end, the helpers as long, and saves everything, whatever happens."""
        try:
            await self.together(workers, helpers)
        except BaseExceptionGroup as group:
            raise group.exceptions[0] from group
        finally:
            await self.pile.save(self.writer)
            self.writer.shutdown(wait=False)

    async def together(self, jobs: Iterable[Job], helpers: Iterable[Job]) -> None:
        async with asyncio.TaskGroup() as group:
            flusher = group.create_task(self.flusher())
            workers = [group.create_task(job) for job in jobs]
            others = [group.create_task(each) for each in (*helpers, self.ticker(), *self.watches(workers))]
            await asyncio.wait(workers)
            for task in others:
                task.cancel()
            self.finished = True
            self.flush.set()
            await flusher

    async def added(self, *, last: bool = False) -> None:
        """A worker's word that there is a result more, the last of a chunk perhaps; it comes back when it may go on."""
        if last or (self.is_due and not self.is_saving):
            self.flush.set()
        while self.pile.unsaved >= UNSAVED_ROWS:
            await self.flushed.wait()

    @property
    def is_due(self) -> bool:
        """Whether there is enough for a save."""
        return self.pile.unsaved >= FLUSH_ROWS

    async def flusher(self) -> None:
        """Saves whenever it is called for. What comes in while it does so is for the next time."""
        while not self.finished:
            await self.flush.wait()
            self.flush.clear()
            self.is_saving = True
            await self.pile.save(self.writer)
            self.is_saving = False
            self.go_on()
            if self.is_due:
                self.flush.set()

    def go_on(self) -> None:
        """Lets those look again who wait for results to be safe."""
        self.flushed.set()
        self.flushed.clear()

    async def ticker(self) -> None:
        """Calls for a save every FLUSH_SECONDS, so that a death costs no more than that."""
        while True:
            await self.clock.sleep(FLUSH_SECONDS)
            self.flush.set()

    def watches(self, workers: list[asyncio.Task[None]]) -> list[Job]:
        """Over the deadline, and over the end of all work if there is one."""
        watches = [self.watch(workers)]
        return watches if math.isinf(self.seconds_left) else [*watches, self.cut_off(workers)]

    async def cut_off(self, workers: list[asyncio.Task[None]]) -> None:
        """Ends the work for good when its time is over."""
        await self.clock.sleep(self.seconds_left)
        self.is_cut_off = self.time_is_up = True
        for worker in workers:
            worker.cancel()

    async def watch(self, workers: list[asyncio.Task[None]]) -> None:
        """Ends the work in time: first nothing new is begun, at last not even what is in flight is waited for."""
        await self.clock.sleep(max(self.deadline.remaining() - RESERVE, 0))
        self.time_is_up = True
        await self.clock.sleep(max(self.deadline.remaining() - LAST_RESERVE, 0))
        for worker in workers:
            worker.cancel()
