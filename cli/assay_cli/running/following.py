"""An experiment that is run, looked at until it is over."""

import time
from collections.abc import Callable
from typing import Any, NamedTuple

from assay.client import PASSING, CallFailed, Client, Refused

FIRST_PAUSE, LONGEST_PAUSE, GROWTH = 0.2, 2.0, 1.3
PATIENCE = 60.0
"""Seconds for which the API may fail to answer before we say so."""
OVER = frozenset({"completed", "cancelled", "failed"})
BROKEN = 500


class Standing(NamedTuple):
    """How far a run is, as far as it is known."""

    done: int
    errors: int
    rows: int


Told = Callable[[Standing], None]


def follow(client: Client, experiment_id: str, told: Told) -> dict[str, Any]:
    """The experiment's summary once it is over. Raises CallFailed where the API is gone for longer than PATIENCE."""
    pause, answered = FIRST_PAUSE, time.monotonic()
    while True:
        try:
            found: dict[str, Any] = client.summary(experiment_id)
            answered = time.monotonic()
        except CallFailed as error:
            if lasts(error) or time.monotonic() - answered > PATIENCE:
                raise
            found = {}
        if found.get("status") in OVER:
            return found
        if standing := standing_of(found):
            told(standing)
        time.sleep(pause)
        pause = min(pause * GROWTH, LONGEST_PAUSE)


def lasts(error: CallFailed) -> bool:
    """Whether asking again would get the same."""
    return isinstance(error, Refused) and error.status < BROKEN and error.status not in PASSING


def standing_of(summary: dict[str, Any]) -> Standing | None:
    """How far the run is; None where it is not said."""
    progress = summary.get("progress")
    if not progress:
        return None
    errors = sum(int(count) for count in progress["errors_by_kind"].values())
    return Standing(int(progress["done"]), errors, int(progress["rows"]))
