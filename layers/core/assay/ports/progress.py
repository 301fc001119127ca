"""How far an evaluation is, and what clients post to it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from assay.domain.allowance import Account
    from assay.domain.evaluation import Aggregate, Pass
    from assay.domain.failure import LaneFailed
    from assay.domain.lane import InFlight, LaneProgress, Stage
    from assay.domain.posted import PostedLog, PostedResult


class Progress(Protocol):
    """How far an evaluation is. Counts are absolute, so a replay cannot count twice."""

    def take_lane(self, organisation: str, evaluation_id: str, lane: int) -> int:
        """A fencing token for this attempt at the lane, higher than all before it."""

    def note(self, organisation: str, evaluation_id: str, lane: int, stage: Stage, token: int, rows: InFlight) -> None:
        """Keeps which rows are in flight in a lane. Raises Superseded where a later token has noted any."""

    def noted(self, organisation: str, evaluation_id: str, lane: int, stage: Stage) -> InFlight:
        """The rows that were noted last: by a worker that died, unless there are none."""

    def report(self, organisation: str, evaluation_id: str, token: int, progress: LaneProgress) -> None:
        """Keeps the counts of a generated chunk. Raises Superseded where a later token has reported on it."""

    def report_scores(
        self,
        organisation: str,
        evaluation_id: str,
        token: int,
        round_: int,
        chunk: int,
        aggregates: Sequence[Aggregate],
    ) -> None:
        """Keeps the sums of a round over a scored chunk. Raises Superseded as `report` does."""

    def report_spent(self, organisation: str, evaluation_id: str, attempt: str, account: Account) -> None:
        """Keeps what an attempt at a lane has spent on models so far."""

    def spent(self, organisation: str, evaluation_id: str) -> Account:
        """What all attempts have spent."""

    def fail_lane(self, failure: LaneFailed) -> None:
        """Keeps why a lane ended for good."""

    def lane_failures(self, this: Pass) -> list[LaneFailed]:
        """The lanes that ended for good in a pass."""

    def rest_lane(self, this: Pass, lane: int) -> None:
        """Keeps that a lane is to be gone on with in another pass."""

    def resting_lanes(self, this: Pass) -> list[int]:
        """The lanes of a pass that are to be gone on with."""

    def chunks(self, organisation: str, evaluation_id: str) -> list[LaneProgress]:
        """The counts of every chunk that has any."""

    def aggregates(self, organisation: str, evaluation_id: str) -> list[Aggregate]:
        """The sums over all scored chunks, one for each evaluator that has any."""


class Posted(Protocol):
    """Logs and results that clients post to an evaluation, and our own results on such logs; with exact sums."""

    def save_log(self, organisation: str, evaluation_id: str, log: PostedLog) -> PostedLog:
        """Keeps the log in place of its row's earlier one, whose results by us go with it; the same again is nothing.

        Raises IllegalTransition unless the evaluation is running at that very moment, Conflict after many races.
        """

    def save_result(self, organisation: str, evaluation_id: str, result: PostedResult) -> PostedResult:
        """Keeps a client's result in place of an earlier one by the same evaluator. Raises as `save_log` does."""

    def save_judged(self, organisation: str, evaluation_id: str, result: PostedResult) -> bool:
        """Keeps our result on a posted log, once; False where a later log has come, or the evaluation was cut off."""

    def logs(self, organisation: str, evaluation_id: str, span: range) -> Iterator[PostedLog]:
        """The logs of the rows with the ordinals `span`, in their order, read as they are asked for."""

    def results(self, organisation: str, evaluation_id: str, span: range) -> Iterator[PostedResult]:
        """The results of those rows, in their order, read as they are asked for."""

    def aggregates(self, organisation: str, evaluation_id: str) -> list[Aggregate]:
        """The sums of all results, one for each evaluator that has any."""
