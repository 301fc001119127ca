"""One row's output, or the record of why it has none."""

from typing import Protocol

from assay.domain.dataset import Datapoint
from assay.domain.score import AnyOutput, Failure
from assay.domain.task import PromptTask, Task
from assay.domain.templates.values import TemplateFault
from assay.ports import Clock
from assay.use_cases.call_model import Unanswered
from assay.use_cases.callers import Callers
from assay.use_cases.generate_outputs.records import failed, generated
from assay.use_cases.remembered import keep


class Generator(Protocol):
    """Whoever makes outputs, row by row, as many at once as are asked for."""

    async def output(self, ordinal: int, datapoint: Datapoint) -> AnyOutput | None:
        """The row's output; None where the lane is to be held, which leaves the row for later."""


class Asker:
    """Puts the task's question to the model, in each of so many trials. Implements Generator."""

    def __init__(self, task: Task | PromptTask, trials: int, callers: Callers, clock: Clock) -> None:
        self.task, self.trials, self.callers, self.clock = task, trials, callers, clock

    async def output(self, ordinal: int, datapoint: Datapoint) -> AnyOutput | None:
        try:
            call = self.task.call_for(datapoint)
        except TemplateFault as error:
            failure = Failure(kind="template", message=str(error), attempts=0)
            return failed(ordinal, datapoint, Unanswered(failure=failure, latency=0), self.clock.now())
        caller = await self.callers.to(call.task, ordinal % self.trials)
        answer = await caller.ask(call.task, call.messages)
        if isinstance(answer, Unanswered):
            return failed(ordinal, datapoint, answer, self.clock.now())
        if answer is None:
            return None
        await keep(caller, [answer])
        return generated(ordinal, datapoint, self.task.answer(answer.completion), answer, self.clock.now())
