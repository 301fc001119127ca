"""The bootstrap of the sandbox functions: it knows no store, no key and no AWS client."""

import os
import sys
from functools import cache
from pathlib import Path
from typing import Any

from assay.adapters.clock import InvocationDeadline, RemainingTime
from assay.adapters.sandbox.host import SandboxTainted
from assay.adapters.sandbox.python import PythonSandbox
from assay.domain.sandbox import CodeBatch, CodeResults
from assay.ports import Deadline, Sandbox
from assay.settings import BoundarySettings


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
    settings = BoundarySettings.read()
    required = frozenset(settings.sandbox_min.split("+"))
    return LastingSandbox(
        PythonSandbox(offered(), extra=settings.sandbox_extras, required=required, reachable=settings.sandbox_hosts)
    )


def offered() -> list[Path]:
    """Where the libraries lie that user code may import: a layer's folder of that name, where we look for nothing."""
    return [path for entry in sys.path if (path := Path(entry) / "offered").is_dir()]


def run_python(context: RemainingTime) -> dict[str, Any]:
    """What use_cases/run_python needs."""
    return {"sandbox": sandbox(), "deadline": InvocationDeadline(context)}
