"""What anybody may know of the stack: its version, and how well its sandboxes shut user code off."""

from typing import Literal

from assay.domain.errors import AssayError
from assay.domain.sandbox import CodeBatch, Runtime
from assay.domain.value import Value
from assay.ports import CodeRunner
from assay.version import VERSION

RUNTIMES: tuple[Runtime, ...] = ("python", "node")


class Health(Value):
    """The state of the stack. A sandbox has no level where it did not answer, or runs no code at all."""

    status: Literal["ok", "degraded"]
    version: str = VERSION
    sandbox: dict[Runtime, str | None]


class Levels:
    """The levels that the sandboxes have reached; each is asked until it has said it once."""

    def __init__(self, code_runner: CodeRunner) -> None:
        self.code_runner = code_runner
        self.known: dict[Runtime, str] = {}

    async def of(self, runtime: Runtime) -> str | None:
        """The level of a runtime's sandbox; None where it does not say."""
        if runtime not in self.known:
            try:
                answer = await self.code_runner.run(CodeBatch(runtime=runtime, code="", function="", rows=()))
            except AssayError:
                return None
            if answer.level:
                self.known[runtime] = answer.level
        return self.known.get(runtime)


async def report_health(levels: Levels) -> Health:
    """The health of the stack, as of now."""
    sandbox = {runtime: await levels.of(runtime) for runtime in RUNTIMES}
    return Health(status="ok" if all(sandbox.values()) else "degraded", sandbox=sandbox)
