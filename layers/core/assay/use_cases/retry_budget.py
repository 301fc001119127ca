"""What may be called for again: a provider that is down must not be asked eight times for each of a million rows."""

import math


class RetryBudget:
    """So many calls may still be made again, whichever they are; `spent` are those that were."""

    def __init__(self, left: float = math.inf) -> None:
        self.left, self.spent = left, 0

    def take(self) -> bool:
        """Whether one more call may be made again; it is counted."""
        may = self.spent < self.left
        self.spent += may
        return may
