"""A lane's turn: the state that travels between the state machine and its workers. Pointers and counts only."""

import math
from collections.abc import Mapping
from typing import Literal

from pydantic import TypeAdapter

from assay.domain.evaluation import Pass
from assay.domain.price import Spent
from assay.domain.value import Value

TURNS_OF_A_PASS = 1350
"""A lane's turns in one pass: with EVENTS_A_TURN each and room for retries a child execution stays under its limit."""
EVENTS_A_TURN = 16
"""State entered, scheduled, started, succeeded, exited of two tasks; entered and exited of two choices and the wait."""
STALLS = 60
"""After so many turns in which no row got anything a lane is given up: whatever holds it does not pass."""

Stage = Literal["generate", "score"]
"""What a worker does with a lane: rows, or the questions about them, are noted for each by itself."""
LaneStatus = Literal["more", "hold", "done", "failed"]


class LaneTurn(Value):
    """Where a lane stands. The state machine hands it to a worker, which hands back the next.

    `position` counts the lane's chunks that are generated and scored, `generated` those that are generated.
    `status` is the verdict: go on, go on after `hold` seconds, finished, or failed for good because of `cause`.
    `paces` are the calls in flight that each overrun provider bore last. `turns` counts the lane's turns in this pass,
    `stalls` the last ones in which no row got anything; `has_moved` is whether one has in the present turn. `retries`
    are the calls that were made again in this pass.
    """

    organisation: str
    evaluation_id: str
    pass_number: int = 1
    lane: int
    position: int = 0
    generated: int = 0
    status: LaneStatus = "more"
    hold: int = 0
    cause: str | None = None
    paces: Mapping[str, float] = {}
    turns: int = 0
    stalls: int = 0
    has_moved: bool = False
    retries: int = 0

    @property
    def this(self) -> Pass:
        """The pass in which the lane is worked."""
        return Pass(organisation=self.organisation, evaluation_id=self.evaluation_id, number=self.pass_number)

    @property
    def is_to_rest(self) -> bool:
        """Whether the lane is to be gone on with in another pass."""
        return self.status in {"more", "hold"} and self.turns >= TURNS_OF_A_PASS


class LogTurn(Value):
    """One posted log to be judged: row `ordinal` of an evaluation."""

    organisation: str
    evaluation_id: str
    ordinal: int


class LaneProgress(Value):
    """How far one chunk is, in absolute counts: writing it twice says nothing twice."""

    chunk: int
    rows: int
    errors_by_kind: Mapping[str, int] = {}
    spent: Spent = Spent()
    complete: bool = False


class InFlight(Value):
    """The rows of a lane that a worker may be calling for: should it die, one of them may be why.

    `deaths` are those of earlier workers, for each row that they had noted and that has no output still.
    """

    rows: tuple[int, ...] = ()
    deaths: Mapping[int, int] = {}

    def after_death(self) -> dict[int, int]:
        """How many workers have died on each row, now that the one that noted this is dead."""
        return {**self.deaths, **{row: self.deaths.get(row, 0) + 1 for row in self.rows}}


TURNS: TypeAdapter[LaneTurn | LogTurn] = TypeAdapter(LaneTurn | LogTurn)


def parse_turn(event: object) -> LaneTurn | LogTurn:
    """What a worker that scores is asked to do: a lane's next chunks, or one posted log."""
    return TURNS.validate_python(event)


def verdict(
    turn: LaneTurn, position: int, *, is_done: bool, hold: float, paces: Mapping[str, float], has_moved: bool
) -> LaneTurn:
    """How far the lane is, and how long it must wait to go on: as long as whoever wants it longest."""
    moved = turn.has_moved or has_moved or position > turn.position
    stalls = 0 if moved else turn.stalls + 1
    now = turn.model_copy(update={"position": position, "paces": {**turn.paces, **paces}, "stalls": stalls})
    if is_done:
        return now.model_copy(update={"status": "done"})
    if stalls >= STALLS:
        return now.model_copy(update={"status": "failed", "cause": f"In {STALLS} turns no row got anything."})
    hold = max(math.ceil(hold), turn.hold if turn.status == "hold" else 0)
    return now.model_copy(update={"status": "hold" if hold else turn.status, "hold": hold})
