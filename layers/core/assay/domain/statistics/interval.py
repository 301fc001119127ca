"""Confidence intervals of a mean, and which one suits which scores (quality contract §1)."""

import math
from collections.abc import Hashable, Sequence
from typing import Annotated, Literal

from pydantic import Field

from assay.domain.statistics.bootstrap import bca
from assay.domain.statistics.distributions import normal_quantile, t_quantile
from assay.domain.value import Value

Finite = Annotated[float, Field(allow_inf_nan=False)]
Method = Literal["wilson", "t", "clustered_t", "bca"]
Silence = Literal["too few", "no spread seen"]

LEVEL = 0.95
ENOUGH_FOR_T = 100
"""From so many datapoints on, the mean of whatever is bounded is near enough to normal."""
FEWEST = 10


class Interval(Value):
    """A confidence interval; `df` are the degrees of freedom of a t interval."""

    low: Finite
    high: Finite
    level: float = LEVEL
    method: Method
    df: int | None = None


class Spread(Value):
    """How sure a mean is: its standard error and its interval, or why there is none."""

    stderr: Finite | None = None
    ci: Interval | None = None
    silence: Silence | None = None


def mean(values: Sequence[float]) -> float:
    """The arithmetic mean, of an exact sum."""
    return math.fsum(values) / len(values)


def is_binary(values: Sequence[float]) -> bool:
    """Whether every value is 0 or 1."""
    return all(value in (0, 1) for value in values)


def standard_error(values: Sequence[float]) -> float:
    """The sample's standard deviation over √n; n ≥ 2."""
    centre, n = mean(values), len(values)
    return math.sqrt(math.fsum((value - centre) ** 2 for value in values) / (n - 1) / n)


def clustered_error(values: Sequence[float], clusters: Sequence[Hashable]) -> float:
    """(1/n)·√(C/(C-1)·Σ_c(Σ_{i∈c}(s_i - s̄))²) for C ≥ 2 clusters: what belongs together does not count twice."""
    centre = mean(values)
    off: dict[Hashable, list[float]] = {}
    for value, cluster in zip(values, clusters, strict=True):
        off.setdefault(cluster, []).append(value - centre)
    squares = math.fsum(math.fsum(each) ** 2 for each in off.values())
    return math.sqrt(len(off) / (len(off) - 1) * squares) / len(values)


def wilson(successes: float, n: int, level: float = LEVEL) -> Interval:
    """Wilson's interval of a proportion: centre (p + z²/2n)/(1 + z²/n), half z/(1+z²/n)·√(p(1-p)/n + z²/4n²)."""
    z, p = normal_quantile((1 + level) / 2), successes / n
    shrink = 1 + z * z / n
    centre = (p + z * z / (2 * n)) / shrink
    half = z / shrink * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return Interval(low=max(centre - half, 0), high=min(centre + half, 1), level=level, method="wilson")


def t_interval(centre: float, stderr: float, df: int, method: Method = "t", level: float = LEVEL) -> Interval:
    """The interval centre ± t(1-α/2, df)·SE."""
    half = t_quantile((1 + level) / 2, df) * stderr
    return Interval(low=centre - half, high=centre + half, level=level, method=method, df=df)


def spread(values: Sequence[float], clusters: Sequence[Hashable] | None = None) -> Spread:
    """The standard error and the interval that suit these item scores.

    Wilson's for unclustered 0s and 1s; t for 100 or more, or for any clusters; BCa for fewer.
    """
    if clusters is not None:
        return clustered_spread(values, clusters)
    n = len(values)
    if n and is_binary(values):
        stderr = standard_error(values) if n > 1 else None
        return Spread(stderr=stderr, ci=wilson(math.fsum(values), n))
    if silence := silence_of(values, n):
        return Spread(silence=silence)
    stderr = standard_error(values)
    if n >= ENOUGH_FOR_T:
        return Spread(stderr=stderr, ci=t_interval(mean(values), stderr, n - 1))
    low, high = bca(values, LEVEL)
    return Spread(stderr=stderr, ci=Interval(low=low, high=high, method="bca"))


def clustered_spread(values: Sequence[float], clusters: Sequence[Hashable]) -> Spread:
    """As `spread`, where datapoints of one cluster are alike; the clusters are what there must be enough of."""
    count = len(set(clusters))
    if silence := silence_of(values, count):
        return Spread(silence=silence)
    stderr = clustered_error(values, clusters)
    return Spread(stderr=stderr, ci=t_interval(mean(values), stderr, count - 1, "clustered_t"))


def silence_of(values: Sequence[float], independent: int) -> Silence | None:
    """Why no interval can be given, if none can."""
    if independent < FEWEST:
        return "too few"
    return "no spread seen" if min(values) == max(values) else None
