"""A lane's generated chunks are scored: every evaluator over every output, checkpointed before the deadline."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack

from assay.domain.errors import NotFound
from assay.domain.lane import LaneTurn, LogTurn
from assay.domain.plan import Plan
from assay.domain.retry import Random, RetryRule
from assay.domain.score import ScoredRow
from assay.domain.summary import aggregates
from assay.ports import (
    Answers,
    Clock,
    CodeRunner,
    Datasets,
    Deadline,
    OpenProvider,
    Posted,
    Progress,
    ProviderLimits,
    Resources,
    Runs,
)
from assay.use_cases.callers import Callers, Means
from assay.use_cases.halt import Halt
from assay.use_cases.purse import Purse
from assay.use_cases.remembered import memory_of
from assay.use_cases.retry_budget import RetryBudget
from assay.use_cases.score_outputs.judging import Judging
from assay.use_cases.score_outputs.panel import Panel
from assay.use_cases.score_outputs.posted import PostedScoring
from assay.use_cases.suspects import Suspects


async def score_outputs(
    turn: LaneTurn | LogTurn,
    *,
    runs: Runs,
    datasets: Datasets,
    progress: Progress,
    resources: Resources,
    posted: Posted,
    code_runner: CodeRunner,
    open_provider: OpenProvider,
    limits: ProviderLimits,
    answers: Answers,
    rule: RetryRule,
    clock: Clock,
    random: Random,
    deadline: Deadline,
) -> LaneTurn | LogTurn:
    """Scores a posted log, or the lane's chunks from `turn.position` up to `turn.generated` and says how far it came.

    The verdict `done` means that the lane has no more chunks; `hold` from generating stays, and a judge's provider
    may ask for one too. Raises Superseded when a later attempt took the lane over, Unfinished where a posted log must
    be tried again, and whatever goes wrong in the stores; what is checkpointed by then is kept.
    """
    plan, halt = await asyncio.to_thread(planned, turn, runs), Halt(turn, resources, clock)
    if plan is None or await asyncio.to_thread(halt.is_called):
        return turn if isinstance(turn, LogTurn) else turn.model_copy(update={"status": "done", "hold": 0})
    suspects: Suspects | None = None
    scoring: Scoring | PostedScoring = PostedScoring(turn, plan, datasets=datasets, posted=posted, clock=clock)
    if isinstance(turn, LaneTurn) and plan.generated_by == "server":
        token = await asyncio.to_thread(progress.take_lane, turn.organisation, turn.evaluation_id, turn.lane)
        halt.purse = Purse(turn.organisation, plan, f"score-{turn.lane}-{token}", progress)
        scoring = Scoring(turn, token, plan, runs=runs, datasets=datasets, progress=progress)
        suspects = scoring.suspects
    async with AsyncExitStack() as stack:
        width, paces, budget = bounds(turn, plan)
        memory = memory_of(turn.organisation, plan, answers, stack)
        means = Means(halt.opening(open_provider), limits, rule, clock, random, plan.begun, memory, budget)
        callers = Callers(turn.organisation, width, paces, stack, means)
        panel = Panel(callers, halt=halt, code_runner=code_runner, clock=clock, deadline=deadline, suspects=suspects)
        return await rested(await scoring.work(panel), progress)


def bounds(turn: LaneTurn | LogTurn, plan: Plan) -> tuple[int, Mapping[str, float], RetryBudget]:
    """How many calls may be in flight, how many its providers bore last, and how many may be made again."""
    if isinstance(turn, LogTurn):
        return 1, {}, RetryBudget()
    return plan.widths[turn.lane], turn.paces, RetryBudget(plan.retries(turn.lane) - turn.retries)


async def rested(turn: LaneTurn | LogTurn, progress: Progress) -> LaneTurn | LogTurn:
    """The verdict; a lane that has had all its turns in this pass is done with it, and noted for the next."""
    if isinstance(turn, LogTurn) or not turn.is_to_rest:
        return turn
    await asyncio.to_thread(progress.rest_lane, turn.this, turn.lane)
    return turn.model_copy(update={"status": "done", "hold": 0})


def planned(turn: LaneTurn | LogTurn, runs: Runs) -> Plan | None:
    """The plan; None for a log that was posted before there is one: the pass that makes the plan judges it."""
    try:
        return runs.plan(turn.organisation, turn.evaluation_id)
    except NotFound:
        if isinstance(turn, LaneTurn):
            raise
        return None


class Scoring:
    """Scores chunks for the attempt that holds `token`."""

    def __init__(
        self, turn: LaneTurn, token: int, plan: Plan, *, runs: Runs, datasets: Datasets, progress: Progress
    ) -> None:
        self.turn, self.place = turn, (turn.organisation, turn.evaluation_id)
        self.token, self.plan = token, plan
        self.runs, self.datasets, self.progress = runs, datasets, progress
        self.suspects = Suspects(turn.organisation, turn.evaluation_id, turn.lane, "score", token, progress)
        self.parts = 0

    async def work(self, panel: Panel) -> LaneTurn:
        """Scores chunk after chunk, until the time or what is generated is at an end."""
        chunks = self.plan.lane_chunks(self.turn.lane)
        position = self.turn.position
        await self.suspects.recall()
        while position < self.turn.generated and await self.score(chunks[position], panel):
            position += 1
        await self.suspects.leave()
        is_done = position == len(chunks) or panel.is_halted
        hold = min(panel.callers.hold, self.plan.seconds_to_score(panel.clock.now()))
        return panel.verdict(self.turn, position, is_done=is_done, hold=hold)

    async def score(self, chunk: int, panel: Panel) -> bool:
        """Scores one chunk; False where the time did not suffice, with what there is checkpointed."""
        for round_ in range(len(self.plan.rounds)):
            if not await self.score_round(round_, chunk, panel):
                return False
        return True

    async def score_round(self, round_: int, chunk: int, panel: Panel) -> bool:
        """Scores one chunk by the evaluators of one round, unless that is done."""
        rows = await asyncio.to_thread(self.runs.scores, *self.place, round_, chunk)
        if rows is None:
            judging = await asyncio.to_thread(self.load, round_, chunk)

            def save(judged: Judging, pieces: Sequence[ScoredRow]) -> None:
                self.save_part(round_, chunk, judged, pieces)

            if not await panel.judge(judging, save):
                return False
            rows = judging.rows()
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

    def save_part(self, round_: int, chunk: int, judging: Judging, pieces: Sequence[ScoredRow]) -> None:
        """Checkpoints scores, then the sums so far. Raises Superseded where a later attempt has reported."""
        part = f"{self.token:06d}-{self.parts:06d}"
        self.runs.save_score_part(*self.place, round_, chunk, part, pieces)
        self.parts += 1
        self.report(round_, chunk, judging.rows())

    def report(self, round_: int, chunk: int, rows: Sequence[ScoredRow]) -> None:
        """Keeps the chunk's sums, for live readers."""
        sums = aggregates(self.plan.rounds[round_], rows)
        self.progress.report_scores(*self.place, self.token, round_, chunk, sums)
