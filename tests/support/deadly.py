"""Work that kills the worker which does it."""

from collections.abc import Sequence

from assay.domain.messages import Message
from tests.support.engine import Killed
from tests.support.fakes import FakeProvider


def deadly(provider: FakeProvider, *rows: int, times: int) -> dict[int, int]:
    """Lets the answer about each of the rows kill the worker that asks, so often; returns the deaths by row."""
    answer, deaths = provider.answer, dict.fromkeys(rows, 0)

    def kill(messages: Sequence[Message]) -> object:
        row = int(str(messages[-1].content).split("Add ")[1].split()[0])
        if row in deaths and deaths[row] < times:
            deaths[row] += 1
            for store in provider.workers:
                store.dead = True
            raise Killed
        return answer(messages)

    provider.answer = kill
    return deaths


def beside_the_suspect(provider: FakeProvider, row: int, deaths: dict[int, int]) -> list[int]:
    """How many other calls are in flight whenever the row is called for after two deaths."""
    complete, beside = provider.complete, []

    async def watched(task, messages):
        if deaths[row] == 2 and f"Add {row} and" in messages[-1].content:
            beside.append(provider.in_flight)
        return await complete(task, messages)

    provider.complete = watched
    return beside
