"""What an experiment's traces come to, beside those of a base: means, differences, and which way each key went.

Traces are kept as columns of numbers, keys as hashes: a million of them fit in a few hundred megabytes.
"""

import math
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import blake2b
from itertools import chain, filterfalse, groupby, pairwise
from typing import NamedTuple

from assay.domain.fault import FaultLine, Faults
from assay.domain.metric_names import COUNTED, METRICS
from assay.domain.score_names import ScoreNames
from assay.domain.statistics.describe import ScoreStatistics
from assay.domain.statistics.judge import Judge
from assay.domain.statistics.paired import PairedComparison, Pairs, compare
from assay.domain.statistics.tally import Tally
from assay.domain.trace import Trace
from assay.domain.value import Value

NONE = math.nan
"""In a column: this trace has no such number."""
UNMATCHED = 2**32 - 1
BETTER = {True: 1, False: -1, None: 0}
NO_JUDGES: Mapping[str, Judge] = {}
UNITS = {"estimated_cost": "$", "duration": "s"}


class Line(Value):
    """One score or metric: its mean over the traces that have it, and how it compares by key.

    `diff` is the mean of the matched keys less that of the base, None where no key matches.
    """

    name: str
    mean: float
    diff: float | None = None
    improvements: int = 0
    regressions: int = 0


class Comparison(Value):
    """An experiment's numbers. `base_id` is the experiment that it was compared with, also where nothing matched.

    `statistics` say how sure its scores are, `faults` why rows have no output or not every score.
    """

    base_id: str | None = None
    scores: tuple[Line, ...] = ()
    metrics: tuple[Line, ...] = ()
    statistics: tuple[ScoreStatistics, ...] = ()
    faults: tuple[FaultLine, ...] = ()


class Keys:
    """The comparison keys seen, numbered in order of appearance."""

    def __init__(self) -> None:
        self.numbers: dict[bytes, int] = {}

    def number(self, key: str | None) -> int:
        """The key's number, a new one where it is new."""
        return UNMATCHED if key is None else self.numbers.setdefault(digest(key), len(self.numbers))

    def known(self, key: str | None) -> int:
        """The key's number, UNMATCHED where it was never seen."""
        return UNMATCHED if key is None else self.numbers.get(digest(key), UNMATCHED)


def digest(key: str) -> bytes:
    """A key in 16 bytes."""
    return blake2b(key.encode(), digest_size=16).digest()


class ByKey(NamedTuple):
    """The places of traces, sorted by their keys; `are_alone` says that no two have the same key."""

    places: Sequence[int]
    are_alone: bool


class Columns:
    """Numbers by name, one for each trace, NONE where it has none; `keys` are the traces' keys."""

    def __init__(self) -> None:
        self.keys = array("I")
        self.columns: defaultdict[str, array[float]] = defaultdict(lambda: array("d"))

    def add(self, key: int, numbers: Iterable[tuple[str, float]]) -> None:
        """Takes in one trace."""
        rows = len(self.keys)
        self.keys.append(key)
        for name, value in numbers:
            column = self.columns[name]
            if len(column) < rows:
                column.extend([NONE] * (rows - len(column)))
            column.append(value)

    def values(self, name: str) -> Iterator[float]:
        """The numbers that there are."""
        return filterfalse(math.isnan, self.columns.get(name, ()))

    def unmatched(self, name: str) -> int:
        """How many numbers stand under no key."""
        pairs = zip(self.keys, self.columns.get(name, ()), strict=False)
        return sum(key == UNMATCHED and not math.isnan(value) for key, value in pairs)

    def scored(self, name: str, order: ByKey) -> int:
        """How many keys have a number, and how many numbers stand under no key."""
        if order.are_alone:
            return sum(1 for _ in self.values(name))
        return self.unmatched(name) + sum(1 for _ in self.means(name, order))

    def by_key(self) -> ByKey:
        """The traces that have a key."""
        places = (place for place, key in enumerate(self.keys) if key != UNMATCHED)
        order = array("I", sorted(places, key=self.keys.__getitem__))
        return ByKey(order, all(self.keys[one] != self.keys[next_] for one, next_ in pairwise(order)))

    def means(self, name: str, order: ByKey) -> Iterator[tuple[int, float]]:
        """The mean of each key that has a number, in the order of keys: trials of one row are averaged."""
        column = self.columns.get(name, array("d"))
        filled = (place for place in order.places if place < len(column) and not math.isnan(column[place]))
        if order.are_alone:
            yield from ((self.keys[place], column[place]) for place in filled)
            return
        for key, places in groupby(filled, key=self.keys.__getitem__):
            values = [column[place] for place in places]
            yield key, math.fsum(values) / len(values)


class Clusters:
    """Which datapoints belong together, if it is known; one that says nothing of it is alone."""

    def __init__(self, *, are_known: bool) -> None:
        self.are_known = are_known
        self.numbers: dict[str, int] = {}
        self.items, self.keys = array("q"), array("q")

    def add(self, item: int, key: int, cluster: str | None) -> None:
        """Takes in a row of a datapoint, of a comparison key."""
        if not self.are_known:
            return
        number = -1 - item if cluster is None else self.numbers.setdefault(cluster, len(self.numbers))
        put(self.items, item, number)
        if key != UNMATCHED:
            put(self.keys, key, number)

    @property
    def of_items(self) -> Sequence[int] | None:
        """The cluster of each datapoint."""
        return self.items if self.are_known else None

    def of_keys(self, keys: Sequence[int]) -> Sequence[int] | None:
        """The cluster of each of these keys."""
        return [self.keys[key] for key in keys] if self.are_known else None


