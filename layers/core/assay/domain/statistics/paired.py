"""Two runs over the same datapoints: the difference of each pair, and what it proves."""

import math
from array import array
from collections.abc import Hashable, Sequence
from operator import sub
from typing import Literal, NamedTuple

from assay.domain.statistics.distributions import normal_quantile, t_two_sided
from assay.domain.statistics.interval import (
    FEWEST,
    LEVEL,
    Finite,
    Interval,
    Silence,
    clustered_error,
    is_binary,
    mean,
    standard_error,
    t_interval,
)
from assay.domain.value import Value

Test = Literal["paired_t", "clustered_paired_t", "mcnemar_mid_p"]
POWER = 0.8


class Pairs(NamedTuple):
    """Item scores of two runs that stand under equal keys, ours beside the base's.

    `scored` is how many of ours there are, with a partner or without; `clusters` are those of the pairs.
    """

    ours: Sequence[float]
    base: Sequence[float]
    scored: int
    clusters: Sequence[Hashable] | None = None


class PairedComparison(Value):
    """A run against its `base`. `diff` is ours less theirs; wins and losses follow the evaluator's direction.

    `same_judge` is false where the base was judged by another model, or by another prompt: then it is not only the runs
    that differ. `coverage` is the share of our scored datapoints that have a partner; `mde` the smallest difference
    that so many pairs with such a spread would show in 80 of 100 runs. What cannot be said is None.
    """

    base: str | None = None
    same_judge: bool = True
    n_paired: int
    coverage: float
    diff: Finite | None = None
    stderr: Finite | None = None
    ci: Interval | None = None
    silence: Silence | None = None
    method: Test | None = None
    p_value: Finite | None = None
    wins: int | None = None
    losses: int | None = None
    ties: int = 0
    mde: Finite | None = None


def compare(
    pairs: Pairs, base: str | None = None, *, higher_is_better: bool | None = True, same_judge: bool = True
) -> PairedComparison:
    """Compares item scores with those of the run `base`."""
    count = len(pairs.ours)
    coverage = count / pairs.scored if pairs.scored else 0.0
    if not count:
        return PairedComparison(base=base, same_judge=same_judge, n_paired=0, coverage=coverage, silence="too few")
    differences = array("d", map(sub, pairs.ours, pairs.base))
    found = {"base": base, "same_judge": same_judge, "n_paired": count, "coverage": coverage, "diff": mean(differences)}
    counted = {**found, **outcomes(differences, higher_is_better=higher_is_better)}
    return PairedComparison(**counted, **tested(pairs, differences))


def outcomes(differences: Sequence[float], *, higher_is_better: bool | None) -> dict[str, int | None]:
    """How many pairs were won, lost and even; without a direction nobody wins."""
    up, down = sum(one > 0 for one in differences), sum(one < 0 for one in differences)
    ties = len(differences) - up - down
    if higher_is_better is None:
        return {"wins": None, "losses": None, "ties": ties}
    return {"wins": up if higher_is_better else down, "losses": down if higher_is_better else up, "ties": ties}


def tested(pairs: Pairs, differences: Sequence[float]) -> dict[str, object]:
    """The standard error, the interval and the test of the mean difference."""
    clusters = pairs.clusters
    binary = clusters is None and is_binary(pairs.ours) and is_binary(pairs.base)
    mid_p = {"method": "mcnemar_mid_p", "p_value": mcnemar_mid_p(differences)} if binary else {}
    independent = len(set(clusters)) if clusters is not None else len(differences)
    if independent < FEWEST:
        return {"silence": "too few", **mid_p}
    if min(differences) == max(differences):
        return {"silence": "no spread seen", **mid_p}
    clustered = clusters is not None
    stderr = clustered_error(differences, clusters) if clusters is not None else standard_error(differences)
    df = independent - 1
    return {
        "stderr": stderr,
        "ci": t_interval(mean(differences), stderr, df, "clustered_t" if clustered else "t"),
        "method": "clustered_paired_t" if clustered else "paired_t",
        "p_value": t_two_sided(mean(differences) / stderr, df) if stderr else 0.0,
        "mde": smallest_visible(stderr),
        **mid_p,
    }


def mcnemar_mid_p(differences: Sequence[float]) -> float:
    """McNemar's mid-p over the pairs that differ: the exact p-value less P(Bin(b+c, ½) = min(b, c)); 1 where b = c."""
    won, lost = sum(one > 0 for one in differences), sum(one < 0 for one in differences)
    if won == lost:
        return 1.0
    n, fewer = won + lost, min(won, lost)
    return 2 * math.fsum(binomial_half(n, k) for k in range(fewer + 1)) - binomial_half(n, fewer)


def binomial_half(n: int, k: int) -> float:
    """P(Bin(n, ½) = k)."""
    return math.exp(math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1) - n * math.log(2))


def smallest_visible(stderr: float) -> float:
    """(z(1-α/2) + z(power))·SE: the difference that is seen with 80% power at the 5% level."""
    return (normal_quantile((1 + LEVEL) / 2) + normal_quantile(POWER)) * stderr


def holm(p_values: Sequence[float]) -> list[float]:
    """Holm's adjusted p-values, in the order given."""
    order = sorted(range(len(p_values)), key=lambda place: p_values[place])
    adjusted, largest = [0.0] * len(p_values), 0.0
    for rank, place in enumerate(order):
        largest = max(largest, min((len(p_values) - rank) * p_values[place], 1.0))
        adjusted[place] = largest
    return adjusted
