"""What went wrong, as statistics tell errors apart (quality contract §1)."""

from typing import Final

from assay.domain.statistics.items import ErrorGroup

LATE = frozenset({"timeout", "lost"})
"""What did not come in time, or killed whoever worked on it."""
NOT_RUN: Final = "not_run"
OF_PROVIDERS = frozenset({"provider", "refused", "denied"})


def group_of_row(kind: str | None) -> ErrorGroup:
    """Why a row has no output: whoever was to provide it did not, or not in time, or was never asked."""
    if kind == NOT_RUN:
        return NOT_RUN
    return "timeout" if kind in LATE else "provider"


def group_of_score(kind: str | None) -> ErrorGroup:
    """Why an evaluator gave no score."""
    if kind in LATE:
        return "timeout"
    if kind in OF_PROVIDERS:
        return "provider"
    return "parse" if kind == "parse" else "evaluator"
