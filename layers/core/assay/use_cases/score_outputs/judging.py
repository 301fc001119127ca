"""One chunk under judgement: which evaluator still owes which row a score, and how it gets it."""

import asyncio
from collections.abc import Iterable, Iterator, Sequence

from assay.domain.dataset import Datapoint
from assay.domain.errors import AssayError
from assay.domain.evaluators.evaluator import EvaluatorVersion
from assay.domain.evaluators.python_code import arguments, entry_point, judge
from assay.domain.identity import log_id
from assay.domain.plan import Plan
from assay.domain.sandbox import CodeBatch, CodeResult
from assay.domain.score import AnyOutput, AnyScore, Output, ScoredRow
from assay.domain.value import JsonValue
from assay.ports import CodeRunner, Deadline

BATCH_BYTES = 4 * 1024 * 1024
BATCH_ROWS = 1000

Arguments = tuple[JsonValue, ...]


class Judging:
    """The scores of a chunk's rows, as they come in."""

    def __init__(
        self,
        plan: Plan,
        evaluators: Sequence[EvaluatorVersion],
        *,
        outputs: Sequence[AnyOutput],
        datapoints: Sequence[Datapoint],
        first: int,
        scored: Iterable[ScoredRow],
    ) -> None:
        self.plan, self.evaluators = plan, evaluators
        self.outputs = outputs
        self.datapoints, self.first = datapoints, first
        self.scores: dict[tuple[int, str], AnyScore] = {}
        for row in scored:
            for score in row.scores:
                self.scores.setdefault((row.ordinal, score.evaluator), score)

    async def work(self, runner: CodeRunner, deadline: Deadline, reserve: float) -> bool:
        """Lets every evaluator judge every output; False where the time ran out first."""
        complete = await asyncio.gather(*(self.judge(each, runner, deadline, reserve) for each in self.evaluators))
        return all(complete)

    async def judge(self, version: EvaluatorVersion, runner: CodeRunner, deadline: Deadline, reserve: float) -> bool:
        """Has one evaluator judge what it has not judged yet, batch by batch."""
        left = [output for output in self.judged() if (output.ordinal, version.id) not in self.scores]
        while left and deadline.remaining() > reserve:
            batch, rows = self.batch(version, left)
            results = await run_some(runner, batch)
            for output, result in zip(rows, results, strict=False):
                self.scores[output.ordinal, version.id] = judge(version, result)
            left = left[len(results) :]
        return not left

    def judged(self) -> Iterator[Output]:
        """The outputs that evaluators run on; a row without output has no scores."""
        return (output for output in self.outputs if isinstance(output, Output))

    def batch(self, version: EvaluatorVersion, left: Sequence[Output]) -> tuple[CodeBatch, list[Output]]:
        """The first of the outputs, as many as one invocation takes, and the arguments for each."""
        rows: list[Output] = []
        every: list[Arguments] = []
        size = 0
        for output in left[:BATCH_ROWS]:
            log = log_id(self.plan.evaluation_id, output.ordinal)
            some = arguments(version, self.plan.config, self.datapoint(output), output, log)
            size += len(str(some))
            if rows and size > BATCH_BYTES:
                break
            rows.append(output)
            every.append(some)
        return CodeBatch(code=version.code or "", function=entry_point(version.code or ""), rows=tuple(every)), rows

    def datapoint(self, output: Output) -> Datapoint:
        """The datapoint behind an output."""
        return self.datapoints[output.ordinal // self.plan.trials - self.first]

    def rows(self) -> list[ScoredRow]:
        """The chunk's rows with the scores there are, evaluators in their round's order."""
        return [ScoredRow(ordinal=output.ordinal, scores=self.scores_of(output.ordinal)) for output in self.outputs]

    def scores_of(self, ordinal: int) -> tuple[AnyScore, ...]:
        found = (self.scores.get((ordinal, version.id)) for version in self.evaluators)
        return tuple(score for score in found if score is not None)


async def run_some(runner: CodeRunner, batch: CodeBatch) -> Sequence[CodeResult]:
    """The results of the batch's first rows, at least one. Where the sandbox dies, ever fewer rows are tried at once.

    A row that brings the sandbox down alone gets an error of its own.
    """
    rows = batch.rows
    while True:
        try:
            return (await runner.run(batch.model_copy(update={"rows": rows}))).results
        except AssayError as error:
            if len(rows) == 1:
                return [CodeResult(error=f"The sandbox failed on this row: {error}")]
            rows = rows[: len(rows) // 2]