def put(numbers: "array[int]", place: int, number: int) -> None:
    """Sets the number at a place, however few there are yet."""
    numbers.extend(bytes(max(place + 1 - len(numbers), 0)))
    numbers[place] = number


class Experiments:
    """An experiment and its base, as they are compared. All of the experiment is added first, then its base.

    Scores with the names that are `expected` always have their place (domain/score_names.py).
    """

    def __init__(self, *, are_clustered: bool = False, expected: Iterable[str] = ()) -> None:
        self.keys, self.items, self.names = Keys(), array("L"), ScoreNames(expected)
        self.clusters = Clusters(are_known=are_clustered)
        self.tally, self.givers, self.faults = Tally(), dict[str, str](), Faults()
        self.scores, self.metrics = Columns(), Columns()
        self.base_scores, self.base_metrics = Columns(), Columns()

    def add(self, item: int, trace: Trace) -> None:
        """Takes in a trace of the experiment, of that datapoint."""
        trace = self.names.limited(trace)
        key = self.keys.number(trace.key)
        self.items.append(item)
        self.scores.add(key, trace.scores.items())
        self.metrics.add(key, trace.metrics.items())
        trace.add_to(self.tally, item, self.givers)
        self.clusters.add(item, key, trace.cluster)
        for fault in trace.faults:
            self.faults.add(fault)

    def add_to_base(self, trace: Trace) -> None:
        """Takes in a trace of the base; one that matches nothing is passed over."""
        key = self.keys.known(trace.key)
        if key != UNMATCHED:
            self.base_scores.add(key, (one for one in trace.scores.items() if one[0] in self.scores.columns))
            self.base_metrics.add(key, trace.metrics.items())

    def compared(
        self,
        base_id: str | None,
        judges: Mapping[str, Judge] = NO_JUDGES,
        theirs: Mapping[str, Judge] = NO_JUDGES,
    ) -> Comparison:
        """The means, the comparison and how sure both are, with what is known of evaluators, ours and the base's."""
        known = [name for name in METRICS if name in self.metrics.columns]
        custom = [name for name in self.metrics.columns if name not in METRICS]
        metrics = self.paired(self.metrics, self.base_metrics, [*known, *sorted(custom)])
        asked = {judge.name: judge for judge in self.tally.judges(judges)}
        lines, beside = list[Line](), dict[str, PairedComparison]()
        for name, pairs in self.paired(self.scores, self.base_scores, list(self.scores.columns)):
            judge = asked[name]
            lines.append(line(name, self.scores, pairs, BETTER[judge.higher_is_better]))
            if base_id is not None:
                same = instrument(theirs, judge) == judge.instrument
                beside[name] = compare(pairs, base_id, higher_is_better=judge.higher_is_better, same_judge=same)
        return Comparison(
            base_id=base_id,
            scores=tuple(lines),
            metrics=tuple(line(name, self.metrics, pairs, -1) for name, pairs in metrics),
            statistics=tuple(self.tally.statistics(judges, beside, self.clusters.of_items)),
            faults=self.faults.lines(),
        )

    def paired(self, columns: Columns, base: Columns, names: Iterable[str]) -> Iterator[tuple[str, Pairs]]:
        """For each name the means of the keys that both have, in the order in which keys appeared."""
        order, base_order = columns.by_key(), base.by_key()
        for name in names:
            if name not in base.columns:
                yield name, Pairs((), (), columns.scored(name, order), self.clusters.of_keys(()))
                continue
            by_key = array("d", [NONE]) * len(self.keys.numbers)
            ours, theirs, kept = array("d"), array("d"), array("I")
            for key, mean in base.means(name, base_order):
                by_key[key] = mean
            for key, mean in columns.means(name, order):
                if not math.isnan(by_key[key]):
                    ours.append(mean)
                    theirs.append(by_key[key])
                    kept.append(key)
            yield name, Pairs(ours, theirs, columns.scored(name, order), self.clusters.of_keys(kept))


def instrument(judges: Mapping[str, Judge], judge: Judge) -> str | None:
    """What the evaluator of the same name measures with."""
    found = judges.get(judge.evaluator or judge.name)
    return found.instrument if found else None


def line(name: str, columns: Columns, pairs: Pairs, better: int) -> Line:
    """One line. `better` is 1 where more is better, -1 where less is (contracts/braintrust.md §6.3)."""
    values, count = array("d", columns.values(name)), len(pairs.ours)
    signs = Counter((one > other) - (one < other) for one, other in zip(pairs.ours, pairs.base, strict=True))
    return Line(
        name=name,
        mean=math.fsum(values) / len(values),
        diff=math.fsum(chain(pairs.ours, (-mean for mean in pairs.base))) / count if count else None,
        improvements=signs[better] if better else 0,
        regressions=signs[-better] if better else 0,
    )


def unit(metric: str) -> str:
    """In what a metric is counted."""
    return UNITS.get(metric, "tok" if metric in COUNTED and metric.endswith("tokens") else "")
