"""What went wrong in an experiment's rows, alike things counted together."""

from collections import Counter
from typing import NamedTuple

from assay.domain.value import Value

MOST_LINES, LONGEST = 20, 500
"""Lines that are shown, the most frequent first, and characters of each one's message."""


class Fault(NamedTuple):
    """One row's: `evaluator` is who gave no score, None where the task gave no output."""

    evaluator: str | None
    kind: str
    message: str


class FaultLine(Value):
    """So many rows have no output, or no score of the `evaluator`, for a reason of that kind; the first says why."""

    evaluator: str | None
    kind: str
    rows: int
    message: str


class Faults:
    """Faults, counted by who is at fault and by their kind."""

    def __init__(self) -> None:
        self.rows: Counter[tuple[str | None, str]] = Counter()
        self.first: dict[tuple[str | None, str], str] = {}

    def add(self, fault: Fault) -> None:
        """Takes in one."""
        key = (fault.evaluator, fault.kind)
        self.rows[key] += 1
        self.first.setdefault(key, fault.message[:LONGEST])

    def lines(self) -> tuple[FaultLine, ...]:
        """The most frequent."""
        return tuple(
            FaultLine(evaluator=evaluator, kind=kind, rows=rows, message=self.first[evaluator, kind])
            for (evaluator, kind), rows in self.rows.most_common(MOST_LINES)
        )
