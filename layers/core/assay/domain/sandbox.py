"""Work for the sandbox: user code, the arguments of many rows, and what came of each."""

from typing import Literal

from pydantic import Field

from assay.domain.value import JsonValue, Value

Runtime = Literal["python", "node"]
"""The languages that user code may be written in."""

Call = Literal["positional", "scorer", "task"]
"""How the function is called for a row: with the row's arguments as they are, or as Braintrust's clients have it
(contracts/braintrust.md §4.6), where a row is one object.

A `scorer` has input, output, expected and metadata: in Python as those keywords that it accepts, in JavaScript as one
object. A `task` has input, expected, metadata and perhaps parameters: in Python it accepts them, or the fields of an
object that is the input, as keywords, or else the input as its only argument; in JavaScript the input is its only
argument.
"""

HANDLER = "handler"
"""What a function that follows Braintrust's convention is called."""


class SandboxLimits(Value):
    """What one batch of user code may use: `wall` and `cpu` in seconds a row, the rest in bytes."""

    wall: float = Field(default=2, gt=0)
    cpu: int = Field(default=2, gt=0)
    memory: int = Field(default=256 * 1024 * 1024, gt=0)
    stdout: int = Field(default=64 * 1024, ge=0)
    result: int = Field(default=256 * 1024, gt=0)


class StackLimits(Value):
    """What the stack's operator lets a row of user code use; `seconds` is a scorer's or an evaluator's."""

    seconds: int = Field(default=2, gt=0)
    task_seconds: int = Field(default=20, gt=0)
    memory_mb: int = Field(default=256, gt=0)
    stdout_kb: int = Field(default=64, ge=0)
    result_kb: int = Field(default=256, gt=0)

    def of(self, call: Call) -> SandboxLimits:
        """Those of a row that is called in this manner: a task may take longer than what judges it."""
        seconds = self.task_seconds if call == "task" else self.seconds
        return SandboxLimits(
            wall=seconds,
            cpu=seconds,
            memory=self.memory_mb << 20,
            stdout=self.stdout_kb << 10,
            result=self.result_kb << 10,
        )


class CodeBatch(Value):
    """One source and the arguments of each row; `function` is called once per row, in the manner of `call`."""

    runtime: Runtime = "python"
    code: str
    function: str
    call: Call = "positional"
    rows: tuple[tuple[JsonValue, ...], ...]
    limits: SandboxLimits = SandboxLimits()


class CodeResult(Value):
    """What the code returned for a row, or the error that it ended with, what it printed, and how long it took."""

    value: JsonValue = None
    error: str | None = None
    stdout: str = ""
    seconds: float = 0


class CodeResults(Value):
    """The results of the first rows of a batch, in order: as many as the time and the answer's size allowed.

    `level` names what held the code, joined by `+`; a batch without rows asks for nothing else.
    """

    results: tuple[CodeResult, ...]
    level: str = ""
