"""Evaluators in code: batch by batch through the sandbox."""

from collections.abc import Sequence

from assay.domain.evaluators.evaluator import EvaluatorVersion
from assay.domain.evaluators.python_code import arguments, entry_point, judge
from assay.domain.evaluators.scorer import CodeScorer, scored_row
from assay.domain.evaluators.scores import judged
from assay.domain.identity import log_id
from assay.domain.sandbox import CodeBatch
from assay.domain.score import Output
from assay.ports import CodeRunner, Deadline
from assay.use_cases.run_code import Row, fitting, run_some
from assay.use_cases.score_outputs.judging import Judging

RESERVE = 90.0
"""Seconds before the deadline at which no new batch is begun: one batch takes up to a minute in the sandbox."""


def is_code(version: EvaluatorVersion) -> bool:
    """Whether the evaluator is code."""
    return version.type == "python" or isinstance(version.scorer, CodeScorer)


async def judge_by_code(judging: Judging, version: EvaluatorVersion, runner: CodeRunner, deadline: Deadline) -> None:
    """Has the code judge what it has not judged yet, as far as the time suffices."""
    left = judging.owed(version)
    while left and deadline.remaining() > RESERVE:
        code, rows = batch(judging, version, left)
        results = await run_some(runner, code)
        for output, result in zip(rows, results, strict=False):
            judging.add(output, judged(version, result) if version.scorer else judge(version, result))
        left = left[len(results) :]


def batch(judging: Judging, version: EvaluatorVersion, left: Sequence[Output]) -> tuple[CodeBatch, list[Output]]:
    """The first of the outputs, as many as one invocation takes, and the arguments for each."""
    rows = fitting(row(judging, version, output) for output in left)
    if isinstance(version.scorer, CodeScorer):
        return version.scorer.batch(rows), list(left[: len(rows)])
    code = CodeBatch(code=version.code or "", function=entry_point(version.code or ""), rows=rows)
    return code, list(left[: len(rows)])


def row(judging: Judging, version: EvaluatorVersion, output: Output) -> Row:
    """The arguments for one output."""
    if version.scorer:
        return (scored_row(judging.datapoint(output), output),)
    log = log_id(judging.plan.evaluation_id, output.ordinal)
    return arguments(version, judging.plan.config, judging.datapoint(output), output, log)
