"""How far a run is, for whoever waits for it."""

from collections.abc import Mapping

from assay.domain.evaluation import Status
from assay.domain.score import Number
from assay.domain.value import Value


class ScoreSoFar(Value):
    """A score over the rows that have one by now."""

    name: str
    mean: Number | None
    n_scored: int


class RunProgress(Value):
    """How far a run is. `done` counts the rows with an output or an error; `seconds` are those since it began,
    and once it is over those that it took.

    Where a client generates the outputs, rows that are judged count as done; one that `awaits_client` ends when its
    client says so. `cost` is in dollars, of the task's model so far; of all models where a limit is watched over. None
    is not known.
    """

    status: Status
    reason: str | None = None
    is_over: bool
    awaits_client: bool = False
    rows: int
    done: int
    errors_by_kind: Mapping[str, int] = {}
    cost: Number | None = None
    seconds: float
    scores: tuple[ScoreSoFar, ...] = ()
