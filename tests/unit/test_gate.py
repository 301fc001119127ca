"""The gate before a provider lets the first calls in one after another, so that they do not all come back at once."""

import asyncio

import pytest

from assay.domain.pace import Pace
from assay.use_cases.gate import Gate
from tests.support.virtual_time import VirtualClock


def a_gate(clock, width=10):
    return Gate(Pace(ceiling=width, width=width, since=0), clock, longest=60)


async def call(gate, history, name):
    """A call that is on its way as soon as the loop comes round again."""
    if await gate.enter():
        history.append(f"{name} begins")
        await asyncio.sleep(0)
        history.append(f"{name} is on its way")


def test_each_call_is_on_its_way_before_the_next_one_begins():
    clock, history = VirtualClock(), []

    async def calls():
        gate = a_gate(clock)
        await asyncio.gather(*(call(gate, history, name) for name in "abc"))

    clock.run(calls())
    assert history == [f"{name} {what}" for name in "abc" for what in ("begins", "is on its way")]


def test_a_call_that_takes_the_place_of_another_does_not_stand_in_line():
    async def calls():
        gate = a_gate(clock, width=2)
        await asyncio.gather(*(call(gate, [], name) for name in "ab"))
        gate.leave()
        with pytest.raises(StopIteration):
            gate.enter().send(None)

    clock = VirtualClock()
    clock.run(calls())


def test_calls_that_wait_in_line_are_not_let_in_once_the_gate_closes():
    clock, entered = VirtualClock(), []

    async def enter(gate):
        await gate.enter()
        entered.append(clock.monotonic())
        if len(entered) == 1:
            gate.close(30)

    async def calls():
        gate = a_gate(clock)
        await asyncio.gather(*(enter(gate) for _ in range(3)))

    clock.run(calls())
    assert entered == [0, 30, 30]
