"""The routes of evaluations: create (its own function), get, list datapoints."""

from typing import Any

from aws_lambda_powertools.event_handler import Response

from assay.dialects.http import Call, Route, answer
from assay.dialects.humanloop import translate, translate_posted
from assay.dialects.humanloop.pages import MOST_ROWS, fitting, span
from assay.dialects.humanloop.requests import (
    CreateEvaluationRequest,
    EvaluationQuery,
    RowsQuery,
)
from assay.dialects.humanloop.responses import EvaluationResponse, LogResponse, Page, RowResponse
from assay.dialects.humanloop.translate_launch import wish
from assay.dialects.humanloop.translate_logs import posted_log
from assay.dialects.links import link
from assay.domain.errors import NotFound
from assay.domain.identity import suffix
from assay.domain.link import path_to_evaluation
from assay.domain.task import Config
from assay.use_cases import get_evaluation as reading
from assay.use_cases.estimate_evaluation import estimate_evaluation
from assay.use_cases.get_evaluation import EvaluationView, Row
from assay.use_cases.sent_keys import SentKeys
from assay.use_cases.start_evaluation import StartEvaluation, new_evaluation, see_begun, start_evaluation


def create(call: Call, ports: Any, project_id: str) -> Response[str]:
    """POST /projects/{project_id}/evaluations -> 201, at once; or 200 with an estimate, if that is preferred."""
    request = call.body(CreateEvaluationRequest)
    asked = wish(project_id, request)
    if call.prefers("estimate"):
        return estimate(call, ports, asked)
    evaluation = start_evaluation(
        call.organisation,
        asked,
        resources=ports.resources,
        datasets=ports.datasets,
        executions=ports.executions,
        prices=ports.prices,
        sent=SentKeys(request.keys, ports.request_keys),
        limits=ports.limits,
        clock=ports.clock,
        new_id=ports.new_id,
    )
    return answer(translated(call, ports, view(call, ports, evaluation.id), aggregated=False), 201)


def estimate(call: Call, ports: Any, asked: StartEvaluation) -> Response[str]:
    """What the evaluation would come to; nothing is created (docs/estimates.md)."""
    stores = {"resources": ports.resources, "datasets": ports.datasets, "prices": ports.prices}
    made = {"limits": ports.limits, "clock": ports.clock, "new_id": ports.new_id}
    evaluation = new_evaluation(call.organisation, asked, **stores, **made)
    found = estimate_evaluation(call.organisation, evaluation, **stores)
    return answer(found, headers={"Preference-Applied": "estimate"})


def get(call: Call, ports: Any, id: str) -> Response[str]:  # noqa: A002
    """GET /evaluations/{id}.

    Whoever waits for a pass that was never started has it started.
    """
    query = call.query(EvaluationQuery)
    found = chosen(view(call, ports, id), query.evaluatee_id)
    see_begun(call.organisation, found.evaluation, executions=ports.executions, clock=ports.clock)
    return answer(translated(call, ports, found, aggregated=query.evaluator_aggregates))


def list_rows(call: Call, ports: Any, id: str) -> Response[str]:  # noqa: A002
    """GET /evaluations/{id}/datapoints; pages count from 1."""
    query = call.query(RowsQuery)
    found = chosen(view(call, ports, id), query.evaluatee_id)
    total, size = found.evaluation.dataset.datapoints, min(query.size, MOST_ROWS)
    stores = {"datasets": ports.datasets, "runs": ports.runs, "posted": ports.posted}
    rows = reading.list_rows(call.organisation, found.evaluation, span(query.page - 1, size, total), **stores)
    shown = (translate_posted.row(found, row, made_elsewhere(call, ports, row)) for row in rows)
    records = fitting(shown, size)
    return answer(Page[RowResponse](records=records, page=query.page, size=size, total=total))


def made_elsewhere(call: Call, ports: Any, row: Row) -> LogResponse | None:
    """The log that a client made for a row that has none of its own, and posted results on; None once deleted."""
    if row.output or not row.results:
        return None
    log = ports.logs.present(call.organisation, [row.results[-1].log_id]).get(row.results[-1].log_id)
    return posted_log(None, ports.resources.get(call.organisation, Config, log.config_id), log) if log else None


def view(call: Call, ports: Any, evaluation_id: str) -> EvaluationView:
    """The evaluation. `evrun_…` is another spelling of `ev_…`: both name the same thing."""
    identifier = f"ev_{suffix(evaluation_id)}" if evaluation_id.startswith("evrun_") else evaluation_id
    return reading.get_evaluation(call.organisation, identifier, resources=ports.resources, datasets=ports.datasets)


def chosen(found: EvaluationView, evaluatee_id: str | None) -> EvaluationView:
    """The evaluation as its one evaluatee saw it. Raises NotFound for any other."""
    evaluation = found.evaluation
    if evaluatee_id not in {None, f"evv_{suffix(evaluation.id)}", evaluation.config_id}:
        raise NotFound("evaluatee", str(evaluatee_id))
    return found


def translated(call: Call, ports: Any, found: EvaluationView, *, aggregated: bool) -> EvaluationResponse:
    """The evaluation's response, with aggregates where they are wanted."""
    address = url(call, ports, found.evaluation.id)
    if not aggregated:
        return translate.evaluation(found, address)
    numbers = reading.aggregates(call.organisation, found.evaluation, progress=ports.progress, posted=ports.posted)
    statistics = reading.statistics(call.organisation, found.evaluation, runs=ports.runs)
    return translate.evaluation(found, address, numbers, statistics)


def url(call: Call, ports: Any, evaluation_id: str) -> str:
    """Where the evaluation's page opens, for whoever has this link."""
    path = path_to_evaluation(call.organisation, evaluation_id)
    return link(call, ports, path, "evaluation", evaluation_id)


CREATE = (Route("POST", "/v4/projects/{project_id}/evaluations", create),)
READ = (
    Route("GET", "/v4/evaluations/{id}", get),
    Route("GET", "/v4/evaluations/{id}/datapoints", list_rows),
)
