"""Where the marks of a plot stand, in its own units, and what it says to those who do not see it."""

from typing import NamedTuple

from assay.domain.report import Report, ScoreReport
from assay.domain.statistics.describe import ScoreStatistics
from assay.domain.verdict import verdict
from assay.report.words import amount, between, difference

LEFT, RIGHT = 6.0, 234.0
ZERO, REACH = 75.0, 69.0


class IntervalPlot(NamedTuple):
    """A mean with its interval and the base's mean, on an axis from LEFT to RIGHT."""

    label: str
    mean: float | None
    low: float | None
    high: float | None
    base: float | None
    base_label: str


class DifferencePlot(NamedTuple):
    """A difference with its interval around ZERO."""

    label: str
    finding: str
    mean: float
    low: float
    high: float


def interval_plot(score: ScoreReport) -> IntervalPlot:
    """The score on 0..1 where it is a share, else on an axis that just holds its marks."""
    found = score.statistics
    ends = (found.ci.low, found.ci.high) if found.ci else (None, None)
    axis = (0.0, 1.0) if found.bounds is not None else span([found.mean, *ends, score.base_mean])
    label = f"{score.name}: {amount(found, found.mean)}, 95% interval {between(found)}"
    beside = amount(found, score.base_mean)
    if score.base_mean is not None:
        label += f"; the base: {beside}"
    return IntervalPlot(
        label=label,
        mean=placed(found.mean, axis),
        low=placed(ends[0], axis),
        high=placed(ends[1], axis),
        base=placed(score.base_mean, axis),
        base_label=beside,
    )


def span(values: list[float | None]) -> tuple[float, float]:
    """The least and the greatest, with some room."""
    known = [value for value in values if value is not None] or [0.0]
    room = (max(known) - min(known)) / 4 or 1.0
    return min(known) - room, max(known) + room


def placed(value: float | None, axis: tuple[float, float]) -> float | None:
    """Where a value stands."""
    if value is None:
        return None
    share = (value - axis[0]) / (axis[1] - axis[0])
    return round(LEFT + min(max(share, 0), 1) * (RIGHT - LEFT), 2)


def reaches(report: Report) -> tuple[float, float]:
    """How far from zero differences go: those of shares, which all stand on one scale, and the others."""
    far = {True: 0.0, False: 0.0}
    for score in report.scores:
        beside = score.statistics.comparison
        if beside and beside.ci:
            is_share = score.statistics.bounds is not None
            far[is_share] = max(far[is_share], abs(beside.ci.low), abs(beside.ci.high))
    return far[True] or 1.0, far[False] or 1.0


def difference_plot(score: ScoreReport, report: Report) -> DifferencePlot | None:
    """The score's difference to the base."""
    found = score.statistics
    beside, said = found.comparison, verdict(found)
    if not (beside and beside.ci and said and beside.diff is not None):
        return None
    reach = reaches(report)[0 if found.bounds is not None else 1]
    low, high = beside.ci.low, beside.ci.high
    label = f"{score.name}, difference {difference(found, beside.diff)}, 95% interval {ends(found, low, high)}"
    return DifferencePlot(
        label, said.finding, *(round(ZERO + REACH * one / reach, 2) for one in (beside.diff, low, high))
    )


def ends(found: ScoreStatistics, low: float, high: float) -> str:
    """The ends of a difference's interval."""
    return f"{difference(found, low)} to {difference(found, high)}"
