"""What the page of an experiment shows: its numbers, and as many of its rows as a page can hold, the worst first."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from pydantic import Field

from assay.domain.evaluation import Status
from assay.domain.fault import FaultLine
from assay.domain.score import Failure, Number, Verdict
from assay.domain.statistics.describe import ScoreStatistics
from assay.domain.value import JsonValue, Value

LONGEST_TEXT = 20_000
"""Characters of one text that a page shows; the API has the whole."""
MOST_SCORES = 40
"""Scores that a page shows of a run, and of a row; the API has all."""


class ScoreOnRow(Value):
    """What one evaluator said of one trial, or why it said nothing. `value` is a number where it can be one."""

    name: str
    value: Verdict = None
    reason: str | None = None
    stdout: str = ""
    failure: Failure | None = None


class Trial(Value):
    """One trial of a datapoint. `latency` is in seconds; tokens are None where nobody counted them."""

    output: JsonValue = None
    failure: Failure | None = None
    message: dict[str, JsonValue] | None = None
    finish_reason: str | None = None
    prompt_tokens: int | None = None
    output_tokens: int | None = None
    latency: float | None = None
    attempts: int = 1
    scores: tuple[ScoreOnRow, ...] = ()


class ReportRow(Value):
    """A datapoint with what became of it; `base` are the trials of the same datapoint in the base.

    `messages` are what a model was asked. `scores` and `base_scores` are means over the trials, by the score's name.
    """

    index: int
    id: str
    inputs: JsonValue = None
    target: JsonValue = None
    metadata: dict[str, JsonValue] = Field(default_factory=dict)
    tags: tuple[str, ...] = ()
    messages: tuple[dict[str, JsonValue], ...] = ()
    trials: tuple[Trial, ...] = ()
    scores: dict[str, Number] = Field(default_factory=dict)
    base_scores: dict[str, Number] = Field(default_factory=dict)
    base: tuple[Trial, ...] = ()


class Histogram(Value):
    """How many rows lie in each of equal steps from `low` to `high`."""

    low: Number
    high: Number
    counts: tuple[int, ...]


class Latency(Value):
    """Seconds of a row's task: half, nine in ten, 99 in a hundred of the rows took no longer; and the longest."""

    p50: Number
    p90: Number
    p99: Number
    longest: Number


class ScoreReport(Value):
    """One score over the whole run."""

    name: str
    statistics: ScoreStatistics
    histogram: Histogram | None = None
    base_mean: Number | None = None


class Metric(Value):
    """A number that is no score: its mean over the rows, and the difference to the base."""

    name: str
    mean: Number
    diff: Number | None = None


class Base(Value):
    """What the experiment is compared with."""

    id: str
    name: str


class Report(Value):
    """All that the page of an experiment shows. `configuration` is what ran, on what, judged by what.

    `n_scores` is how many the run has, where those are more than are shown. `faults` say why rows have no output or
    not every score.
    """

    title: str
    project: str
    description: str | None = None
    status: Status
    reason: str | None = None
    experiment_id: str | None = None
    evaluation_id: str | None = None
    dataset: str | None = None
    dataset_version: str | None = None
    datapoints: int
    trials: int
    began_at: datetime
    ended_at: datetime | None = None
    n_outputs: int
    n_missing: int
    errors_by_kind: dict[str, int] = Field(default_factory=dict)
    faults: tuple[FaultLine, ...] = ()
    prompt_tokens: int | None = None
    output_tokens: int | None = None
    judge_tokens: int | None = None
    cost: Number | None = None
    latency: Latency | None = None
    base: Base | None = None
    scores: tuple[ScoreReport, ...] = ()
    n_scores: int | None = None
    metrics: tuple[Metric, ...] = ()
    configuration: dict[str, JsonValue] = Field(default_factory=dict)


MOST_LISTED = 100
"""Experiments on the page of a project, the newest; older ones are found by the API."""


class ListedExperiment(Value):
    """An experiment on the page of its project; one that clients wrote themselves has no status.

    What is not `is_kept` came of an evaluation that makes no experiment, and has that one's id.
    """

    id: str
    is_kept: bool = True
    name: str
    began_at: datetime
    status: Status | None = None
    datapoints: int | None = None
    scores: tuple[ScoreStatistics, ...] = ()


class FullReport(NamedTuple):
    """A report with rows, each as its JSON: whoever shows them need not read them."""

    head: Report
    rows: Sequence[str] = ()


def shortened(value: JsonValue) -> JsonValue:
    """A value with its texts cut to what a page shows."""
    if isinstance(value, str):
        return value if len(value) <= LONGEST_TEXT else f"{value[:LONGEST_TEXT]} … ({len(value):,} characters in all)"
    if isinstance(value, list):
        return [shortened(one) for one in value]
    if isinstance(value, dict):
        return {name: shortened(one) for name, one in value.items()}
    return value
