"""Waiting for an experiment: looking again and again, until it is there or patience is at an end."""

from collections.abc import Callable
from datetime import timedelta

from assay.domain.evaluation import Evaluation
from assay.ports import Clock, Resources

Pause = Callable[[float], None]
"""Lets so many seconds pass."""

SHORTEST, LONGEST = 0.05, 1.0
"""Seconds between two looks, …"""
SHARE = 0.01
"""… and as a share of the time that has passed: whoever waits for long is not told much later, and asks less often."""


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
        pause(min(between_looks(clock.now() - found.updated_at), left))


def between_looks(since: timedelta) -> float:
    """Seconds until it is worth looking again at what has not changed `since` then."""
    return min(max(since.total_seconds() * SHARE, SHORTEST), LONGEST)
