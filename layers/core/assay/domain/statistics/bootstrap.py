"""The bias-corrected and accelerated bootstrap of a mean (Efron 1987), the same for the same scores."""

import hashlib
import math
import struct
from collections.abc import Sequence
from random import Random

from assay.domain.statistics.distributions import normal_cdf, normal_quantile

RESAMPLES = 4999


def bca(values: Sequence[float], level: float) -> tuple[float, float]:
    """The bounds of the BCa interval of the mean; the values must not all be equal."""
    return bca_bounds(values, resampled_means(values), level)


def resampled_means(values: Sequence[float], resamples: int = RESAMPLES) -> list[float]:
    """Means of resamples with replacement. The seed is a hash of the values in their order."""
    random, n = Random(seed_of(values)), len(values)  # noqa: S311 - a simulation
    return [math.fsum(random.choices(values, k=n)) / n for _ in range(resamples)]


def seed_of(values: Sequence[float]) -> int:
    """A number that these values have, in this order, and others have not."""
    return int.from_bytes(hashlib.sha256(struct.pack(f"<{len(values)}d", *values)).digest(), "little")


def bca_bounds(values: Sequence[float], means: Sequence[float], level: float) -> tuple[float, float]:
    """The percentiles of the resampled means that bias and skew call for."""
    ordered = sorted(means)
    centre = math.fsum(values) / len(values)
    below = (sum(one < centre for one in ordered) + sum(one <= centre for one in ordered)) / (2 * len(ordered))
    if not 0 < below < 1:
        return ordered[0], ordered[-1]
    bias, skew = normal_quantile(below), acceleration(values)
    shifted = [bias + normal_quantile(p) for p in ((1 - level) / 2, (1 + level) / 2)]
    low, high = (percentile(ordered, normal_cdf(bias + each / (1 - skew * each))) for each in shifted)
    return low, high


def acceleration(values: Sequence[float]) -> float:
    """The skewness of the jackknife's means, over six."""
    n, total = len(values), math.fsum(values)
    without = [(total - value) / (n - 1) for value in values]
    centre = math.fsum(without) / n
    cubes = math.fsum((centre - one) ** 3 for one in without)
    squares = math.fsum((centre - one) ** 2 for one in without)
    return cubes / (6 * squares * math.sqrt(squares))


def percentile(ordered: Sequence[float], p: float) -> float:
    """The value below which a share `p` lies, interpolated linearly."""
    place = p * (len(ordered) - 1)
    first = min(int(place), len(ordered) - 2)
    return ordered[first] + (place - first) * (ordered[first + 1] - ordered[first])
