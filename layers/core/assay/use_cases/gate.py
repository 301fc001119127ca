"""The gate to a provider: so many calls at once as its pace allows, and none while it wants nobody to call."""

import asyncio

from assay.domain.pace import Pace
from assay.ports import Clock


class Gate:
    """Lets calls in, one for one that leaves. While it is `held` it lets in none, and nobody waits before it.

    The first that it lets in, as many as may be in flight, come one after another: each is on its way before the next
    one is made. Calls that set out together come back together, and every one of them then waits until all are dealt
    with, wave after wave. The later ones come as those before them go, which spreads them already.
    """

    def __init__(self, pace: Pace, clock: Clock, longest: float) -> None:
        self.pace, self.clock, self.longest = pace, clock, longest
        self.in_flight = 0
        self.to_spread, self.door = pace.allowed, asyncio.Lock()
        self.opens = clock.monotonic()
        self.is_held = False
        self.change = asyncio.Event()

    @property
    def wait(self) -> float:
        """Seconds until it opens."""
        return max(self.opens - self.clock.monotonic(), 0)

    async def enter(self) -> bool:
        """Comes back once the call may be made; False where it is to be made some other time."""
        if self.to_spread:
            await self.spread()
        while not self.is_held and (self.wait or self.in_flight >= self.pace.allowed):
            await self.turn()
        self.in_flight += not self.is_held
        return not self.is_held

    async def spread(self) -> None:
        """Lets the loop come round once for each that comes."""
        self.to_spread -= 1
        async with self.door:
            await asyncio.sleep(0)

    async def turn(self) -> None:
        """Waits until something may be otherwise."""
        if self.wait:
            await self.clock.sleep(self.wait)
        else:
            await self.change.wait()

    def leave(self) -> None:
        """A call is over."""
        self.in_flight -= 1
        self.wake()

    def wake(self) -> None:
        """Lets all who wait look again."""
        self.change.set()
        self.change.clear()

    def close(self, seconds: float) -> bool:
        """Lets nobody in for so long; where that is longer than a worker waits, it is held. Says if that is news."""
        opens = self.clock.monotonic() + seconds
        is_news = opens > self.opens + 1
        self.opens = max(self.opens, opens)
        self.is_held = self.is_held or seconds > self.longest
        self.wake()
        return is_news
