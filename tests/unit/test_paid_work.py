"""Paid work is saved while it goes on, held back while too much is not, and over before the time is."""

from assay.use_cases.paid_work import FLUSH_ROWS, LAST_RESERVE, RESERVE, UNSAVED_ROWS, Crew
from tests.support.engine import InvocationTime
from tests.support.virtual_time import VirtualClock

WIDTH = 10


class SlowPile:
    """Results of which a save takes `seconds`."""

    def __init__(self, clock, seconds):
        self.clock, self.seconds = clock, seconds
        self.unsaved = self.peak = self.kept = 0

    def add(self):
        self.unsaved += 1
        self.peak = max(self.peak, self.unsaved)

    async def save(self, writer):
        written = self.unsaved
        await self.clock.sleep(self.seconds)
        self.unsaved -= written
        self.kept += written


def worked(clock, pile, worker, *, seconds=1e6):
    """Lets WIDTH workers of a crew, which has so many seconds, work to their end."""

    async def work():
        crew = Crew(pile, clock=clock, deadline=InvocationTime(clock, seconds))
        await crew.work([worker(crew) for _ in range(WIDTH)])

    clock.run(work())


def test_nothing_is_begun_while_a_hundred_results_are_not_saved():
    clock = VirtualClock()
    pile = SlowPile(clock, seconds=60)

    async def worker(crew):
        for _ in range(50):
            await clock.sleep(0.1)
            pile.add()
            await crew.added()

    worked(clock, pile, worker)
    assert UNSAVED_ROWS <= pile.peak < UNSAVED_ROWS + WIDTH
    assert (pile.kept, pile.unsaved) == (50 * WIDTH, 0)


def test_first_nothing_is_begun_then_what_is_in_flight_is_given_up_and_all_the_rest_is_saved():
    clock = VirtualClock()
    pile, begun = SlowPile(clock, seconds=0), []

    async def worker(crew):
        while not crew.time_is_up:
            begun.append(clock.monotonic())
            await clock.sleep(1000 if len(begun) == WIDTH else 7)
            pile.add()
            await crew.added()

    worked(clock, pile, worker, seconds=100)
    assert max(begun) <= 100 - RESERVE
    assert clock.monotonic() == 100 - LAST_RESERVE
    assert pile.kept == (WIDTH - 1) * 6


def test_work_that_begins_too_late_begins_nothing():
    clock = VirtualClock()
    late = Crew(SlowPile(clock, seconds=0), clock=clock, deadline=InvocationTime(clock, RESERVE))
    assert late.time_is_up


def test_what_comes_in_while_it_saves_is_left_for_when_there_is_enough_again():
    clock = VirtualClock()
    pile = SlowPile(clock, seconds=0.02)
    saved, save = [], pile.save

    async def counted(writer):
        saved.append(pile.unsaved)
        await save(writer)

    pile.save = counted

    async def worker(crew):
        for _ in range(75):
            await clock.sleep(0.01)
            pile.add()
            await crew.added()

    worked(clock, pile, worker)
    assert pile.kept == 75 * WIDTH
    assert min(saved[:-2]) >= FLUSH_ROWS
