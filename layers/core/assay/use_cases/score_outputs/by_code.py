"""Evaluators in code: batch by batch through the sandbox."""

from collections.abc import Awaitable, Callable, Sequence

from assay.domain.evaluators.evaluator import EvaluatorVersion
from assay.domain.evaluators.python_code import arguments, entry_point, judge
from assay.domain.evaluators.scorer import CodeScorer, scored_row
from assay.domain.evaluators.scores import judged
from assay.domain.sandbox import CodeBatch
from assay.domain.score import Output
from assay.ports import CodeRunner
from assay.use_cases.run_code import Row, fitting, run_some
from assay.use_cases.score_outputs.judging import Judging

Permission = Callable[[], Awaitable[bool]]
RESERVE = 90.0
"""Seconds before the deadline at which no new batch is begun: one batch takes up to a minute in the sandbox."""


def is_code(version: EvaluatorVersion) -> bool:
    """Whether the evaluator is code."""
    return version.type == "python" or isinstance(version.scorer, CodeScorer)


async def judge_by_code(judging: Judging, version: EvaluatorVersion, runner: CodeRunner, may_begin: Permission) -> None:
    """Has the code judge what it has not judged yet, batch by batch, as long as another one may begin."""
    left = judging.owed(version)
    while left and await may_begin():
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
    return arguments(version, judging.log(output), judging.datapoint(output))
