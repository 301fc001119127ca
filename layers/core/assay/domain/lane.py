"""A lane's turn: the state that travels between the state machine and its workers. Pointers and counts only."""

import math
from collections.abc import Mapping
from typing import Literal

from pydantic import TypeAdapter

from assay.domain.value import Value

NO_PACES: Mapping[str, float] = {}

LaneStatus = Literal["more", "hold", "done", "failed"]


class LaneTurn(Value):
    """Where a lane stands. The state machine hands it to a worker, which hands back the next.

    `position` counts the lane's chunks that are generated and scored, `generated` those that are generated.
    `status` is the verdict: go on, go on after `hold` seconds, finished, or failed for good because of `cause`.
    `paces` are the calls in flight that each overrun provider bore last.
    """

    organisation: str
    evaluation_id: str
    lane: int
    position: int = 0
    generated: int = 0
    status: LaneStatus = "more"
    hold: int = 0
    cause: str | None = None
    paces: Mapping[str, float] = {}


class LogTurn(Value):
    """One posted log to be judged: row `ordinal` of an evaluation."""

    organisation: str
    evaluation_id: str
    ordinal: int


class LaneProgress(Value):
    """How far one chunk is, in absolute counts: writing it twice says nothing twice."""

    chunk: int
    rows: int
    errors: int = 0
    complete: bool = False


TURNS: TypeAdapter[LaneTurn | LogTurn] = TypeAdapter(LaneTurn | LogTurn)


def parse_turn(event: object) -> LaneTurn | LogTurn:
    """What a worker that scores is asked to do: a lane's next chunks, or one posted log."""
    return TURNS.validate_python(event)


def verdict(
    turn: LaneTurn, position: int, *, is_done: bool, hold: float, paces: Mapping[str, float] = NO_PACES
) -> LaneTurn:
    """How far the lane is, and how long it must wait to go on: as long as whoever wants it longest."""
    if is_done:
        return turn.model_copy(update={"position": position, "status": "done"})
    hold = max(math.ceil(hold), turn.hold if turn.status == "hold" else 0)
    status = "hold" if hold else turn.status
    return turn.model_copy(
        update={"position": position, "status": status, "hold": hold, "paces": {**turn.paces, **paces}}
    )
