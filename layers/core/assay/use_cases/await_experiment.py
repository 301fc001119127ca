"""Waiting for an experiment: looking again and again, until it is there or patience is at an end."""

from collections.abc import Callable

from assay.domain.evaluation import Evaluation
from assay.ports import Clock, Resources

Pause = Callable[[float], None]
"""Lets so many seconds pass."""

PAUSE = 0.1
"""Seconds between two looks: they cost a fifth of what the function does that waits."""


def await_evaluation(
    organisation: str, evaluation_id: str, seconds: float, *, resources: Resources, clock: Clock, pause: Pause
) -> Evaluation:
    """The evaluation as it is when it is over and summed up, or after `seconds`. Raises NotFound."""
    until = clock.monotonic() + seconds
    while True:
        found = resources.get(organisation, Evaluation, evaluation_id)
        left = until - clock.monotonic()
        if found.is_at_rest or left <= 0:
            return found
        pause(min(PAUSE, left))
