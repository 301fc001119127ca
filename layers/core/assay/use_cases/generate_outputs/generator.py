"""One row's output, or the record of why it has none."""

from typing import Protocol

from assay.domain.dataset import Datapoint
from assay.domain.score import AnyOutput, Failure
from assay.domain.task import PromptTask, Task
from assay.domain.templates.values import TemplateFault
from assay.ports import Clock
from assay.use_cases.call_model import Unanswered, Way
from assay.use_cases.generate_outputs.records import failed, generated


class Generator(Protocol):
    """Whoever makes outputs, row by row, as many at once as are asked for."""

    async def output(self, ordinal: int, datapoint: Datapoint) -> AnyOutput | None:
        """The row's output; None where the lane is to be held, which leaves the row for later."""


class Asker:
    """Puts the task's question to the model. Implements Generator."""

    def __init__(self, task: Task | PromptTask, caller: Way, clock: Clock) -> None:
        self.task, self.caller, self.clock = task, caller, clock

    async def output(self, ordinal: int, datapoint: Datapoint) -> AnyOutput | None:
        try:
            call = self.task.call_for(datapoint)
        except TemplateFault as error:
            failure = Failure(kind="template", message=str(error), attempts=0)
            return failed(ordinal, datapoint, Unanswered(failure=failure, latency=0), self.clock.now())
        answer = await self.caller.ask(call.task, call.messages)
        if isinstance(answer, Unanswered):
            return failed(ordinal, datapoint, answer, self.clock.now())
        if answer is None:
            return None
        return generated(ordinal, datapoint, self.task.answer(answer.completion), answer, self.clock.now())
