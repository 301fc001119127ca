"""A lane's turn: the state that travels between the state machine and its workers. Pointers and counts only."""

from typing import Literal

from assay.domain.value import Value

LaneStatus = Literal["more", "hold", "done", "failed"]


class LaneTurn(Value):
    """Where a lane stands. The state machine hands it to a worker, which hands back the next.

    `position` counts the lane's chunks that are generated and scored, `generated` those that are generated.
    `status` is the verdict: go on, go on after `hold` seconds, finished, or failed for good because of `cause`.
    """

    organisation: str
    evaluation_id: str
    lane: int
    position: int = 0
    generated: int = 0
    status: LaneStatus = "more"
    hold: int = 0
    cause: str | None = None


class LaneProgress(Value):
    """How far one chunk is, in absolute counts: writing it twice says nothing twice."""

    chunk: int
    rows: int
    errors: int = 0
    complete: bool = False
