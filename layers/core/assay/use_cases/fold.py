"""Everything that an evaluation's rows add up to."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import chain
from typing import TypeVar

from assay.domain.evaluation import Aggregate, Evaluation
from assay.domain.evaluators.evaluator import EvaluatorVersion
from assay.domain.plan import Plan
from assay.domain.posted import outputs as outputs_of
from assay.domain.price import Spent, total
from assay.domain.score import AnyOutput, ScoredRow, merged
from assay.domain.score_names import ScoreNames
from assay.domain.statistics.describe import ScoreStatistics
from assay.domain.statistics.tally import Tally
from assay.domain.summary import OutputFold, ScoreFold, Summary, count_output, count_scores
from assay.domain.task import AnyTask
from assay.ports import Posted, Prices, RunRecords
from assay.use_cases.run_side import ReadChunk, RunSide

T = TypeVar("T")

NOTHING = "There were no rows: nothing was evaluated."


class Counts:
    """What becomes of each datapoint, for what is sure of the scores."""

    def __init__(self, plan: Plan, versions: Sequence[EvaluatorVersion]) -> None:
        self.plan, self.tally = plan, Tally()
        self.evaluators = {version.id: version.name for version in versions}
        self.names = ScoreNames(self.evaluators.values())
        for item in range(plan.dataset.datapoints):
            self.tally.row(item, plan.trials)

    def add(self, read: ReadChunk) -> None:
        """Takes in a chunk's rows."""
        for output in read.outputs:
            count_output(self.tally, output, self.plan)
        for row in read.scored:
            count_scores(self.tally, row, self.evaluators, self.names, self.plan)


