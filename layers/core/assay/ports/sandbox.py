"""The sandbox, from both sides."""

from typing import Protocol

from assay.domain.sandbox import CodeBatch, CodeResults
from assay.ports.time import Deadline


class CodeRunner(Protocol):
    """The sandbox, from the outside."""

    async def run(self, batch: CodeBatch) -> CodeResults:
        """Runs the first rows of the batch: at least one, as many as one invocation bears."""


class Sandbox(Protocol):
    """The sandbox, from the inside."""

    def run(self, batch: CodeBatch, deadline: Deadline) -> CodeResults:
        """Runs the first rows of the batch, each within its limits; user code cannot make it raise."""
