"""The routes that list evaluations: filtered, sorted, in pages; or all of a project."""

from collections.abc import Callable
from typing import Any

from aws_lambda_powertools.event_handler import Response

from assay.dialects.http import Call, Route, answer
from assay.dialects.humanloop.evaluations import chosen, translated
from assay.dialects.humanloop.pages import bytes_of, page_of, whole
from assay.dialects.humanloop.requests import EvaluationsQuery, ProjectEvaluationsQuery
from assay.dialects.humanloop.responses import EvaluationResponse
from assay.dialects.humanloop.translate import STATUSES
from assay.domain.errors import NotFound
from assay.domain.evaluation import Evaluation
from assay.domain.identity import suffix
from assay.domain.project import Project
from assay.use_cases import get_evaluation as reading
from assay.use_cases.get_evaluation import EvaluationView

Measure = Callable[[EvaluationView], Any]
OVERHEAD = 4096
"""A response says some things twice that the view has once."""


def list_all(call: Call, ports: Any) -> Response[str]:
    """GET /evaluations?project_id=…: with aggregates; newest first unless `sort` says otherwise."""
    query = call.query(EvaluationsQuery)
    found = [each for each in of_project(call, ports, query.project_id) if matches(each, query)]
    for key in reversed(query.sort):
        column, _, direction = key.rpartition(".")
        found = sorted_by(found, measure(call, ports, column), descending=direction == "desc")

    def response(each: EvaluationView) -> EvaluationResponse:
        return translated(call, ports, each, aggregated=True)

    return answer(page_of(found, query.page, query.size, response, weight))


def list_for_project(call: Call, ports: Any, project_id: str) -> Response[str]:
    """GET /projects/{project_id}/evaluations: a bare array, newest first."""
    query = call.query(ProjectEvaluationsQuery)
    found = [each for each in of_project(call, ports, project_id) if is_seen(each, query.evaluatee_id)]
    return answer(whole(translated(call, ports, each, aggregated=query.evaluator_aggregates) for each in found))


def of_project(call: Call, ports: Any, project_id: str) -> list[EvaluationView]:
    """The project's evaluations, newest first. Raises NotFound."""
    ports.resources.get(call.organisation, Project, project_id)
    return reading.list_evaluations(call.organisation, project_id, resources=ports.resources, datasets=ports.datasets)


def weight(view: EvaluationView) -> int:
    """About how many bytes the evaluation has in a response."""
    return bytes_of(view) + OVERHEAD


def matches(view: EvaluationView, query: EvaluationsQuery) -> bool:
    """Whether the query asks for this evaluation: by one of the values of every filter that has any."""
    evaluation = view.evaluation
    names = {evaluation.id, f"evrun_{suffix(evaluation.id)}"}
    filters = (
        (query.id, names),
        (query.id_filter, names),
        (query.dataset_filter, {evaluation.dataset.dataset_id, evaluation.dataset.name}),
        (query.config_filter, {view.config.id, view.config.name}),
        (query.status_filter, {shown_status(evaluation)}),
    )
    passes = all(not wanted or names & set(wanted) for wanted, names in filters)
    return passes and is_within(evaluation, query) and is_seen(view, query.evaluatee_id)


def is_within(evaluation: Evaluation, query: EvaluationsQuery) -> bool:
    """Whether it was created on the days that are asked for, the first and the last included."""
    day = evaluation.created_at.date()
    return (query.start_date is None or day >= query.start_date) and (query.end_date is None or day <= query.end_date)


def is_seen(view: EvaluationView, evaluatee_id: str | None) -> bool:
    """Whether the evaluation has the evaluatee; None is whichever it has."""
    try:
        chosen(view, evaluatee_id)
    except NotFound:
        return False
    return True


def shown_status(evaluation: Evaluation) -> str:
    """The status as clients know it."""
    return STATUSES.get(evaluation.status, evaluation.status)


def measure(call: Call, ports: Any, column: str) -> Measure:
    """What a column has of an evaluation: a text, an evaluator's number, or None."""
    kind, _, evaluator = column.partition("-")
    columns: dict[str, Measure] = {
        "dataset": lambda view: view.evaluation.dataset.name,
        "config": lambda view: view.config.name,
        "status": lambda view: shown_status(view.evaluation),
        "evaluator": lambda view: number(call, ports, view, evaluator),
    }
    return columns[kind]


def number(call: Call, ports: Any, view: EvaluationView, evaluator_id: str) -> float | None:
    """The mean of an evaluator's scores; None where it is not attached or has judged nothing."""
    versions = [each.evaluator_id for each in view.evaluators]
    if evaluator_id not in versions:
        return None
    found = reading.aggregates(call.organisation, view.evaluation, progress=ports.progress, posted=ports.posted)
    return found[versions.index(evaluator_id)].mean


def sorted_by(views: list[EvaluationView], measured: Measure, *, descending: bool) -> list[EvaluationView]:
    """In order of a column; those that have nothing there come last either way, and equals stay as they were."""
    values = {view.evaluation.id: measured(view) for view in views}
    have = [view for view in views if values[view.evaluation.id] is not None]
    lack = [view for view in views if values[view.evaluation.id] is None]
    have.sort(key=lambda view: values[view.evaluation.id], reverse=descending)
    return have + lack


ROUTES = (
    Route("GET", "/v4/evaluations", list_all),
    Route("GET", "/v4/projects/{project_id}/evaluations", list_for_project),
)
