"""The outcome of an evaluation: what its rows add up to."""

import math
from array import array
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime

from assay.domain.error_groups import group_of_row, group_of_score
from assay.domain.evaluation import Aggregate, Status
from assay.domain.evaluators.evaluator import EvaluatorVersion
from assay.domain.plan import Plan
from assay.domain.price import Spent
from assay.domain.score import AnyOutput, AnyScore, Judgement, Output, ScoredRow, Usage, number
from assay.domain.score_names import ScoreNames
from assay.domain.statistics.describe import ScoreStatistics
from assay.domain.statistics.tally import Tally
from assay.domain.value import Value


class EvaluatorSummary(Value):
    """One evaluator over all rows. Nothing leaves the denominator unseen: rows = scored + skipped + all the others.

    `mean` is over the scores there are; a boolean counts as 0 or 1. `n_errors` are the evaluator's own,
    `n_no_output` the rows on which it could not run because the task has no output there, `n_missing` those that have
    one and were not judged. `n_cached` are answers that its model had given before.
    """

    evaluator_id: str
    evaluator_version_id: str
    name: str
    n_scored: int
    n_skipped: int
    n_errors: int
    n_no_output: int
    n_missing: int = 0
    n_cached: int = 0
    mean: float | None


class Summary(Value):
    """What an experiment comes to. Times are UTC, `wall_seconds` from the start of the run to this summary.

    `prompt_tokens` and `output_tokens` are the task's alone; those of judging models stand apart. `cost` is in dollars
    at public prices, of both; None where the price of a model, or the tokens of an answer, are not known. `n_cached`
    outputs were said before and cost nothing: their tokens count, their latency does not.
    `statistics` say how sure each score is, one for every name that an evaluator gave.
    """

    evaluation_id: str
    status: Status
    reason: str | None = None
    datapoints: int
    trials: int
    rows: int
    n_outputs: int
    n_errors: int
    n_missing: int
    n_cached: int = 0
    errors_by_kind: dict[str, int]
    prompt_tokens: int
    output_tokens: int
    judge_prompt_tokens: int = 0
    judge_output_tokens: int = 0
    cost: float | None = None
    latency_mean: float | None
    scores: tuple[EvaluatorSummary, ...]
    statistics: tuple[ScoreStatistics, ...] = ()
    started_at: datetime
    finished_at: datetime
    wall_seconds: float


class ScoreFold:
    """Adds up one evaluator's scores in dataset order, exactly (math.fsum)."""

    def __init__(self, version: EvaluatorVersion) -> None:
        self.version = version
        self.values = array("d")
        self.skipped = 0
        self.errors = 0
        self.prompt_tokens = 0
        self.output_tokens = 0
        self.of_cache = (0, 0)
        self.uncounted = 0
        self.embedded = 0
        self.cached = 0

    def add(self, row: ScoredRow) -> None:
        """Takes in the evaluator's score of `row`, if it has one."""
        for score in row.scores:
            if score.evaluator == self.version.id:
                self.count(score)

    def count(self, score: AnyScore) -> None:
        """Takes in a score of the evaluator's."""
        if score.judgement:
            self.count_tokens(score.judgement)
        if score.status == "failed":
            self.errors += 1
        elif (value := number(score.value)) is not None:
            self.values.append(value)
        else:
            self.skipped += 1

    def count_tokens(self, judgement: Judgement) -> None:
        """Counts what the judging model read and wrote, also where no score came of it."""
        self.prompt_tokens += judgement.usage.prompt_tokens or 0
        self.output_tokens += judgement.usage.output_tokens or 0
        self.of_cache = with_cache(self.of_cache, judgement.usage)
        self.uncounted += not judgement.usage.is_complete
        self.embedded += judgement.embedded
        self.cached += judgement.cached

    @property
    def spent(self) -> Spent:
        """What the judging model counted."""
        return spent(self.prompt_tokens, self.output_tokens, self.of_cache, self.uncounted)

    def aggregate(self) -> Aggregate:
        """The sums, as a live reader wants them."""
        return Aggregate(
            evaluator=self.version.id,
            n_scored=len(self.values),
            n_skipped=self.skipped,
            n_errors=self.errors,
            total=math.fsum(self.values),
        )

    def summary(self, rows: int, outputs: int) -> EvaluatorSummary:
        """The evaluator's line in the summary of an experiment of `rows` rows, so many of them with an output."""
        aggregate = self.aggregate()
        judged = aggregate.n_scored + aggregate.n_skipped + aggregate.n_errors
        missing = max(outputs - judged, 0)
        return EvaluatorSummary(
            evaluator_id=self.version.evaluator_id,
            evaluator_version_id=self.version.id,
            name=self.version.name,
            n_scored=aggregate.n_scored,
            n_skipped=aggregate.n_skipped,
            n_errors=aggregate.n_errors,
            n_no_output=rows - judged - missing,
            n_missing=missing,
            n_cached=self.cached,
            mean=aggregate.mean,
        )


