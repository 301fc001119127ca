"""Of an experiment's rows those that people want to see first, and pictures of all of them."""

import heapq
import math
from array import array
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from assay.domain.comparison import BETTER, NONE, UNMATCHED, Columns, Experiments
from assay.domain.report import Histogram, Latency

STEPS = 20
"""Steps of a histogram, where the scores are not so few that each can have its own."""
SHARES = ((0.5, "p50"), (0.9, "p90"), (0.99, "p99"))


class Pick(NamedTuple):
    """A datapoint, and the base's scores for it."""

    item: int
    base_scores: Mapping[str, float]


class Rank(NamedTuple):
    """What comes first: errors, then losses, then gains, the largest first; then the lowest scores."""

    group: int
    change: float
    score: float


class Ranking:
    """The rows of an experiment, as they stand beside its base. `directions` are those of the scores, by name."""

    def __init__(self, both: Experiments, directions: Mapping[str, bool | None]) -> None:
        self.both = both
        self.better = {name: BETTER[directions.get(name, True)] for name in both.scores.columns}
        self.base = {name: by_key(both, name) for name in both.scores.columns}
        self.scale = {name: scale(both.scores, name) for name in both.scores.columns}

    def worst(self, most: int) -> list[Pick]:
        """The datapoints with the worst rows, the worst first, at most so many."""
        places = range(len(self.both.items))
        picks = dict[int, Pick]()
        wanted = min(len(places), most * self.trials)
        for place in heapq.nsmallest(wanted, places, key=self.rank):
            item = self.both.items[place]
            if item not in picks and len(picks) < most:
                picks[item] = Pick(item, self.beside(place))
        return list(picks.values())

    @property
    def trials(self) -> int:
        """The most rows that a datapoint has."""
        return max(Counter(self.both.items).values(), default=1)

    def rank(self, place: int) -> Rank:
        """How early a row comes."""
        known = self.known(place)
        score = math.fsum(known.values()) / (len(known) or 1)
        beside = self.beside(place)
        if not beside:
            return Rank(0 if self.has_failed(place) else 3, 0, score)
        changes = [known[name] - self.turned(name, mean) for name, mean in beside.items() if name in known]
        losses = math.fsum(min(change, 0) for change in changes)
        gains = math.fsum(max(change, 0) for change in changes)
        if self.has_failed(place):
            return Rank(0, losses, score)
        return Rank(1, losses, score) if losses else Rank(2 if gains else 3, -gains, score)

    def known(self, place: int) -> dict[str, float]:
        """The row's scores, turned and scaled so that they can stand beside each other."""
        return {
            name: self.turned(name, column[place])
            for name, column in self.both.scores.columns.items()
            if place < len(column) and not math.isnan(column[place])
        }

    def turned(self, name: str, value: float) -> float:
        """A score such that more is better, in units of how far its values reach."""
        return self.better[name] * value / self.scale[name]

    def has_failed(self, place: int) -> bool:
        """Whether anything went wrong in the row."""
        errors = self.both.metrics.columns.get("errors", ())
        return place < len(errors) and errors[place] > 0

    def beside(self, place: int) -> dict[str, float]:
        """The base's scores for the same key."""
        key = self.both.scores.keys[place]
        if key == UNMATCHED or not self.both.base_scores.columns:
            return {}
        found = {name: means[key] for name, means in self.base.items()}
        return {name: mean for name, mean in found.items() if not math.isnan(mean)}

    def base_mean(self, name: str) -> float | None:
        """The base's mean, over the keys that both have."""
        known = [mean for mean in self.base[name] if not math.isnan(mean)] if name in self.base else []
        return math.fsum(known) / len(known) if known else None

    def histogram(self, name: str, *, is_share: bool) -> Histogram | None:
        """How the score's rows are spread."""
        return histogram(self.both.scores, name, is_share=is_share)

    def latency(self) -> Latency | None:
        """How long rows took."""
        seconds = sorted(self.both.metrics.values("duration"))
        if not seconds:
            return None
        found = {name: seconds[min(int(share * len(seconds)), len(seconds) - 1)] for share, name in SHARES}
        return Latency(**found, longest=seconds[-1])


def by_key(both: Experiments, name: str) -> Sequence[float]:
    """The base's mean of each key, NONE where there is none."""
    means = array("d", [NONE]) * len(both.keys.numbers)
    for key, mean in both.base_scores.means(name, both.base_scores.by_key()):
        means[key] = mean
    return means


def histogram(columns: Columns, name: str, *, is_share: bool) -> Histogram | None:
    """The counts of a score between 0 and 1, or between the least and the greatest of it."""
    least, greatest = (0.0, 1.0) if is_share else ends(columns.values(name))
    if not least < greatest:
        return None
    counts = [0] * STEPS
    for value in columns.values(name):
        counts[min(max(int((value - least) / (greatest - least) * STEPS), 0), STEPS - 1)] += 1
    return Histogram(low=least, high=greatest, counts=tuple(counts))


def scale(columns: Columns, name: str) -> float:
    """How far the values of a score reach; at least 1."""
    least, greatest = ends(columns.values(name))
    return max(greatest - least, 1.0)


def ends(values: Iterator[float]) -> tuple[float, float]:
    """The least and the greatest; nothing is between 0 and 0."""
    known = list(values)
    return (min(known), max(known)) if known else (0.0, 0.0)
