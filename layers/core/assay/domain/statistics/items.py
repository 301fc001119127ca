"""One evaluator's scores, reduced to a mean for each datapoint."""

import math
from array import array
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Literal

ErrorGroup = Literal["provider", "timeout", "evaluator", "parse", "not_run"]
"""Why a trial has no score. One that is `not_run` went wrong nowhere: the run ended before its turn came."""


class Counts:
    """A number for each datapoint, 0 to begin with."""

    def __init__(self, items: int = 0) -> None:
        self.numbers = array("I", bytes(array("I").itemsize * items))

    def __len__(self) -> int:
        return len(self.numbers)

    def __getitem__(self, item: int) -> int:
        return self.numbers[item] if item < len(self.numbers) else 0

    def add(self, item: int, number: int = 1) -> None:
        """Counts so many more of a datapoint."""
        if item >= len(self.numbers):
            self.numbers.extend(bytes(item + 1 - len(self.numbers)))
        self.numbers[item] += number


class ItemScores:
    """What one evaluator said of `items` datapoints in all their trials: a few bytes for each, whatever the trials."""

    def __init__(self, items: int = 0) -> None:
        self.totals = array("d", bytes(8 * items))
        self.scored, self.failed = Counts(items), Counts(items)
        self.skipped = 0
        self.errors: Counter[ErrorGroup] = Counter()
        self.least, self.most = math.inf, -math.inf

    def __len__(self) -> int:
        return len(self.totals)

    def grow(self, items: int) -> None:
        """There are at least so many datapoints."""
        self.totals.extend([0.0] * (items - len(self.totals)))

    def score(self, item: int, value: float) -> None:
        """Takes in the score of one trial; it must be finite."""
        if item >= len(self.totals):
            self.grow(item + 1)
        self.totals[item] += value
        self.scored.add(item)
        self.least, self.most = min(self.least, value), max(self.most, value)

    def alone(self, items: int) -> "ItemScores":
        """The same scores, of `items` datapoints, with nothing beside them."""
        found = ItemScores(items)
        found.totals[: len(self)] = self.totals
        found.scored, found.least, found.most = self.scored, self.least, self.most
        return found

    def skip(self, trials: int = 1) -> None:
        """Takes in trials to which the evaluator does not apply."""
        self.skipped += trials

    def fail(self, item: int, group: ErrorGroup, trials: int = 1) -> None:
        """Takes in trials that have no score because something went wrong."""
        self.grow(item + 1)
        self.failed.add(item, trials)
        self.errors[group] += trials

    @property
    def n_scored(self) -> int:
        """How many trials have a score."""
        return sum(self.scored.numbers)

    def means(self) -> tuple[Sequence[int], Sequence[float]]:
        """The datapoints that have a score, and the mean over the trials of each."""
        items = array("I", (item for item, count in enumerate(self.scored.numbers) if count))
        return items, array("d", (self.totals[item] / self.scored[item] for item in items))

    def filled(self, missing: float) -> Iterator[float]:
        """Item means with `missing` for each trial that failed; datapoints to which nothing applies are left out."""
        for item, total in enumerate(self.totals):
            scored, failed = self.scored[item], self.failed[item]
            if scored or failed:
                yield (total + failed * missing) / (scored + failed)