class OutputFold:
    """Adds up what the task did, in dataset order."""

    def __init__(self) -> None:
        self.outputs = 0
        self.errors: Counter[str] = Counter()
        self.prompt_tokens = 0
        self.output_tokens = 0
        self.of_cache = (0, 0)
        self.uncounted = 0
        self.cached = 0
        self.free = (0, 0)
        self.latencies = array("d")

    def add(self, output: AnyOutput) -> None:
        """Takes in one row's output or failure."""
        if output.status == "failed":
            self.errors[output.failure.kind] += 1
            return
        self.outputs += 1
        prompt, said = output.usage.prompt_tokens or 0, output.usage.output_tokens or 0
        self.prompt_tokens += prompt
        self.output_tokens += said
        if output.is_cached:
            self.cached += 1
            self.free = (self.free[0] + prompt, self.free[1] + said)
            return
        self.of_cache = with_cache(self.of_cache, output.usage)
        self.uncounted += not output.usage.is_complete
        self.latencies.append(output.latency)

    @property
    def rows(self) -> int:
        """How many rows there are, outputs and failures."""
        return self.outputs + sum(self.errors.values())

    @property
    def spent(self) -> Spent:
        """What the task's model counted of the answers that were paid for."""
        paid = (self.prompt_tokens - self.free[0], self.output_tokens - self.free[1])
        return spent(*paid, self.of_cache, self.uncounted)

    @property
    def latency_mean(self) -> float | None:
        """Seconds of a row's last call, averaged over the rows with an output that was called for."""
        return math.fsum(self.latencies) / len(self.latencies) if self.latencies else None


def with_cache(counts: tuple[int, int], usage: Usage) -> tuple[int, int]:
    """The tokens that came from the provider's cache and those that went into it, with another answer's."""
    if usage.cached_tokens is usage.cache_creation_tokens is None:
        return counts
    return counts[0] + (usage.cached_tokens or 0), counts[1] + (usage.cache_creation_tokens or 0)


def spent(prompt: int, output: int, of_cache: tuple[int, int], uncounted: int) -> Spent:
    """What a model counted."""
    return Spent(
        prompt_tokens=prompt,
        output_tokens=output,
        cached_tokens=of_cache[0],
        cache_creation_tokens=of_cache[1],
        uncounted=uncounted,
    )


def count_output(tally: Tally, output: AnyOutput, plan: Plan) -> None:
    """Adds a failed output to what is known of its datapoint."""
    if output.status == "failed":
        tally.fail(output.ordinal // plan.trials, group_of_row(output.failure.kind))


def count_scores(tally: Tally, row: ScoredRow, names: Mapping[str, str], given: ScoreNames, plan: Plan) -> None:
    """Adds a row's scores; `names` are what those of an evaluator go by that have no names of their own.

    `given` are the names that there were so far.
    """
    item, said = row.ordinal // plan.trials, {score.evaluator: score for score in row.scores}
    for evaluator, name in names.items():
        score = said.get(evaluator)
        if score is None:
            continue
        if score.status == "failed":
            tally.let_down(evaluator, item, group_of_score(score.failure.kind))
        elif given.admits(scores := score.by_name(name)):
            tally.judge(evaluator, item, scores)
        else:
            tally.let_down(evaluator, item, "evaluator")


def aggregates(versions: Iterable[EvaluatorVersion], rows: Iterable[ScoredRow]) -> tuple[Aggregate, ...]:
    """The sums of `rows` for each evaluator."""
    folds = [ScoreFold(version) for version in versions]
    for row in rows:
        for fold in folds:
            fold.add(row)
    return tuple(fold.aggregate() for fold in folds)


__all__ = ["EvaluatorSummary", "Output", "OutputFold", "ScoreFold", "Summary", "aggregates"]
