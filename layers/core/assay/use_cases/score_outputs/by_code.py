"""Evaluators in code: batch by batch through the sandbox."""

from collections.abc import Sequence

from assay.domain.errors import AssayError
from assay.domain.evaluators.evaluator import EvaluatorVersion
from assay.domain.evaluators.python_code import arguments, entry_point, judge
from assay.domain.identity import log_id
from assay.domain.sandbox import CodeBatch, CodeResult
from assay.domain.score import Output
from assay.domain.value import JsonValue
from assay.ports import CodeRunner, Deadline
from assay.use_cases.score_outputs.judging import Judging

BATCH_BYTES = 4 * 1024 * 1024
BATCH_ROWS = 1000
RESERVE = 90.0
"""Seconds before the deadline at which no new batch is begun: one batch takes up to a minute in the sandbox."""


async def judge_by_code(judging: Judging, version: EvaluatorVersion, runner: CodeRunner, deadline: Deadline) -> None:
    """Has the code judge what it has not judged yet, as far as the time suffices."""
    left = judging.owed(version)
    while left and deadline.remaining() > RESERVE:
        code, rows = batch(judging, version, left)
        results = await run_some(runner, code)
        for output, result in zip(rows, results, strict=False):
            judging.add(output, judge(version, result))
        left = left[len(results) :]


def batch(judging: Judging, version: EvaluatorVersion, left: Sequence[Output]) -> tuple[CodeBatch, list[Output]]:
    """The first of the outputs, as many as one invocation takes, and the arguments for each."""
    rows: list[Output] = []
    every: list[tuple[JsonValue, ...]] = []
    size = 0
    for output in left[:BATCH_ROWS]:
        log = log_id(judging.plan.evaluation_id, output.ordinal)
        some = arguments(version, judging.plan.config, judging.datapoint(output), output, log)
        size += len(str(some))
        if rows and size > BATCH_BYTES:
            break
        rows.append(output)
        every.append(some)
    return CodeBatch(code=version.code or "", function=entry_point(version.code or ""), rows=tuple(every)), rows


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
