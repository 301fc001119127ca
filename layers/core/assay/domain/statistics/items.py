"""One evaluator's scores, reduced to a mean for each datapoint."""

from array import array
from collections import Counter
from collections.abc import Iterator
from typing import Literal

ErrorGroup = Literal["provider", "timeout", "evaluator", "parse"]


class ItemScores:
    """What one evaluator said of `items` datapoints in all their trials: a few bytes for each, whatever the trials."""

    def __init__(self, items: int) -> None:
        self.totals = array("d", bytes(8 * items))
        self.scored = array("L", bytes(array("L").itemsize * items))
        self.failed = array("L", bytes(array("L").itemsize * items))
        self.skipped = 0
        self.errors: Counter[ErrorGroup] = Counter()

    def __len__(self) -> int:
        return len(self.totals)

    def score(self, item: int, value: float) -> None:
        """Takes in the score of one trial; it must be finite."""
        self.totals[item] += value
        self.scored[item] += 1

    def skip(self) -> None:
        """Takes in a trial to which the evaluator does not apply."""
        self.skipped += 1

    def fail(self, item: int, group: ErrorGroup) -> None:
        """Takes in a trial that has no score because something went wrong."""
        self.failed[item] += 1
        self.errors[group] += 1

    def means(self) -> dict[int, float]:
        """The mean over its trials of each datapoint that has a score."""
        return {item: self.totals[item] / count for item, count in enumerate(self.scored) if count}

    def filled(self, missing: float) -> Iterator[float]:
        """Item means with `missing` for each trial that failed; datapoints to which nothing applies are left out."""
        for total, scored, failed in zip(self.totals, self.scored, self.failed, strict=True):
            if scored or failed:
                yield (total + failed * missing) / (scored + failed)
