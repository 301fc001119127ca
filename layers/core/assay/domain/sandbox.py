"""Work for the sandbox: user code, the arguments of many rows, and what came of each."""

from pydantic import Field

from assay.domain.value import JsonValue, Value


class SandboxLimits(Value):
    """What one batch of user code may use: `wall` and `cpu` in seconds a row, the rest in bytes."""

    wall: float = Field(default=2, gt=0)
    cpu: int = Field(default=2, gt=0)
    memory: int = Field(default=256 * 1024 * 1024, gt=0)
    stdout: int = Field(default=64 * 1024, ge=0)
    result: int = Field(default=256 * 1024, gt=0)


class CodeBatch(Value):
    """One source and the positional arguments of each row; `function` is called once per row."""

    code: str
    function: str
    rows: tuple[tuple[JsonValue, ...], ...]
    limits: SandboxLimits = SandboxLimits()


class CodeResult(Value):
    """What the code returned for a row, or the error that it ended with, and what it printed."""

    value: JsonValue = None
    error: str | None = None
    stdout: str = ""


class CodeResults(Value):
    """The results of the first rows of a batch, in order: as many as the time and the answer's size allowed."""

    results: tuple[CodeResult, ...]
