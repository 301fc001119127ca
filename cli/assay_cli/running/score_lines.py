"""What an experiment's scores come to beside its base: the numbers that every one of our tables shows."""

from typing import Any, NamedTuple

from pydantic import TypeAdapter

from assay.domain.statistics.describe import ScoreStatistics
from assay.domain.statistics.interval import Interval
from assay.domain.verdict import Verdict, verdict

STATISTICS: TypeAdapter[dict[str, ScoreStatistics]] = TypeAdapter(dict[str, ScoreStatistics])
NOTHING = "–"  # noqa: RUF001
COLUMNS = ("score", "mean", "95% interval", "vs base", "95% interval", "better", "worse", "same", "scored", "errors")


class ScoreLine(NamedTuple):
    """One score's line, as texts in the order of COLUMNS."""

    name: str
    mean: str
    interval: str
    difference: str
    difference_interval: str
    better: str
    worse: str
    same: str
    scored: str
    errors: str


def statistics_of(summary: dict[str, Any]) -> dict[str, ScoreStatistics]:
    """The statistics in a summary, by score; none where it has none."""
    found = summary.get("statistics") or {}
    return STATISTICS.validate_python({name: {"name": name, **one} for name, one in found.items()})


def score_lines(summary: dict[str, Any]) -> list[ScoreLine]:
    """A line for each score."""
    return [score_line(name, one) for name, one in statistics_of(summary).items()]


def verdicts(summary: dict[str, Any]) -> list[tuple[str, Verdict]]:
    """In words how each score stands beside the base, where there is one."""
    found = ((name, verdict(one)) for name, one in statistics_of(summary).items())
    return [(name, one) for name, one in found if one is not None]


def score_line(name: str, one: ScoreStatistics) -> ScoreLine:
    """One score's line. What cannot be said is a dash."""
    beside = one.comparison
    return ScoreLine(
        name=name,
        mean=number(one.mean),
        interval=interval(one.ci),
        difference=number(beside.diff if beside else None, signed=True),
        difference_interval=interval(beside.ci if beside else None, signed=True),
        better=count(beside.wins if beside else None),
        worse=count(beside.losses if beside else None),
        same=count(beside.ties if beside else None),
        scored=str(one.n_scored),
        errors=str(sum(one.n_errors.values())),
    )


def number(value: float | None, *, signed: bool = False) -> str:
    """A number with three decimals."""
    if value is None:
        return NOTHING
    return f"{value:+.3f}" if signed else f"{value:.3f}"


def interval(one: Interval | None, *, signed: bool = False) -> str:
    """From the lower to the upper end."""
    return NOTHING if one is None else f"{number(one.low, signed=signed)} … {number(one.high, signed=signed)}"


def count(value: int | None) -> str:
    """A count."""
    return NOTHING if value is None else str(value)
