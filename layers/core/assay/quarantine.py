"""The bootstrap of the sandbox functions: it knows no store, no key and no AWS client."""

import os
from functools import cache
from typing import Any

from assay.adapters.clock import InvocationDeadline, RemainingTime
from assay.adapters.sandbox.host import SandboxTainted
from assay.adapters.sandbox.python import PythonSandbox
from assay.domain.sandbox import CodeBatch, CodeResults
from assay.ports import Deadline, Sandbox


class LastingSandbox:
    """Implements ports.Sandbox: on doubt about what user code left behind, this execution environment ends."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox

    def run(self, batch: CodeBatch, deadline: Deadline) -> CodeResults:
        try:
            return self.sandbox.run(batch, deadline)
        except SandboxTainted:
            os._exit(1)


@cache
def sandbox() -> Sandbox:
    """The sandbox of this process."""
    return LastingSandbox(PythonSandbox())


def run_python(context: RemainingTime) -> dict[str, Any]:
    """What use_cases/run_python needs."""
    return {"sandbox": sandbox(), "deadline": InvocationDeadline(context)}