class Fold:
    """Everything that an evaluation's rows add up to. Rows that are missing are counted as such.

    Each chunk is read once. Where there is the `side` of a comparison, it takes the rows in as well; that of an
    experiment tells how sure the scores are, too. Should nothing come of the comparison, the rows are read again.
    """

    def __init__(
        self,
        organisation: str,
        evaluation: Evaluation,
        plan: Plan | None,
        records: RunRecords,
        posted: Posted,
        versions: Sequence[EvaluatorVersion],
        side: RunSide | None = None,
    ) -> None:
        self.organisation, self.evaluation, self.records, self.posted = organisation, evaluation, records, posted
        self.versions, self.rounds, self.plan, self.side = versions, 0, plan, side
        self.outputs, self.scores = OutputFold(), list[ScoreFold]()
        self.counts: Counts | None = None
        self.reason: str | None = None
        self.task: AnyTask | None = None
        if plan:
            self.add(plan)
        else:
            self.reason = "The evaluation was never prepared."

    def add(self, plan: Plan) -> None:
        """Takes in all chunks, in order."""
        self.rounds, self.task = len(plan.rounds), plan.config.task
        self.scores = [ScoreFold(version) for version in (*plan.evaluators, *self.versions)]
        if self.side is None or self.evaluation.experiment_id is None:
            self.counts = Counts(plan, [fold.version for fold in self.scores])
        takers = [each for each in (self.counts, self.side) if each]
        for read in ahead(partial(self.read, plan, self.side), range(plan.chunks)):
            self.sum_up(read)
            for each in takers:
                each.add(read)
        self.reason = self.reason or self.complaint(plan) or takers[0].names.complaint

    def sum_up(self, read: ReadChunk) -> None:
        """Takes in a chunk's rows."""
        for output in read.outputs:
            self.outputs.add(output)
            if output.status == "failed" and output.failure.kind == "denied":
                self.reason = output.failure.message
        for row in read.scored:
            for fold in self.scores:
                fold.add(row)

    def complaint(self, plan: Plan) -> str | None:
        """What is amiss with the run as a whole, beside its errors."""
        if not plan.rows:
            return NOTHING
        if plan.until and self.outputs.rows < plan.rows:
            return f"It was cut off at {plan.until:%H:%M:%S} UTC, when its time was over."
        return None

    def read(self, plan: Plan, side: RunSide | None, chunk: int) -> ReadChunk:
        """What there is of a chunk."""
        outputs, scored = self.chunk_outputs(plan, chunk), self.chunk_scores(plan, chunk)
        return ReadChunk(chunk, outputs, scored, side.datapoints(chunk) if side and outputs else {})

    def chunk_outputs(self, plan: Plan, chunk: int) -> list[AnyOutput]:
        """Every output of a chunk that there is, in dataset order: of the complete chunk, else of its checkpoints."""
        place = (self.organisation, plan.evaluation_id)
        if plan.generated_by == "client":
            return list(outputs_of(self.posted.logs(*place, plan.chunk(chunk))))
        return self.records.outputs(*place, chunk) or self.records.output_parts(*place, chunk)

    def chunk_scores(self, plan: Plan, chunk: int) -> list[ScoredRow]:
        """Every score of a chunk that there is, row by row: those that are posted, then ours of each round."""
        rounds = range(len(plan.rounds) if plan.generated_by == "server" else 0)
        ours = [self.round_scores(plan, round_, chunk) for round_ in rounds]
        if len(ours) == 1 and not self.evaluation.is_posted_to:
            return ours[0]
        return merged(chain(self.posted_scores(plan, chunk), *ours))

    def round_scores(self, plan: Plan, round_: int, chunk: int) -> list[ScoredRow]:
        """The scores of a round of ours, as outputs are read."""
        place = (self.organisation, plan.evaluation_id, round_, chunk)
        rows = self.records.scores(*place)
        return merged(self.records.score_parts(*place)) if rows is None else rows

    def posted_scores(self, plan: Plan, chunk: int) -> Iterator[ScoredRow]:
        """Those that clients posted."""
        if self.evaluation.is_posted_to:
            posted = self.posted.results(self.organisation, plan.evaluation_id, plan.chunk(chunk))
            yield from (result.row() for result in posted)

    def aggregates(self) -> tuple[Aggregate, ...]:
        """The sums of each evaluator."""
        return tuple(fold.aggregate() for fold in self.scores)

    def statistics(self, ended: Evaluation) -> tuple[ScoreStatistics, ...]:
        """How sure each evaluator's scores are; while more may come, nothing is missing yet."""
        if self.plan is None:
            return ()
        owes = ended.left_over if ended.is_over else None
        judges = {fold.version.id: fold.version.judge(owes=owes) for fold in self.scores}
        return tuple((self.counts or self.counted(self.plan)).tally.statistics(judges))

    def counted(self, plan: Plan) -> Counts:
        """What becomes of each datapoint, from the first chunk to the last."""
        counts = Counts(plan, [fold.version for fold in self.scores])
        for read in ahead(partial(self.read, plan, None), range(plan.chunks)):
            counts.add(read)
        return counts

    def costs(self, prices: Prices) -> Iterator[float | None]:
        """What the task's model and each judging model cost, in dollars; a client's models are not ours."""
        if self.evaluation.generated_by == "server" and self.task and self.task.kind != "code":
            model = self.task.as_model()
            yield self.outputs.spent.cost(prices.price(model.provider, model.model))
        for fold in self.scores:
            if judge := fold.version.model:
                yield fold.spent.cost(prices.price(judge.provider, judge.model))
            if embedder := fold.version.embedder:
                yield Spent(prompt_tokens=fold.embedded).cost(prices.price(embedder.provider, embedder.model))

    def summary(self, ended: Evaluation, prices: Prices, statistics: tuple[ScoreStatistics, ...]) -> Summary:
        """The summary of the evaluation as it ended."""
        rows = ended.dataset.datapoints * ended.trials
        failed = sum(self.outputs.errors.values())
        return Summary(
            evaluation_id=ended.id,
            status=ended.status,
            reason=ended.reason,
            datapoints=ended.dataset.datapoints,
            trials=ended.trials,
            rows=rows,
            n_outputs=self.outputs.outputs,
            n_errors=failed,
            n_missing=rows - self.outputs.outputs - failed,
            n_cached=self.outputs.cached,
            errors_by_kind=dict(sorted(self.outputs.errors.items())),
            prompt_tokens=self.outputs.prompt_tokens,
            output_tokens=self.outputs.output_tokens,
            judge_prompt_tokens=sum(fold.prompt_tokens for fold in self.scores),
            judge_output_tokens=sum(fold.output_tokens for fold in self.scores),
            cost=total(self.costs(prices)),
            latency_mean=self.outputs.latency_mean,
            scores=tuple(fold.summary(rows, self.outputs.outputs) for fold in self.scores),
            statistics=statistics,
            started_at=ended.created_at,
            finished_at=ended.updated_at,
            wall_seconds=(ended.updated_at - ended.created_at).total_seconds(),
        )


def ahead(read: Callable[[int], T], numbers: range) -> Iterator[T]:
    """What is read of each number, in order; the next one is read while whoever asks works on the present one."""
    with ThreadPoolExecutor(max_workers=1) as reader:
        coming = [reader.submit(read, number) for number in numbers[:1]]
        for at in range(len(numbers)):
            found = coming.pop().result()
            coming = [reader.submit(read, following) for following in numbers[at + 1 : at + 2]]
            yield found
