"""No item of the table, and no partition of it, is asked for more often than DynamoDB bears.

It bears 1,000 writes and 3,000 reads a second of one partition, and an evaluation has one. What follows is counted by
the second of the run, with 500 calls in flight that take a fifth of a second each; a stack's ceiling is four times that.
"""

from collections import Counter

import pytest

from assay.domain.errors import ProviderThrottled
from tests.support.engine import Engine

WIDTH, LATENCY, ROWS = 500, 0.2, 2500
MOST_OF_AN_ITEM, MOST_OF_A_PARTITION = 50, 200
WRITES = {"take_lane": 3, "note": 4, "report_spent": 3, "hold": 2, "deny": 3, "replace": 0}
"""How many of a word's arguments, from the first on, name the item that it writes."""
READS = {"get", "read", "noted", "chunks", "spent"}


class Counting:
    """A store whose words are counted by the second: reads, and writes of each item."""

    def __init__(self, store, clock):
        self.store, self.clock = store, clock
        self.reads, self.writes = Counter(), Counter()

    def __getattr__(self, name):
        found = getattr(self.store, name)

        def counted(*args):
            second = int(self.clock.monotonic())
            if name in READS:
                self.reads[second] += 1
            elif name == "report":
                self.writes[second, name, args[3].chunk] += 1
            elif name == "report_scores":
                self.writes[second, name, args[3:5]] += 1
            elif name in WRITES:
                self.writes[second, name, args[: WRITES[name]]] += 1
            return found(*args)

        return counted if callable(found) else found


def uneven(engine):
    """The engine with answers that take half as long or half as long again: no two come at the same moment."""
    complete = engine.provider.complete

    async def late(task, messages):
        await engine.clock.sleep(LATENCY * (engine.provider.calls * 37 % 1000) / 1000)
        return await complete(task, messages)

    engine.provider.complete, engine.provider.latency = late, LATENCY / 2
    return engine


def counted(engine):
    """Every word of the engine's run with the table: reads by second, writes by second and item."""
    stores = {name: Counting(getattr(engine, name), engine.clock) for name in ("progress", "limits", "resources")}
    for name, store in stores.items():
        setattr(engine, name, store)
    assert engine.finish().n_outputs == ROWS
    counts = stores.values()
    return sum((store.reads for store in counts), Counter()), sum((store.writes for store in counts), Counter())


def busiest(writes):
    """The most writes in a second."""
    seconds = Counter()
    for (second, *_), times in writes.items():
        seconds[second] += times
    return max(seconds.values())


def test_five_hundred_calls_in_flight_make_no_item_and_no_partition_hot():
    reads, writes = counted(uneven(Engine(ROWS, WIDTH, max_cost=1e9)))
    assert {"note", "report", "report_scores", "report_spent"} <= {name for _, name, _ in writes}
    assert max(writes.values()) <= MOST_OF_AN_ITEM
    assert busiest(writes) <= MOST_OF_A_PARTITION
    assert max(reads.values()) <= MOST_OF_A_PARTITION


@pytest.mark.parametrize("retry_after", [0.5, 2])
def test_a_storm_of_429s_is_told_to_the_other_lanes_about_once_a_second_by_each(retry_after):
    engine = Engine(ROWS, WIDTH, latency=LATENCY)
    answer, calls = engine.provider.answer, iter(range(10**9))
    throttled = ProviderThrottled("slow down", retry_after)
    engine.provider.answer = lambda messages: throttled if next(calls) < WIDTH else answer(messages)
    _, writes = counted(engine)
    lanes = len(engine.runs.plan("acme", "ev_1").widths)
    told = [times for (_, name, _), times in writes.items() if name == "hold"]
    assert max(told, default=0) <= (0 if retry_after < 1 else lanes)
