"""A run's rows on their way to a comparison, added up as they are read for the summary, so that they are read once."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import NamedTuple

from assay.domain.dataset import Datapoint
from assay.domain.errors import NotFound
from assay.domain.evaluation import Evaluation
from assay.domain.plan import Plan
from assay.domain.rows import BaseRows
from assay.domain.score import AnyOutput, ScoredRow
from assay.domain.score_names import ScoreNames
from assay.domain.spans import Row
from assay.ports import Prices
from assay.use_cases.compare_experiment import Side, Stores, base_of, new_side
from assay.use_cases.outcomes import outcome
from assay.use_cases.run_rows import RunRows


class ReadChunk(NamedTuple):
    """A chunk as it was read: what there is of it in dataset order, and its datapoints, where a side needs them."""

    number: int
    outputs: Sequence[AnyOutput]
    scored: Sequence[ScoredRow]
    datapoints: Mapping[int, Datapoint]


class RunSide:
    """The side of a run's experiment."""

    def __init__(self, run: RunRows, side: Side) -> None:
        self.run, self.side, self.rows, self.last = run, side, 0, list[Row]()

    def datapoints(self, chunk: int) -> Mapping[int, Datapoint]:
        """Those of a chunk that is to be taken in."""
        return self.run.datapoints(self.run.plan.chunk(chunk))

    def add(self, read: ReadChunk) -> None:
        """Takes in a chunk; chunks come in order."""
        if not read.outputs:
            return
        self.rows += len(read.outputs)
        said, scores = {row.ordinal: row for row in read.outputs}, {row.ordinal: row.scores for row in read.scored}
        self.last = list(self.run.joined(self.run.plan.chunk(read.number), said, scores, read.datapoints))
        for row in self.last:
            self.side.add(self.run.trace(row))

    @property
    def names(self) -> ScoreNames:
        """The names of the scores that there are."""
        return self.side.both.names

    @property
    def whole(self) -> Side | None:
        """The side, if every row has an output; what is said of those without one shows only when the run has ended."""
        return self.side if self.rows == self.run.plan.rows else None

    def hand_on(self, rows: BaseRows) -> None:
        """Spares whoever reads the same rows next those of the last chunk: in a small run, all."""
        if self.whole and isinstance(rows, RunRows):
            rows.at_hand = self.last


def run_side(
    organisation: str, evaluation: Evaluation, plan: Plan | None, *, stores: Stores, prices: Prices
) -> RunSide | None:
    """The side of the evaluation's experiment, before any chunk; None where it is deleted, or clients post to it."""
    if plan is None or evaluation.is_posted_to:
        return None
    run = RunRows(organisation, evaluation, plan, datasets=stores.datasets, runs=stores.runs, posted=stores.posted)
    with suppress(NotFound):
        experiment = outcome(organisation, evaluation, resources=stores.resources)
        base = base_of(organisation, experiment, stores=stores)
        return RunSide(run, new_side(organisation, experiment, base, run, stores=stores, prices=prices))
    return None
