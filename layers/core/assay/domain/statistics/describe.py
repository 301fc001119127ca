"""What one evaluator's scores say, and how surely (quality contract §1)."""

import math
from array import array
from collections.abc import Hashable, Iterable, Sequence
from typing import get_args

from assay.domain.statistics.interval import Finite, Interval, Silence, mean, spread
from assay.domain.statistics.items import ErrorGroup, ItemScores
from assay.domain.statistics.judge import Judge
from assay.domain.statistics.paired import PairedComparison, smallest_visible
from assay.domain.value import Value


class ScoreStatistics(Value):
    """One evaluator over a run. `instrument` says what a judging model and its prompt are; others have none.

    `n_items` counts datapoints, `n_trials` rows = scored + skipped + errors. `mean` leaves errors out;
    `mean_errors_as_zero` scores them 0; `bounds` are the mean with every error at the worst and at the best value. The
    last two exist only for scores known to lie in 0..1. `silence` says why there is no interval. `mde` is the smallest
    difference to an equally noisy run that pairs as many datapoints would show in 80 of 100 cases, were the two
    uncorrelated; with a comparison, its own `mde` is the better one.
    """

    name: str
    evaluator_version_id: str | None = None
    higher_is_better: bool | None = True
    instrument: str | None = None
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
    comparison: PairedComparison | None = None
    mde: Finite | None = None


def describe(
    scores: ItemScores,
    judge: Judge,
    *,
    clusters: Sequence[Hashable] | None = None,
    comparison: PairedComparison | None = None,
) -> ScoreStatistics:
    """The statistics of one evaluator's scores; `clusters` holds the cluster of every datapoint, in dataset order."""
    items, values = scores.means()
    groups = None if clusters is None else [clusters[item] for item in items]
    sure = spread(values, groups)
    return ScoreStatistics(
        name=judge.name,
        evaluator_version_id=judge.version_id,
        higher_is_better=judge.higher_is_better,
        instrument=judge.instrument,
        n_items=len(scores),
        n_trials=scores.n_scored + scores.skipped + scores.errors.total(),
        n_scored=scores.n_scored,
        n_skipped=scores.skipped,
        n_errors={group: scores.errors[group] for group in get_args(ErrorGroup)},
        mean=mean(values) if values else None,
        **(in_place_of_errors(scores, judge.higher_is_better) if is_share(scores, judge) else {}),
        clusters=None if groups is None else len(set(groups)),
        comparison=comparison,
        mde=smallest_visible(math.sqrt(2) * sure.stderr) if sure.stderr else None,
        **sure.model_dump(exclude={"ci"}),
        ci=sure.ci,
    )


def is_share(scores: ItemScores, judge: Judge) -> bool:
    """Whether the scores lie in 0..1, as is known, or as those that there are do."""
    return scores.least >= 0 and scores.most <= 1 if judge.is_share is None else judge.is_share


def in_place_of_errors(scores: ItemScores, higher_is_better: bool | None) -> dict[str, object]:
    """The mean with every failed trial at 0, and at the worst and the best value; nothing of nothing."""
    low, high = mean_of(scores.filled(0)), mean_of(scores.filled(1))
    if low is None or high is None:
        return {}
    return {"mean_errors_as_zero": low, "bounds": (high, low) if higher_is_better is False else (low, high)}


def mean_of(values: Iterable[float]) -> float | None:
    """The mean, or None of nothing."""
    found = array("d", values)
    return mean(found) if found else None
