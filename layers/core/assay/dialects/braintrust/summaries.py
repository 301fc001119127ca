"""Summaries of experiments as clients read them (contracts/braintrust.md §2); no entry has a key beside those."""

from collections.abc import Callable
from typing import Any

from assay.dialects.links import link
from assay.domain.comparison import Line, unit
from assay.domain.fault import FaultLine
from assay.domain.ids import canonical
from assay.domain.link import path_to
from assay.domain.run_progress import RunProgress
from assay.domain.statistics.describe import ScoreStatistics
from assay.domain.value import JsonValue, Model
from assay.use_cases.compare_experiment import Stores
from assay.use_cases.view_experiment import ExperimentView

Body = dict[str, JsonValue]
Address = Callable[[ExperimentView], tuple[str, str]]
"""The addresses of an experiment's project and of itself."""


class SummaryResponse(Model):
    """An experiment's names and links; its numbers where they are asked for and there are any.

    `statistics` say how sure each score is. They stand here, since no entry may have a key more (§2.3). `faults` say
    why rows have no output or not every score; `reason` is there where a run that is over has something to say.
    `evaluation_id` is that of its run, if it has one: by it a failed one is resumed.
    """

    project_name: str
    experiment_name: str
    project_url: str
    experiment_url: str
    project_id: str
    experiment_id: str
    evaluation_id: str | None = None
    comparison_experiment_name: str | None = None
    scores: dict[str, dict[str, JsonValue]] | None = None
    metrics: dict[str, dict[str, JsonValue]] | None = None
    statistics: dict[str, ScoreStatistics] | None = None
    status: str | None = None
    reason: str | None = None
    faults: list[FaultLine] | None = None
    progress: RunProgress | None = None


def stores_of(ports: Any) -> Stores:
    """Whatever the rows of experiments are read from."""
    return Stores(ports.resources, ports.datasets, ports.runs, ports.experiment_rows, ports.posted)


def addresses(call: Any, ports: Any) -> Address:
    """Makes links that open without a key, of the address that the call came to."""
    organisation = call.organisation

    def made(view: ExperimentView) -> tuple[str, str]:
        project = path_to(organisation, view.project.name)
        experiment = path_to(organisation, view.project.name, view.experiment.name)
        return (
            link(call, ports, project, "project", view.project.id),
            link(call, ports, experiment, "experiment", view.experiment.id),
        )

    return made


def named(view: ExperimentView, address: Address) -> Body:
    """The summary without numbers."""
    project_url, experiment_url = address(view)
    return {
        "project_name": view.project.name,
        "experiment_name": view.experiment.name,
        "project_url": project_url,
        "experiment_url": experiment_url,
        "project_id": view.project.id,
        "experiment_id": view.experiment.id,
        **({"evaluation_id": run} if (run := view.experiment.evaluation_id) else {}),
    }


def body(view: ExperimentView, address: Address) -> Body:
    """The summary; while the run goes on its scores are null, and `status` says so."""
    if view.comparison is None:
        names = ("comparison_experiment_name", "scores", "metrics", "statistics")
        return {**named(view, address), **dict.fromkeys(names), "status": unsummed(view)}
    return {
        **named(view, address),
        "comparison_experiment_name": view.base_name,
        "scores": {line.name: score(line) for line in view.comparison.scores},
        "metrics": {line.name: metric(line) for line in view.comparison.metrics},
        "statistics": {one.name: one.model_dump(mode="json") for one in view.comparison.statistics},
        "faults": [one.model_dump(mode="json") for one in view.comparison.faults],
        "status": view.evaluation.status if view.evaluation else "completed",
        **({"reason": view.evaluation.reason} if view.evaluation and view.evaluation.reason else {}),
    }


def unsummed(view: ExperimentView) -> str:
    """The status of a run without numbers: one that was ended is running until it is summed up."""
    if view.evaluation is None:
        return "running"
    return "running" if view.evaluation.is_over and view.evaluation.is_working else view.evaluation.status


def score(line: Line) -> Body:
    """One score's entry."""
    return {"name": line.name, "score": canonical(line.mean), **compared(line)}


def metric(line: Line) -> Body:
    """One metric's entry."""
    return {"name": line.name, "metric": canonical(line.mean), "unit": unit(line.name), **compared(line)}


def compared(line: Line) -> Body:
    """How it stands beside the base; without a `diff` where nothing could be compared."""
    diff: Body = {} if line.diff is None else {"diff": canonical(line.diff)}
    return {**diff, "improvements": line.improvements, "regressions": line.regressions}
