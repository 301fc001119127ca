"""A lane's generated chunks are scored: every evaluator over every output, checkpointed before the deadline."""

import asyncio

from assay.domain.experiment import aggregates
from assay.domain.lane import LaneTurn
from assay.domain.plan import Plan
from assay.domain.score import ScoredRow
from assay.ports import CodeRunner, Datasets, Deadline, Progress, Runs
from assay.use_cases.score_outputs.judging import Judging

RESERVE = 90.0
"""Seconds before the deadline at which no new batch is begun: one batch takes up to a minute in the sandbox."""


async def score_outputs(
    turn: LaneTurn,
    *,
    runs: Runs,
    datasets: Datasets,
    progress: Progress,
    code_runner: CodeRunner,
    deadline: Deadline,
) -> LaneTurn:
    """Scores the lane's chunks from `turn.position` up to `turn.generated` and says how far it came.

    The verdict `done` means that the lane has no more chunks; `hold` from generating stays. Raises Superseded when a
    later attempt took the lane over, and whatever goes wrong in the stores; complete chunks are kept.
    """
    plan = await asyncio.to_thread(runs.plan, turn.organisation, turn.evaluation_id)
    token = await asyncio.to_thread(progress.take_lane, turn.organisation, turn.evaluation_id, turn.lane)
    scoring = Scoring(turn, token, plan, runs=runs, datasets=datasets, progress=progress, code_runner=code_runner)
    chunks = plan.lane_chunks(turn.lane)
    position = turn.position
    while position < turn.generated and await scoring.score(chunks[position], deadline):
        position += 1
    status = "done" if position == len(chunks) else turn.status
    return turn.model_copy(update={"position": position, "status": status})


class Scoring:
    """Scores chunks for the attempt that holds `token`."""

    def __init__(
        self,
        turn: LaneTurn,
        token: int,
        plan: Plan,
        *,
        runs: Runs,
        datasets: Datasets,
        progress: Progress,
        code_runner: CodeRunner,
    ) -> None:
        self.place = (turn.organisation, turn.evaluation_id)
        self.token, self.plan = token, plan
        self.runs, self.datasets, self.progress, self.code_runner = runs, datasets, progress, code_runner

    async def score(self, chunk: int, deadline: Deadline) -> bool:
        """Scores one chunk; False where the time did not suffice, with what there is checkpointed."""
        for round_ in range(len(self.plan.rounds)):
            if not await self.score_round(round_, chunk, deadline):
                return False
        return True

    async def score_round(self, round_: int, chunk: int, deadline: Deadline) -> bool:
        """Scores one chunk by the evaluators of one round, unless that is done."""
        rows = await asyncio.to_thread(self.runs.scores, *self.place, round_, chunk)
        if rows is None:
            judging = await asyncio.to_thread(self.load, round_, chunk)
            complete = await judging.work(self.code_runner, deadline, RESERVE)
            rows = judging.rows()
            if not complete:
                part = f"{self.token:06d}"
                await asyncio.to_thread(self.runs.save_score_part, *self.place, round_, chunk, part, rows)
                return False
            await asyncio.to_thread(self.runs.save_scores, *self.place, round_, chunk, rows)
        await asyncio.to_thread(self.report, round_, chunk, rows)
        return True

    def load(self, round_: int, chunk: int) -> Judging:
        """The chunk's outputs and datapoints, with the scores that earlier attempts left."""
        ordinals = self.plan.chunk(chunk)
        span = self.plan.datapoints(ordinals)
        version = self.plan.dataset
        return Judging(
            self.plan,
            self.plan.rounds[round_],
            outputs=self.runs.outputs(*self.place, chunk) or [],
            datapoints=self.datasets.snapshot(self.place[0], version.dataset_id, version.sequence, span),
            first=span.start,
            scored=self.runs.score_parts(*self.place, round_, chunk),
        )

    def report(self, round_: int, chunk: int, rows: list[ScoredRow]) -> None:
        """Keeps the chunk's sums, for live readers."""
        sums = aggregates(self.plan.rounds[round_], rows)
        self.progress.report_scores(*self.place, self.token, round_, chunk, sums)
