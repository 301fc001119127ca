"""Outputs that code makes: rows that wait at the same time go into the sandbox together."""

import asyncio
import json
from collections.abc import Sequence
from contextlib import AsyncExitStack
from typing import NamedTuple

from assay.domain.dataset import Datapoint
from assay.domain.model_task import Answer
from assay.domain.sandbox import CodeResult
from assay.domain.score import AnyOutput, Failure
from assay.domain.task import CodeTask
from assay.ports import Clock, CodeRunner
from assay.use_cases.call_model import Unanswered
from assay.use_cases.generate_outputs.records import computed, failed
from assay.use_cases.run_code import Row, fitting, run_some

SIDE_BY_SIDE = 4
"""Among how many invocations the rows that wait are shared out: in each they run one after another."""


class Waiting(NamedTuple):
    """A row that waits for its result."""

    row: Row
    result: "asyncio.Future[CodeResult]"


class Coder:
    """Has the task's code make outputs. Implements Generator."""

    def __init__(self, task: CodeTask, runner: CodeRunner, clock: Clock, stack: AsyncExitStack) -> None:
        self.task, self.runner, self.clock = task, runner, clock
        self.waiting: list[Waiting] = []
        self.at_work: set[asyncio.Task[None]] = set()
        stack.callback(self.stop)

    async def output(self, ordinal: int, datapoint: Datapoint) -> AnyOutput:
        waiting = Waiting(self.task.arguments(datapoint), asyncio.get_running_loop().create_future())
        self.waiting.append(waiting)
        if len(self.waiting) == 1:
            self.begin()
        result = await waiting.result
        if result.error is not None:
            failure = Failure(kind="task", message=result.error)
            return failed(ordinal, datapoint, Unanswered(failure=failure, latency=result.seconds), self.clock.now())
        return computed(ordinal, datapoint, answer(result), result.seconds, self.clock.now())

    def begin(self) -> None:
        """Lets the rows in that come at the same time, and has them run."""
        work = asyncio.get_running_loop().create_task(self.run_all())
        self.at_work.add(work)
        work.add_done_callback(self.at_work.discard)

    async def run_all(self) -> None:
        """Runs whatever waits, side by side."""
        await asyncio.sleep(0)
        waiting, self.waiting = self.waiting, []
        share = -(-len(waiting) // SIDE_BY_SIDE)
        await asyncio.gather(*(self.run(waiting[at : at + share]) for at in range(0, len(waiting), share)))

    async def run(self, waiting: Sequence[Waiting]) -> None:
        """Runs some rows, batch after batch, and hands each its result, or what went wrong with all."""
        try:
            while waiting:
                rows = fitting(each.row for each in waiting)
                results = await run_some(self.runner, self.task.batch(rows))
                for each, result in zip(waiting, results, strict=False):
                    hand_over(each, result)
                waiting = waiting[len(results) :]
        except Exception as error:  # noqa: BLE001 - whoever waits for a result is to meet it
            for each in waiting:
                if not each.result.done():
                    each.result.set_exception(error)

    def stop(self) -> None:
        """Gives up what is still at work: nobody waits for it any more."""
        for work in self.at_work:
            work.cancel()


def hand_over(waiting: Waiting, result: CodeResult) -> None:
    """Gives a row its result, unless it was given up meanwhile."""
    if not waiting.result.done():
        waiting.result.set_result(result)


def answer(result: CodeResult) -> Answer:
    """The output that the code returned."""
    if isinstance(result.value, str):
        return Answer(result.value)
    return Answer(json.dumps(result.value, ensure_ascii=False), "json")
