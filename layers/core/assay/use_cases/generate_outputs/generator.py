"""One row's output, or the record of why it has none."""

from assay.domain.dataset import Datapoint
from assay.domain.prompt import MissingVariables
from assay.domain.score import AnyOutput, FailedOutput, Failure, Output
from assay.domain.task import Task
from assay.ports import Clock
from assay.use_cases.call_model import Answered, Unanswered, Way


class Generator:
    """Puts the task's question to the model, row by row."""

    def __init__(self, task: Task, caller: Way, clock: Clock) -> None:
        self.task, self.caller, self.clock = task, caller, clock

    async def output(self, ordinal: int, datapoint: Datapoint) -> AnyOutput | None:
        """The row's output; None where the lane is to be held, which leaves the row for later."""
        try:
            messages = self.task.messages_for(datapoint)
        except MissingVariables as error:
            failure = Failure(kind="template", message=str(error), attempts=0)
            return self.failed(ordinal, datapoint, Unanswered(failure=failure, latency=0))
        answer = await self.caller.ask(self.task, messages)
        if isinstance(answer, Unanswered):
            return self.failed(ordinal, datapoint, answer)
        return self.generated(ordinal, datapoint, answer) if answer else None

    def generated(self, ordinal: int, datapoint: Datapoint, answer: Answered) -> Output:
        """The record of a row that has an output."""
        said = answer.completion
        return Output(
            ordinal=ordinal,
            datapoint_id=datapoint.id,
            text=said.text,
            message=said.message,
            finish_reason=said.finish_reason,
            usage=said.usage,
            latency=answer.latency,
            attempts=answer.attempts,
            created_at=self.clock.now(),
        )

    def too_late(self, ordinal: int, datapoint: Datapoint) -> FailedOutput:
        """The record of a row that was not done when the time was over."""
        failure = Failure(kind="timeout", message="The evaluation's time was over before this row was done.")
        return self.failed(ordinal, datapoint, Unanswered(failure=failure, latency=0))

    def failed(self, ordinal: int, datapoint: Datapoint, answer: Unanswered) -> FailedOutput:
        """The record of a row that has none."""
        return FailedOutput(
            ordinal=ordinal,
            datapoint_id=datapoint.id,
            failure=answer.failure,
            latency=answer.latency,
            created_at=self.clock.now(),
        )
