"""User code through the sandbox: as many rows to an invocation as it takes, and what each of them came to."""

from collections.abc import Iterable, Sequence
from itertools import islice

from assay.domain.errors import AssayError
from assay.domain.sandbox import CodeBatch, CodeResult
from assay.domain.value import JsonValue
from assay.ports import CodeRunner

BATCH_BYTES = 4 * 1024 * 1024
BATCH_ROWS = 1000

Row = tuple[JsonValue, ...]


def fitting(rows: Iterable[Row]) -> tuple[Row, ...]:
    """The first of the rows, as many as one invocation takes; of those that follow no more than one is made."""
    taken: list[Row] = []
    size = 0
    for row in islice(rows, BATCH_ROWS):
        size += len(str(row))
        if taken and size > BATCH_BYTES:
            break
        taken.append(row)
    return tuple(taken)


async def run_some(runner: CodeRunner, code: CodeBatch) -> Sequence[CodeResult]:
    """The results of the batch's first rows, at least one. Where the sandbox dies, ever fewer rows are tried at once.

    A row that brings the sandbox down alone gets an error of its own.
    """
    rows = code.rows
    while True:
        try:
            return (await runner.run(code.model_copy(update={"rows": rows}))).results
        except AssayError as error:
            if len(rows) == 1:
                return [CodeResult(error=f"The sandbox failed on this row: {error}")]
            rows = rows[: len(rows) // 2]
