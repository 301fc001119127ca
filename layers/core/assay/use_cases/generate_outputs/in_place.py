"""Scores that only have to be computed: made where the outputs are, as soon as a chunk of them is complete."""

from collections.abc import Sequence

from assay.domain.dataset import Datapoint
from assay.domain.lane import LaneTurn
from assay.domain.plan import Plan
from assay.domain.score import AnyOutput
from assay.domain.summary import aggregates
from assay.ports import Clock, Progress, Runs
from assay.use_cases.score_outputs.by_name import judge_in_place, only_computes
from assay.use_cases.score_outputs.judging import Judging

LONGEST = 0.5
"""Seconds for a chunk's scores: calls are in flight meanwhile, and what takes longer is for the state after this."""


class InPlace:
    """Scores chunks whose outputs the attempt that holds `token` has written. `chunks` need no more scores."""

    def __init__(self, turn: LaneTurn, token: int, plan: Plan, *, runs: Runs, progress: Progress, clock: Clock) -> None:
        self.place, self.token, self.plan = (turn.organisation, turn.evaluation_id), token, plan
        self.runs, self.progress, self.clock = runs, progress, clock
        self.chunks: set[int] = set()

    def score(self, chunk: int, outputs: Sequence[AnyOutput], datapoints: Sequence[Datapoint]) -> None:
        """Makes and keeps the scores of each round whose evaluators only compute."""
        first = self.plan.datapoints(self.plan.chunk(chunk)).start
        rounds = [
            self.keep(round_, chunk, Judging(self.plan, versions, outputs=outputs, datapoints=datapoints, first=first))
            for round_, versions in enumerate(self.plan.rounds)
            if all(map(only_computes, versions))
        ]
        if len(rounds) == len(self.plan.rounds) and all(rounds):
            self.chunks.add(chunk)

    def keep(self, round_: int, chunk: int, judging: Judging) -> bool:
        """Makes the scores of one round, and keeps them if there was time for all."""
        end = self.clock.monotonic() + LONGEST
        for version in judging.evaluators:
            judge_in_place(judging, version, lambda: self.clock.monotonic() < end)
        if judging.complete:
            rows = judging.rows()
            self.runs.save_scores(*self.place, round_, chunk, rows)
            sums = aggregates(judging.evaluators, rows)
            self.progress.report_scores(*self.place, self.token, round_, chunk, sums)
        return judging.complete
