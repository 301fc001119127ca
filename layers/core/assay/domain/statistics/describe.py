"""What one evaluator's scores say, and how surely (quality contract §1)."""

import math
from collections.abc import Hashable, Iterable, Sequence

from assay.domain.statistics.interval import Finite, Interval, Silence, mean, spread
from assay.domain.statistics.items import ErrorGroup, ItemScores
from assay.domain.statistics.paired import PairedComparison, smallest_visible
from assay.domain.value import Value


class ScoreStatistics(Value):
    """One evaluator over a run.

    `n_items` counts datapoints, `n_trials` rows = scored + skipped + errors. `mean` leaves errors out;
    `mean_errors_as_zero` scores them 0; `bounds` are the mean with every error at the worst and at the best value. The
    last two exist only for scores known to lie in 0..1. `silence` says why there is no interval. `mde` is the smallest
    difference to an equally noisy run that pairs as many datapoints would show in 80 of 100 cases, were the two
    uncorrelated; with a comparison, its own `mde` is the better one.
    """

    n_items: int
    n_trials: int
    n_scored: int
    n_skipped: int
    n_errors: dict[ErrorGroup, int]
    mean: Finite | None = None
    mean_errors_as_zero: Finite | None = None
    bounds: tuple[Finite, Finite] | None = None
    stderr: Finite | None = None
    ci: Interval | None = None
    silence: Silence | None = None
    clusters: int | None = None
    higher_is_better: bool | None = True
    mde: Finite | None = None
    comparison: PairedComparison | None = None


def describe(
    scores: ItemScores,
    *,
    is_share: bool,
    clusters: Sequence[Hashable] | None = None,
    higher_is_better: bool | None = True,
    comparison: PairedComparison | None = None,
) -> ScoreStatistics:
    """The statistics of one evaluator's scores. `is_share` says that they are known to lie in 0..1.

    `clusters` holds the cluster of every datapoint, in dataset order.
    """
    means = scores.means()
    values = list(means.values())
    groups = None if clusters is None else [clusters[item] for item in means]
    sure = spread(values, groups)
    return ScoreStatistics(
        n_items=len(scores),
        n_trials=sum(scores.scored) + scores.skipped + scores.errors.total(),
        n_scored=sum(scores.scored),
        n_skipped=scores.skipped,
        n_errors={group: scores.errors[group] for group in ("provider", "timeout", "evaluator", "parse")},
        mean=mean(values) if values else None,
        mean_errors_as_zero=mean_of(scores.filled(0)) if is_share else None,
        bounds=bounds(scores, higher_is_better=higher_is_better) if is_share else None,
        clusters=None if groups is None else len(set(groups)),
        higher_is_better=higher_is_better,
        mde=smallest_visible(math.sqrt(2) * sure.stderr) if sure.stderr else None,
        comparison=comparison,
        **sure.model_dump(exclude={"ci"}),
        ci=sure.ci,
    )


def mean_of(values: Iterable[float]) -> float | None:
    """The mean, or None of nothing."""
    found = list(values)
    return mean(found) if found else None


def bounds(scores: ItemScores, *, higher_is_better: bool | None) -> tuple[float, float] | None:
    """The mean with every failed trial at the worst, and at the best value."""
    worst, best = (1, 0) if higher_is_better is False else (0, 1)
    low, high = mean_of(scores.filled(worst)), mean_of(scores.filled(best))
    return None if low is None or high is None else (low, high)
