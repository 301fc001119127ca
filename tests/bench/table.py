"""What a bench has to say: a figure beside its budget."""

from collections.abc import Iterable
from typing import NamedTuple

from rich.console import Console
from rich.table import Table


class Line(NamedTuple):
    """One figure. `budget` is the most that it may be, or the least where `least` is said; None where it only informs."""

    name: str
    measured: float
    budget: float | None = None
    unit: str = ""
    least: bool = False
    note: str = ""

    @property
    def passes(self) -> bool | None:
        """Whether the budget is kept; None where there is none."""
        if self.budget is None:
            return None
        return self.measured >= self.budget if self.least else self.measured <= self.budget


VERDICTS = {True: "pass", False: "FAIL", None: ""}


def show(lines: Iterable[Line], console: Console) -> None:
    """Prints the table."""
    table = Table("bench", "measured", "budget", "", "note")
    for line in lines:
        budget = "" if line.budget is None else f"{'≥' if line.least else '≤'} {line.budget:g} {line.unit}"
        table.add_row(line.name, f"{line.measured:.3g} {line.unit}", budget, VERDICTS[line.passes], line.note)
    console.print(table)
