"""The page of an experiment: as it goes, as it ended, or beside another base than its own."""

from collections.abc import Sequence
from typing import NamedTuple

from assay.domain.errors import InvalidRequest, NotFound, TooMuch
from assay.domain.evaluation import Evaluation
from assay.domain.experiment import Experiment
from assay.domain.project import Project
from assay.domain.report import FullReport, Report
from assay.domain.run_progress import RunProgress
from assay.ports import Clock, Posted, Prices, Progress, Resources
from assay.use_cases.compare_experiment import (
    Stores,
    base_of,
    chosen_outcome,
    comparison_key,
    lay_beside,
    rows_of,
)
from assay.use_cases.outcomes import outcome_if_there
from assay.use_cases.report_experiment import light_rows, report_experiment
from assay.use_cases.report_logged import report_logged
from assay.use_cases.report_rows import ReportRows
from assay.use_cases.run_rows import RunRows
from assay.use_cases.view_progress import view_progress

MOST_COMPARED = 5000
"""Rows of an experiment that are laid beside those of another while somebody waits."""
PAGE = 200
"""Datapoints that are asked for at once."""
PAGE_BYTES = 1024 * 1024


class Sources(NamedTuple):
    """Whatever a page is made of."""

    stores: Stores
    progress: Progress
    posted: Posted
    prices: Prices
    clock: Clock


class ReportView(NamedTuple):
    """What the page shows; `live` while the run goes on."""

    report: FullReport
    live: RunProgress | None = None


class RowsView(NamedTuple):
    """Rows as JSON, and the datapoint that the next ones begin with."""

    rows: Sequence[str]
    next: int


def view_report(organisation: str, experiment: Experiment, base_id: str | None, *, sources: Sources) -> ReportView:
    """The page. Raises NotFound, InvalidRequest where the base asked for is none, and TooMuch.

    A base that nobody compared it with may make too much work.
    """
    if base_id == experiment.id:
        raise InvalidRequest("This is the run itself: nothing can be seen by laying it beside itself.")
    if experiment.evaluation_id is None:
        return ReportView(logged(organisation, experiment, base_id, sources))
    evaluation = evaluation_of(organisation, experiment, sources.stores)
    if not evaluation.is_over:
        report = begun(organisation, experiment, evaluation, sources)
        return ReportView(FullReport(report), live(organisation, evaluation, sources))
    try:
        if base_id is not None:
            return ReportView(beside(organisation, experiment, evaluation, base_id, sources))
        return ReportView(sources.stores.runs.report(organisation, evaluation.id))
    except NotFound:
        return ReportView(FullReport(begun(organisation, experiment, evaluation, sources)))


def logged(organisation: str, experiment: Experiment, base_id: str | None, sources: Sources) -> FullReport:
    """The report of an experiment that clients wrote."""
    if base_id is None:
        base = base_of(organisation, experiment, stores=sources.stores)
    else:
        base = base_asked_for(organisation, experiment, base_id, sources.stores.resources)
    return report_logged(organisation, experiment, base, stores=sources.stores, prices=sources.prices)


def base_asked_for(organisation: str, experiment: Experiment, base_id: str, resources: Resources) -> Experiment:
    """The base of that id. Raises InvalidRequest where there is none, or none to compare with."""
    try:
        return chosen_outcome(organisation, experiment.project_id, base_id, resources=resources)
    except NotFound as error:
        raise InvalidRequest(f"{error} There is no base to lay this run beside.") from error


def evaluation_of(organisation: str, experiment: Experiment, stores: Stores) -> Evaluation:
    """The evaluation that makes it. Raises NotFound where none does."""
    if experiment.evaluation_id is None:
        raise NotFound("run of the experiment", experiment.id)
    return stores.resources.get(organisation, Evaluation, experiment.evaluation_id)


def live(organisation: str, evaluation: Evaluation, sources: Sources) -> RunProgress:
    """How far the run is."""
    return view_progress(
        organisation,
        evaluation,
        resources=sources.stores.resources,
        progress=sources.progress,
        posted=sources.posted,
        prices=sources.prices,
        clock=sources.clock,
    )


