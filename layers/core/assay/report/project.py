"""The page of a project: its experiments over time, and two of them to lay side by side."""

from collections.abc import Sequence
from typing import NamedTuple

from assay.domain.report import MOST_LISTED, ListedExperiment
from assay.domain.statistics.describe import ScoreStatistics
from assay.report.pages import rendered
from assay.report.plots import span
from assay.report.words import amount, between

LEFT, RIGHT, TOP, BOTTOM = 60, 468, 12, 128
MOST_DRAWN = 40
MOST_COLUMNS = 12
"""Scores that are listed and drawn."""


class Listed(NamedTuple):
    """An experiment, and where its page is."""

    experiment: ListedExperiment
    address: str


class Mark(NamedTuple):
    """An experiment's mean within a plot, with its interval where there is one."""

    label: str
    x: float
    y: float
    low: float | None
    high: float | None


class Trend(NamedTuple):
    """One score over the experiments of a project, the oldest first; `axis` are the words at its ends."""

    name: str
    marks: tuple[Mark, ...]
    axis: tuple[str, str]

    @property
    def path(self) -> str:
        """The line from mark to mark."""
        return "M" + "L".join(f"{mark.x} {mark.y}" for mark in self.marks)


def project_page(project: str, links: Sequence[Listed]) -> str:
    """A project's experiments."""
    every = list(dict.fromkeys(score.name for link in links for score in link.experiment.scores))
    names = every[:MOST_COLUMNS]
    drawn = [link.experiment for link in links][:MOST_DRAWN][::-1]
    trends = [trend(name, drawn) for name in names]
    return rendered(
        "project.html",
        project=project,
        links=links,
        most_listed=MOST_LISTED,
        names=names,
        unseen=len(every) - len(names),
        trends=[t for t in trends if t],
        found=found,
    )


def found(experiment: ListedExperiment, name: str) -> ScoreStatistics | None:
    """An experiment's score of a name."""
    return next((score for score in experiment.scores if score.name == name), None)


def trend(name: str, experiments: Sequence[ListedExperiment]) -> Trend | None:
    """The score over time; None where fewer than two experiments have it."""
    known = [(one, score) for one in experiments if (score := found(one, name)) and score.mean is not None]
    if len(known) < 2:  # noqa: PLR2004 a line has two ends
        return None
    values = [value for _, score in known for value in (score.mean, *ends(score))]
    axis = (0.0, 1.0) if all(score.bounds for _, score in known) else span(values)
    step = (RIGHT - LEFT) / (len(known) - 1)
    marks = tuple(mark(one, score, LEFT + place * step, axis) for place, (one, score) in enumerate(known))
    return Trend(name, marks, (amount(known[0][1], axis[1]), amount(known[0][1], axis[0])))


def mark(one: ListedExperiment, score: ScoreStatistics, x: float, axis: tuple[float, float]) -> Mark:
    """Where an experiment stands."""
    low, high = ends(score)
    label = f"{one.name}, {one.began_at:%Y-%m-%d}: {amount(score, score.mean)}, 95% interval {between(score)}"
    heights = [None if value is None else height(value, axis) for value in (score.mean, low, high)]
    return Mark(label, round(x, 1), heights[0] or 0.0, heights[1], heights[2])


def ends(score: ScoreStatistics) -> tuple[float | None, float | None]:
    """The ends of a score's interval."""
    return (score.ci.low, score.ci.high) if score.ci else (None, None)


def height(value: float, axis: tuple[float, float]) -> float:
    """How far down a value stands."""
    share = (value - axis[0]) / (axis[1] - axis[0])
    return round(BOTTOM - min(max(share, 0), 1) * (BOTTOM - TOP), 1)
