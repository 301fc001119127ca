"""Scores that only have to be computed: made where the outputs are, as soon as these are saved."""

from collections.abc import Iterable, Sequence

from assay.domain.dataset import Datapoint
from assay.domain.evaluators.evaluator import EvaluatorVersion
from assay.domain.lane import LaneTurn
from assay.domain.plan import Plan
from assay.domain.score import AnyOutput, ScoredRow
from assay.domain.summary import aggregates
from assay.ports import Clock, Progress, Runs
from assay.use_cases.score_outputs.by_name import judge_in_place, only_computes
from assay.use_cases.score_outputs.judging import Judging

LONGEST = 0.5
"""Seconds for a chunk's scores: calls are in flight meanwhile, and what takes longer is for the state after this."""


class Scores:
    """The scores of a chunk's rows by round, as far as they are made, and the seconds that are left for the others."""

    def __init__(self, rounds: Iterable[int]) -> None:
        self.rows: dict[int, dict[int, ScoredRow]] = {round_: {} for round_ in rounds}
        self.seconds = LONGEST


class InPlace:
    """Scores outputs that the attempt that holds `token` has written. `chunks` need no more scores."""

    def __init__(self, turn: LaneTurn, token: int, plan: Plan, *, runs: Runs, progress: Progress, clock: Clock) -> None:
        self.place, self.token, self.plan = (turn.organisation, turn.evaluation_id), token, plan
        self.runs, self.progress, self.clock = runs, progress, clock
        self.rounds = {n: versions for n, versions in enumerate(plan.rounds) if all(map(only_computes, versions))}
        self.scores: dict[int, Scores] = {}
        self.chunks: set[int] = set()

    def score(self, chunk: int, outputs: Sequence[AnyOutput], datapoints: Sequence[Datapoint]) -> None:
        """Makes the scores of some rows of a chunk, of each round whose evaluators only compute, while there is time.

        So little is left to do when the chunk is complete.
        """
        scores = self.scores.setdefault(chunk, Scores(self.rounds))
        begun = self.clock.monotonic()
        for round_, versions in self.rounds.items():
            rows = scores.rows[round_]
            new = [output for output in outputs if output.ordinal not in rows]
            judging = self.judging(chunk, versions, new, datapoints)
            for version in versions:
                judge_in_place(judging, version, lambda: self.clock.monotonic() < begun + scores.seconds)
            if judging.complete:
                rows.update((row.ordinal, row) for row in judging.rows())
        scores.seconds -= self.clock.monotonic() - begun

    def judging(
        self,
        chunk: int,
        versions: Sequence[EvaluatorVersion],
        outputs: Sequence[AnyOutput],
        datapoints: Sequence[Datapoint],
    ) -> Judging:
        """Rows of a chunk that the evaluators of a round are to judge."""
        first = self.plan.datapoints(self.plan.chunk(chunk)).start
        return Judging(self.plan, versions, outputs=outputs, datapoints=datapoints, first=first)

    def finish(self, chunk: int, outputs: Sequence[AnyOutput], datapoints: Sequence[Datapoint]) -> None:
        """Makes what scores are left of a complete chunk, and keeps those of each round that has all."""
        self.score(chunk, outputs, datapoints)
        scores = self.scores.pop(chunk)
        complete = [round_ for round_, rows in scores.rows.items() if len(rows) == len(outputs)]
        for round_ in complete:
            self.keep(round_, chunk, [scores.rows[round_][output.ordinal] for output in outputs])
        if len(complete) == len(self.plan.rounds):
            self.chunks.add(chunk)

    def keep(self, round_: int, chunk: int, rows: Sequence[ScoredRow]) -> None:
        """Writes the scores of a round, and their sums."""
        self.runs.save_scores(*self.place, round_, chunk, rows)
        sums = aggregates(self.rounds[round_], rows)
        self.progress.report_scores(*self.place, self.token, round_, chunk, sums)
