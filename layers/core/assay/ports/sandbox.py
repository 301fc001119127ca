"""The sandbox, from both sides."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from assay.ports.time import Deadline

if TYPE_CHECKING:
    from assay.domain.sandbox import CodeBatch, CodeResults


class CodeRunner(Protocol):
    """The sandbox, from the outside."""

    async def run(self, batch: CodeBatch) -> CodeResults:
        """Runs the first rows of the batch: at least one, as many as one invocation bears."""


class Sandbox(Protocol):
    """The sandbox, from the inside."""

    def run(self, batch: CodeBatch, deadline: Deadline) -> CodeResults:
        """Runs the first rows of the batch, each within its limits; user code cannot make it raise."""
