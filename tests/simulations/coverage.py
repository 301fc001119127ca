"""How often the intervals hold what they promise, and how often the gate is right: by trying it many times.

`python -m tests.simulations.coverage` prints the table of docs/statistics.md.
"""

import math
from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from random import Random
from typing import NamedTuple

from assay.domain.statistics.describe import describe
from assay.domain.statistics.gate import Gate, breaches
from assay.domain.statistics.interval import spread, wilson
from assay.domain.statistics.items import ItemScores
from assay.domain.statistics.judge import Judge
from assay.domain.statistics.paired import Pairs, compare

Draw = Callable[[Random], float]


class World(NamedTuple):
    """Where scores come from, and their true mean."""

    name: str
    draw: Draw
    mean: float


UNIFORM = World("even over 0..1", lambda random: random.random(), 0.5)
SKEWED = World("mostly low (beta 2, 5)", lambda random: random.betavariate(2, 5), 2 / 7)
NEARLY_PERFECT = World("95% ones, else 0.5", lambda random: 1.0 if random.random() < 0.95 else 0.5, 0.975)


class Cell(NamedTuple):
    """One line of the table: a method on so many datapoints, and the share of intervals that held the truth."""

    method: str
    scores: str
    n: int
    coverage: float
    runs: int | None


def wilson_coverage(n: int, p: float) -> float:
    """Exactly: the probability of the counts whose interval holds p."""
    return math.fsum(
        math.comb(n, k) * p**k * (1 - p) ** (n - k)
        for k in range(n + 1)
        if (interval := wilson(k, n)).low <= p <= interval.high
    )


def wilson_averaged(n: int, steps: int = 199) -> float:
    """The exact coverage, averaged over p."""
    return math.fsum(wilson_coverage(n, (step + 0.5) / steps) for step in range(steps)) / steps


def coverage(world: World, n: int, runs: int, seed: int = 1) -> Cell:
    """The share of `runs` samples of `n` whose interval holds the true mean; a sample without an interval does not."""
    random, held, methods = Random(seed), 0, Counter[str]()  # noqa: S311 - a simulation
    for _ in range(runs):
        interval = spread([world.draw(random) for _ in range(n)]).ci
        if interval is not None:
            methods[interval.method] += 1
            held += interval.low <= world.mean <= interval.high
    return Cell(" or ".join(name for name, _ in methods.most_common()), world.name, n, held / runs, runs)


def clustered(clusters: int, size: int, runs: int, *, told: bool, seed: int = 2) -> Cell:
    """As `coverage`, for scores that share half their spread within a cluster; `told` says whether it is known."""
    random, held = Random(seed), 0  # noqa: S311 - a simulation
    labels: Sequence[Hashable] = [row // size for row in range(clusters * size)]
    for _ in range(runs):
        centres = [random.gauss(0, 0.1) for _ in range(clusters)]
        values = [0.5 + centres[row // size] + random.gauss(0, 0.15) for row in range(clusters * size)]
        interval = spread(values, labels if told else None).ci
        held += interval is not None and interval.low <= 0.5 <= interval.high
    name = f"{clusters} clusters of {size}, ICC 0.31"
    return Cell("clustered_t" if told else "t, not told of the clusters", name, clusters * size, held / runs, runs)


def failing(n: int, better: float, worse: float, runs: int, seed: int = 3) -> float:
    """The share of pairs of runs that fail the gate, where so many datapoints turn better, and so many worse."""
    random = Random(seed)  # noqa: S311 - a simulation
    return sum(bool(breaches(Gate(), {"exact": pair(random, n, better, worse)})) for _ in range(runs)) / runs


def pair(random: Random, n: int, better: float, worse: float):
    """One run against its base, with passes and fails."""
    base, ours = [], []
    for _ in range(n):
        fate = random.random()
        base.append(0.0 if fate < better else 1.0 if fate < better + worse else float(random.random() < 0.8))
        ours.append(1.0 if fate < better else 0.0 if fate < better + worse else base[-1])
    scores = ItemScores(n)
    for item, value in enumerate(ours):
        scores.score(item, value)
    return describe(scores, Judge("exact", is_share=True), comparison=compare(Pairs(ours, base, n), "base"))


def cells() -> list[Cell]:
    """Every line of the table."""
    return [
        *(
            Cell("wilson", f"0 or 1, p = {p}", n, wilson_coverage(n, p), None)
            for n in (10, 30, 100)
            for p in (0.5, 0.95)
        ),
        *(Cell("wilson", "0 or 1, averaged over p", n, wilson_averaged(n), None) for n in (10, 30, 100)),
        *(coverage(world, n, 4000) for n in (100, 300) for world in (UNIFORM, SKEWED, NEARLY_PERFECT)),
        *(coverage(world, n, 1000) for n in (20, 50) for world in (UNIFORM, SKEWED, NEARLY_PERFECT)),
        *(clustered(50, 10, 1500, told=told) for told in (True, False)),
    ]


def main() -> None:
    print("| method | scores | n | held the truth | runs |\n| --- | --- | --- | --- | --- |")  # noqa: T201
    for cell in cells():
        print(f"| {cell.method} | {cell.scores} | {cell.n} | {cell.coverage:.1%} | {cell.runs or 'exact'} |")  # noqa: T201
    print("\n| gate, 200 datapoints | failed |\n| --- | --- |")  # noqa: T201
    for name, better, worse in GATES:
        print(f"| {name} | {failing(200, better, worse, 2000):.1%} |")  # noqa: T201


GATES = (
    ("no difference, 10% discordant", 0.05, 0.05),
    ("10 points worse, 10% discordant", 0.0, 0.1),
    ("10 points worse, 20% discordant", 0.05, 0.15),
)

if __name__ == "__main__":
    main()