def view_live(organisation: str, experiment: Experiment, *, sources: Sources) -> RunProgress:
    """How far the experiment's run is. Raises NotFound where it has none."""
    return live(organisation, evaluation_of(organisation, experiment, sources.stores), sources)


def begun(organisation: str, experiment: Experiment, evaluation: Evaluation, sources: Sources) -> Report:
    """What is known of an experiment before it has any numbers."""
    project = sources.stores.resources.get(organisation, Project, experiment.project_id)
    return Report(
        title=experiment.name,
        project=project.name,
        description=experiment.description,
        status=evaluation.status,
        reason=evaluation.reason,
        experiment_id=experiment.id,
        evaluation_id=evaluation.id,
        dataset=evaluation.dataset.name or None,
        datapoints=evaluation.dataset.datapoints,
        trials=evaluation.trials,
        began_at=evaluation.created_at,
        n_outputs=0,
        n_missing=0,
    )


def beside(
    organisation: str, experiment: Experiment, evaluation: Evaluation, base_id: str, sources: Sources
) -> FullReport:
    """The report of the experiment beside a base that somebody chose, worked out anew."""
    stores = sources.stores
    base = base_asked_for(organisation, experiment, base_id, stores.resources)
    if max(rows_in(organisation, each, stores) for each in (experiment, base)) > MOST_COMPARED:
        raise TooMuch(f"Over {MOST_COMPARED:,} rows are too many to compare while you wait.")
    summary = stores.runs.summary(organisation, evaluation.id)
    found = lay_beside(organisation, experiment, base, stores=stores, prices=sources.prices)
    return report_experiment(organisation, evaluation, summary, found, resources=stores.resources)


def rows_in(organisation: str, experiment: Experiment, stores: Stores) -> int:
    """How many rows an experiment has; where clients wrote them, spans. Raises InvalidRequest of a live run."""
    if experiment.evaluation_id is None:
        head = stores.experiment_rows.version(organisation, experiment.id)
        return stores.experiment_rows.count(organisation, experiment.id, head.sequence)
    evaluation = evaluation_of(organisation, experiment, stores)
    if not evaluation.is_over:
        raise InvalidRequest(
            f"{experiment.name} is still {evaluation.status}: it can be compared with once it is over."
        )
    return evaluation.dataset.datapoints * evaluation.trials


def view_rows(organisation: str, experiment: Experiment, first: int, *, sources: Sources) -> RowsView:
    """Rows of the experiment, in the order of its dataset, from a datapoint on. Raises NotFound."""
    stores = sources.stores
    evaluation = evaluation_of(organisation, experiment, stores)
    run = run_of(organisation, experiment, stores)
    if run is None or first >= evaluation.dataset.datapoints:
        return RowsView((), evaluation.dataset.datapoints)
    base = base_as_compared(organisation, evaluation, stores)
    base_run = run_of(organisation, base, stores) if base else None
    project = stores.resources.get(organisation, Project, experiment.project_id)
    span = range(first, min(first + PAGE, evaluation.dataset.datapoints))
    reader = ReportRows(run, base_run, comparison_key(project))
    return fitting(reader, run, span)


def base_as_compared(organisation: str, evaluation: Evaluation, stores: Stores) -> Experiment | None:
    """The base that the report has, as long as it is there."""
    try:
        found = stores.runs.comparison(organisation, evaluation.id).base_id if evaluation.is_over else None
    except NotFound:
        return None
    return outcome_if_there(organisation, found, resources=stores.resources) if found else None


def fitting(reader: ReportRows, run: RunRows, span: range) -> RowsView:
    """As many of the datapoints as an answer holds, at least one."""
    found, left = list[str](), PAGE_BYTES
    for row in reader.read(light_rows(run, span), span):
        text = row.model_dump_json()
        left -= len(text)
        if left < 0 and found:
            return RowsView(found, row.index)
        found.append(text)
    return RowsView(found, span.stop)


def run_of(organisation: str, experiment: Experiment, stores: Stores) -> RunRows | None:
    """The rows of the experiment's run; None where it has none."""
    rows = rows_of(organisation, experiment, None, stores)
    return rows if isinstance(rows, RunRows) else None
