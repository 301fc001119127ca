"""Waiting for an experiment: looking again and again, ever more rarely, until it is there or patience is at an end."""

from collections.abc import Callable

from assay.domain.evaluation import Evaluation
from assay.ports import Clock, Resources

Pause = Callable[[float], None]
"""Lets so many seconds pass."""

FIRST_PAUSE, LONGEST_PAUSE, GROWTH = 0.2, 2.0, 1.5


def await_evaluation(
    organisation: str, evaluation_id: str, seconds: float, *, resources: Resources, clock: Clock, pause: Pause
) -> Evaluation:
    """The evaluation as it is when it is over, or after `seconds`. Raises NotFound."""
    until, rest = clock.monotonic() + seconds, FIRST_PAUSE
    while True:
        found = resources.get(organisation, Evaluation, evaluation_id)
        left = until - clock.monotonic()
        if found.is_over or left <= 0:
            return found
        pause(min(rest, left))
        rest = min(rest * GROWTH, LONGEST_PAUSE)
