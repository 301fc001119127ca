"""How the security tests run user code."""

from assay.adapters.sandbox.python import PythonSandbox
from assay.domain.sandbox import CodeBatch, CodeResult, SandboxLimits
from assay.domain.value import JsonValue


class Remaining:
    """An invocation that always has as many seconds left."""

    def __init__(self, seconds: float = 1e9) -> None:
        self.seconds = seconds

    def remaining(self) -> float:
        return self.seconds


def results(sandbox: PythonSandbox, code: str, *rows: JsonValue, **limits: float) -> list[CodeResult]:
    """What the function `score` of `code` makes of each row, its one argument."""
    batch = CodeBatch(
        code=code, function="score", rows=tuple((row,) for row in rows), limits=SandboxLimits.model_validate(limits)
    )
    return list(sandbox.run(batch, Remaining()).results)


def result(sandbox: PythonSandbox, code: str, row: JsonValue = None, **limits: float) -> CodeResult:
    """What `code` makes of one row."""
    return results(sandbox, code, row, **limits)[0]


def value(sandbox: PythonSandbox, code: str, row: JsonValue = None, **limits: float) -> JsonValue:
    """The value that `code` returns for one row; fails where it is an error."""
    answer = result(sandbox, code, row, **limits)
    assert answer.error is None, answer.error
    return answer.value
