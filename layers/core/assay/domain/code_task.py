"""Code under test: a function called `handler` that makes an output of a row's input (contracts/braintrust.md §4.6)."""

from typing import Literal

from assay.domain.dataset import Datapoint
from assay.domain.messages import Message
from assay.domain.model_task import Task
from assay.domain.sandbox import HANDLER, CodeBatch, Runtime
from assay.domain.value import JsonValue, Value


class CodeTask(Value):
    """Source that defines `handler`; `parameters` are what the launch gives it beside each row."""

    kind: Literal["code"] = "code"
    runtime: Runtime
    code: str
    parameters: dict[str, JsonValue] | None = None

    def arguments(self, datapoint: Datapoint) -> tuple[JsonValue, ...]:
        """What the sandbox calls the handler with."""
        row = {"input": datapoint.inputs, "expected": datapoint.target, "metadata": datapoint.metadata}
        return (row if self.parameters is None else {**row, "parameters": self.parameters},)

    def batch(self, rows: tuple[tuple[JsonValue, ...], ...]) -> CodeBatch:
        """Work for the sandbox."""
        return CodeBatch(runtime=self.runtime, code=self.code, function=HANDLER, call="task", rows=rows)

    def messages_for(self, datapoint: Datapoint) -> tuple[Message, ...]:
        """No model is asked: the messages are the datapoint's own."""
        return datapoint.messages

    def as_model(self) -> Task:
        """The task as far as Humanloop's clients can show it: a name in the place of a model's."""
        return Task(model=f"{self.runtime} code")
