"""The routes that change an evaluation: status, evaluators; and those by which clients post logs and results."""

from typing import Any

from aws_lambda_powertools.event_handler import Response

from assay.dialects.http import Call, Route, answer
from assay.dialects.humanloop import translate_posted
from assay.dialects.humanloop.evaluations import chosen, translated, view
from assay.dialects.humanloop.log_requests import LogRequest
from assay.dialects.humanloop.posting import posting
from assay.dialects.humanloop.requests import WithProviderKeys
from assay.dialects.humanloop.responses import CreateLogResponse
from assay.dialects.humanloop.update_requests import (
    AddEvaluatorsRequest,
    EvaluateeQuery,
    PostLogRequest,
    PostResultRequest,
    UpdateStatusRequest,
)
from assay.use_cases.get_evaluation import EvaluationView
from assay.use_cases.manage_resources.sessions import require_sessions, see_made
from assay.use_cases.sent_keys import SentKeys
from assay.use_cases.update_evaluation.evaluators import add_evaluators
from assay.use_cases.update_evaluation.logs import PostLog, post_log
from assay.use_cases.update_evaluation.results import PostResult, post_result
from assay.use_cases.update_evaluation.status import update_status


def status(call: Call, ports: Any, id: str) -> Response[str]:  # noqa: A002
    """PATCH /evaluations/{id}/status."""
    wish = call.body(UpdateStatusRequest)
    evaluation_id = view(call, ports, id).evaluation.id
    update_status(call.organisation, evaluation_id, wish.translated(), **changing(ports, wish))
    return answer(translated(call, ports, view(call, ports, evaluation_id), aggregated=False))


def evaluators(call: Call, ports: Any, id: str) -> Response[str]:  # noqa: A002
    """PATCH /evaluations/{id}/evaluators."""
    wish = call.body(AddEvaluatorsRequest)
    evaluation_id = view(call, ports, id).evaluation.id
    ids, versions = wish.evaluator_ids or (), wish.evaluator_version_ids or ()
    add_evaluators(call.organisation, evaluation_id, ids, versions, **changing(ports, wish))
    return answer(translated(call, ports, view(call, ports, evaluation_id), aggregated=False))


def log(call: Call, ports: Any, evaluation_id: str) -> Response[str]:
    """POST /evaluations/{evaluation_id}/log -> 201."""
    wish = call.body(PostLogRequest)
    found = chosen(view(call, ports, evaluation_id), wish.evaluatee_id or call.query(EvaluateeQuery).evaluatee_id)
    require_sessions(call.organisation, [wish.log.session_id], logs=ports.logs, resources=ports.resources)
    wished = translated_log(found, wish.datapoint_id, wish.log)
    kept = post_log(call.organisation, wished, **posting(ports))
    if kept.report.session_id:
        see_made(call.organisation, kept.report.session_id, resources=ports.resources, clock=ports.clock)
    return answer(CreateLogResponse(id=kept.id, project_id=kept.project_id, session_id=kept.report.session_id), 201)


def translated_log(found: EvaluationView, datapoint_id: str, log: LogRequest) -> PostLog:
    """The log in the core's terms."""
    return PostLog(
        evaluation_id=found.evaluation.id,
        datapoint_id=datapoint_id,
        project_id=log.project_id,
        config_id=log.config_id,
        created_at=log.created_at,
        report=log.report(),
    )


def result(call: Call, ports: Any, evaluation_id: str) -> Response[str]:
    """POST /evaluations/{evaluation_id}/result -> 201."""
    wish = call.body(PostResultRequest)
    found = chosen(view(call, ports, evaluation_id), wish.evaluatee_id or call.query(EvaluateeQuery).evaluatee_id)
    kept = post_result(
        call.organisation,
        PostResult(evaluation_id=found.evaluation.id, **wish.model_dump(exclude={"evaluatee_id"})),
        resources=ports.resources,
        datasets=ports.datasets,
        runs=ports.runs,
        logs=ports.logs,
        posted=ports.posted,
        clock=ports.clock,
    )
    return answer(translate_posted.posted_result(found, kept), 201)


def changing(ports: Any, wish: WithProviderKeys) -> dict[str, Any]:
    """What a change needs: ports, and the provider keys that came with the wish."""
    sent = SentKeys(wish.keys, ports.request_keys)
    return {"resources": ports.resources, "executions": ports.executions, "sent": sent, "clock": ports.clock}


ROUTES = (
    Route("PATCH", "/v4/evaluations/{id}/status", status),
    Route("PATCH", "/v4/evaluations/{id}/evaluators", evaluators),
    Route("POST", "/v4/evaluations/{evaluation_id}/log", log),
    Route("POST", "/v4/evaluations/{evaluation_id}/result", result),
)
