"""Posted logs are judged by the evaluators that we run: one log at once when it comes, and whatever was missed."""

import asyncio
from collections.abc import Sequence

from assay.domain.errors import Unfinished
from assay.domain.identity import log_id
from assay.domain.lane import LaneTurn, LogTurn
from assay.domain.plan import Plan
from assay.domain.posted import PostedResult, outputs
from assay.domain.score import ScoredRow
from assay.ports import Clock, Datasets, Posted
from assay.use_cases.score_outputs.judging import Judging
from assay.use_cases.score_outputs.panel import Panel


class PostedScoring:
    """Judges the posted logs of an evaluation, those that its evaluators have not judged yet."""

    def __init__(
        self, turn: LaneTurn | LogTurn, plan: Plan, *, datasets: Datasets, posted: Posted, clock: Clock
    ) -> None:
        self.turn = turn
        self.place, self.plan = (turn.organisation, turn.evaluation_id), plan
        self.datasets, self.posted, self.clock = datasets, posted, clock

    async def work(self, panel: Panel) -> LaneTurn | LogTurn:
        """One log, or the lane's next chunks."""
        turn = self.turn
        return await (self.score_log(turn, panel) if isinstance(turn, LogTurn) else self.score_lane(turn, panel))

    async def score_lane(self, turn: LaneTurn, panel: Panel) -> LaneTurn:
        """The lane's next turn, once its chunks are judged as far as the time suffices."""
        chunks = self.plan.lane_chunks(turn.lane)
        position = turn.position
        while position < len(chunks) and await self.score(self.plan.chunk(chunks[position]), panel):
            position += 1
        is_done = position == len(chunks) or panel.is_halted
        return panel.verdict(turn, position, is_done=is_done, hold=panel.callers.hold)

    async def score_log(self, turn: LogTurn, panel: Panel) -> LogTurn:
        """The one log, judged. Raises Unfinished where it must be tried again: Lambda does that, and then the DLQ."""
        if not await self.score(range(turn.ordinal, turn.ordinal + 1), panel) and not panel.is_halted:
            raise Unfinished("The log is not judged by all evaluators yet.")
        return turn

    async def score(self, span: range, panel: Panel) -> bool:
        """Judges the logs of the rows `span`; False where the time did not suffice, with what there is kept."""
        judging, revisions = await asyncio.to_thread(self.load, span)
        if not judging.outputs:
            return True

        def save(_: Judging, pieces: Sequence[ScoredRow]) -> None:
            self.keep(revisions, pieces)

        complete = await panel.judge(judging, save)
        await asyncio.to_thread(save, judging, list(judging.fresh))
        return complete

    def load(self, span: range) -> tuple[Judging, dict[int, int]]:
        """The logs with the scores that they have, and the revision of each."""
        logs = list(self.posted.logs(*self.place, span))
        results = self.posted.results(*self.place, span) if logs else ()
        indices, version = self.plan.datapoints(span), self.plan.dataset
        datapoints = self.datasets.snapshot(self.place[0], version.dataset_id, version.sequence, indices)
        judging = Judging(
            self.plan,
            self.plan.evaluators,
            outputs=outputs(logs),
            datapoints=datapoints,
            first=indices.start,
            scored=[result.row() for result in results],
            reports={log.ordinal: log.log.report for log in logs},
        )
        return judging, {log.ordinal: log.revision for log in logs}

    def keep(self, revisions: dict[int, int], pieces: Sequence[ScoredRow]) -> None:
        """Keeps scores, but none of a log that has been replaced meanwhile."""
        for piece in pieces:
            for score in piece.scores:
                now, log = self.clock.now(), log_id(self.place[1], piece.ordinal)
                judged = revisions[piece.ordinal]
                result = PostedResult(
                    ordinal=piece.ordinal, log_id=log, score=score, judged=judged, created_at=now, updated_at=now
                )
                self.posted.save_judged(*self.place, result)
