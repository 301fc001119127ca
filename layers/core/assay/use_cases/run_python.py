"""User code runs, row by row, as far as the invocation bears."""

from assay.domain.sandbox import CodeBatch, CodeResults
from assay.ports import Deadline, Sandbox


def run_python(batch: CodeBatch, *, sandbox: Sandbox, deadline: Deadline) -> CodeResults:
    """The results of the first rows of the batch, at least one."""
    return sandbox.run(batch, deadline)
