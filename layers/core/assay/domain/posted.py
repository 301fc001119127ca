"""What clients post to an evaluation: logs of rows, and results; and the exact sums of all results of an evaluator."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Context, Decimal

from assay.domain.evaluation import Aggregate
from assay.domain.log import Log
from assay.domain.messages import Message
from assay.domain.score import AnyOutput, AnyScore, FailedOutput, Failure, Output, Score, ScoredRow, Usage
from assay.domain.value import Value

EXACT = Context(prec=2500)
"""Digits enough for the exact sum of any floats: they reach from 1e308 down to 2**-1074."""


class PostedLog(Value):
    """The log of row `ordinal`, as a client reports it. `revision` grows with each log that says something else."""

    ordinal: int
    datapoint_id: str
    revision: int = 0
    log: Log

    def says_what(self, other: "PostedLog") -> bool:
        """Whether both logs report the same, by the same config."""
        return (self.log.config_id, self.log.report) == (other.log.config_id, other.log.report)

    def after(self, earlier: "PostedLog | None") -> "PostedLog":
        """The log in place of an earlier one: the next revision, made when the first was."""
        if earlier is None:
            return self.model_copy(update={"revision": 1})
        log = self.log.model_copy(update={"created_at": earlier.log.created_at})
        return self.model_copy(update={"revision": earlier.revision + 1, "log": log})

    def output(self) -> AnyOutput:
        """The log as evaluators and summaries see it; one that reports an error is a row without output."""
        report, place = self.log.report, {"ordinal": self.ordinal, "datapoint_id": self.datapoint_id}
        shared = {**place, "latency": report.duration or 0, "created_at": self.log.created_at}
        if report.error is not None:
            return FailedOutput(**shared, failure=Failure(kind="reported", message=report.error))
        return Output(
            **shared,
            text=report.output or "",
            message=report.output_message or Message(role="assistant", content=report.output or ""),
            usage=Usage(prompt_tokens=report.prompt_tokens, output_tokens=report.output_tokens),
        )


class PostedResult(Value):
    """One evaluator's score of row `ordinal`, on the log `log_id`.

    `judged` is the revision of the posted log that we judged ourselves; 0 where the client did it.
    """

    ordinal: int
    log_id: str
    score: AnyScore
    judged: int = 0
    created_at: datetime
    updated_at: datetime

    def row(self) -> ScoredRow:
        """The result as one piece of its row."""
        return ScoredRow(ordinal=self.ordinal, scores=(self.score,))


class Sums(Value):
    """Sums of scores, exact whatever their order: taking a score away again leaves what was there before it."""

    n_scored: int = 0
    n_skipped: int = 0
    n_errors: int = 0
    total: Decimal = Decimal(0)

    def with_score(self, score: AnyScore, times: int = 1) -> "Sums":
        """The sums with the score added `times` times: 1 or -1."""
        if not isinstance(score, Score):
            return self.model_copy(update={"n_errors": self.n_errors + times})
        if not isinstance(score.value, bool | int | float):
            return self.model_copy(update={"n_skipped": self.n_skipped + times})
        change = EXACT.multiply(Decimal(float(score.value)), times)
        return self.model_copy(update={"n_scored": self.n_scored + times, "total": EXACT.add(self.total, change)})

    def replacing(self, before: AnyScore | None, after: AnyScore | None) -> "Sums":
        """The sums once one score has taken another's place; None where there is none."""
        sums = self.with_score(before, -1) if before else self
        return sums.with_score(after) if after else sums

    def aggregate(self, evaluator: str) -> Aggregate:
        """The sums as readers want them; the total is rounded once, as math.fsum does."""
        counts = self.model_dump(exclude={"total"})
        return Aggregate(evaluator=evaluator, total=float(self.total), **counts)


def outputs(logs: Iterable[PostedLog]) -> list[AnyOutput]:
    """The logs as outputs."""
    return [log.output() for log in logs]
