"""A run's rows on their way to a comparison, added up as they are read for the summary, so that they are read once."""

from collections.abc import Sequence
from contextlib import suppress

from assay.domain.errors import NotFound
from assay.domain.evaluation import Evaluation
from assay.domain.plan import Plan
from assay.domain.score import AnyOutput, ScoredRow
from assay.domain.score_names import ScoreNames
from assay.ports import Prices
from assay.use_cases.compare_experiment import Side, Stores, new_side
from assay.use_cases.outcomes import outcome
from assay.use_cases.run_rows import RunRows


class RunSide:
    """The side of a run's experiment."""

    def __init__(self, run: RunRows, side: Side) -> None:
        self.run, self.side, self.rows = run, side, 0

    def add(self, chunk: int, outputs: Sequence[AnyOutput], scored: Sequence[ScoredRow]) -> None:
        """Takes in a chunk; chunks come in order."""
        if not outputs:
            return
        self.rows += len(outputs)
        said, scores = {row.ordinal: row for row in outputs}, {row.ordinal: row.scores for row in scored}
        for row in self.run.joined(self.run.plan.chunk(chunk), said, scores):
            self.side.add(self.run.trace(row))

    @property
    def names(self) -> ScoreNames:
        """The names of the scores that there are."""
        return self.side.both.names

    @property
    def whole(self) -> Side | None:
        """The side, if every row has an output; what is said of those without one shows only when the run has ended."""
        return self.side if self.rows == self.run.plan.rows else None


def run_side(
    organisation: str, evaluation: Evaluation, plan: Plan | None, *, stores: Stores, prices: Prices
) -> RunSide | None:
    """The side of the evaluation's experiment, before any chunk; None where it is deleted, or clients post to it."""
    if plan is None or evaluation.is_posted_to:
        return None
    run = RunRows(organisation, evaluation, plan, datasets=stores.datasets, runs=stores.runs, posted=stores.posted)
    with suppress(NotFound):
        experiment = outcome(organisation, evaluation, resources=stores.resources)
        return RunSide(run, new_side(organisation, experiment, run, stores=stores, prices=prices))
    return None
