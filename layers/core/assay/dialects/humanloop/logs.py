"""The routes of single logs: posted, read, changed, deleted; those of evaluations can be read too."""

from collections.abc import Sequence
from typing import Any

from aws_lambda_powertools.event_handler import Response

from assay.dialects.http import Call, Route, answer, nothing, parsed
from assay.dialects.humanloop import translate_posted
from assay.dialects.humanloop.configs import homes_of
from assay.dialects.humanloop.evaluation_logs import evaluated, evaluated_report, evaluators_own
from assay.dialects.humanloop.evaluations import view
from assay.dialects.humanloop.log_requests import (
    DeleteLogsQuery,
    LogRequest,
    LogRequests,
    ReferenceQuery,
    UpdateLogRequest,
)
from assay.dialects.humanloop.posting import posting
from assay.dialects.humanloop.responses import CreateLogResponse, LogResponse
from assay.dialects.humanloop.translate_logs import posted_log
from assay.domain.errors import IllegalTransition, InvalidRequest, NotFound
from assay.domain.identity import parse_evaluator_log_id, parse_log_id
from assay.domain.log import Log, Report
from assay.domain.project import Project
from assay.domain.task import Config
from assay.use_cases.if_there import if_there
from assay.use_cases.manage_resources import logs
from assay.use_cases.manage_resources.homes import Homes
from assay.use_cases.manage_resources.logs import NewLog
from assay.use_cases.manage_resources.sessions import require_sessions
from assay.use_cases.one_log import one_log
from assay.use_cases.races import settled
from assay.use_cases.update_evaluation.sourced import post_sourced_logs


def create_logs(call: Call, ports: Any) -> Response[str]:
    """POST /logs, one or a list -> 200, one or a list."""
    body = call.json
    if isinstance(body, list):
        return answer(kept(call, ports, parsed("body", lambda: LogRequests.validate_python(body))))
    return answer(kept(call, ports, (parsed("body", lambda: LogRequest.model_validate(body)),))[0])


def kept(call: Call, ports: Any, requests: Sequence[LogRequest]) -> list[CreateLogResponse]:
    """The logs, kept: either all of them, or none because one is at fault; then no project is made for them either."""
    stores = {"logs": ports.logs, "resources": ports.resources}
    require_sessions(call.organisation, [request.session_id for request in requests], **stores)

    def made() -> list[Log]:
        homes = homes_of(call, ports)
        wishes = [placed(homes, request) for request in requests]
        writing = {"logs": ports.logs, "clock": ports.clock, "new_id": ports.new_id}
        found = logs.new_logs(call.organisation, wishes, **writing)
        homes.keep()
        return found

    every = settled(made)
    ports.logs.save(call.organisation, every)
    post_sourced_logs(call.organisation, every, **posting(ports))
    return [CreateLogResponse(id=log.id, project_id=log.project_id, session_id=log.report.session_id) for log in every]


def placed(homes: Homes, request: LogRequest) -> NewLog:
    """The log with its project and config. Raises NotFound and InvalidRequest."""
    project = homes.project(request.project_id, request.project)
    return NewLog(
        project_id=project.id,
        config_id=config_of(homes, project, request).id,
        created_at=request.created_at,
        report=request.report(),
        feedback=request.given_feedback(),
    )


def config_of(homes: Homes, project: Project, request: LogRequest) -> Config:
    """The log's config: of that id, or with those parameters, or the active one. Raises NotFound, InvalidRequest."""
    if request.config_id:
        return homes.known(project, request.config_id)
    found = homes.registered(project, request.config.translated()) if request.config else homes.active(project)
    if found is None:
        raise InvalidRequest("Give the log's config, or its config_id.", ("config_id",), "value_error.missing")
    return found


def get_log(call: Call, ports: Any, id: str) -> Response[str]:  # noqa: A002
    """GET /logs/{id}, also of a log that an evaluation made, or an evaluator within it."""
    if own := parse_evaluator_log_id(id):
        return answer(evaluators_own(call, ports, id, own))
    if place := parse_log_id(id):
        return answer(translate_posted.log(view(call, ports, place.evaluation_id), evaluated(call, ports, id, place)))
    return answer(get_posted(call, ports, id))


def get_posted(call: Call, ports: Any, identifier: str) -> LogResponse:
    """The log that a client posted. Raises NotFound."""
    return shown(call, ports, one_log(call.organisation, identifier, logs=ports.logs))


def shown(call: Call, ports: Any, log: Log) -> LogResponse:
    """A log that a client posted; its project may be deleted by now."""
    config = ports.resources.get(call.organisation, Config, log.config_id)
    project = if_there(call.organisation, Project, log.project_id, resources=ports.resources)
    return posted_log(project, config, log)


def update_log(call: Call, ports: Any, id: str) -> Response[str]:  # noqa: A002
    """PATCH /logs/{id}."""
    change = call.body(UpdateLogRequest).translated()
    require_posted(call, ports, id)
    changed = logs.update_log(call.organisation, id, change, logs=ports.logs, clock=ports.clock)
    return answer(shown(call, ports, changed))


def update_by_reference(call: Call, ports: Any) -> Response[str]:
    """PATCH /logs?reference_id=…: the newest of the logs that were posted with it."""
    reference = call.query(ReferenceQuery).reference_id
    change = call.body(UpdateLogRequest).translated()
    identifier = logs.referred(call.organisation, reference, logs=ports.logs)
    if identifier is None:
        raise NotFound("log with the reference", reference)
    changed = logs.update_log(call.organisation, identifier, change, logs=ports.logs, clock=ports.clock)
    return answer(shown(call, ports, changed))


def delete_logs(call: Call, ports: Any) -> Response[str]:
    """DELETE /logs?id=…&id=… -> 204: all of them, or none because there is no such log."""
    identifiers = call.query(DeleteLogsQuery).id
    for identifier in identifiers:
        require_posted(call, ports, identifier)
    logs.delete_logs(call.organisation, identifiers, logs=ports.logs, erasures=ports.erasures)
    return nothing()


def require_posted(call: Call, ports: Any, identifier: str) -> None:
    """Raises IllegalTransition for a log that an evaluation has, NotFound where it has none."""
    place = parse_log_id(identifier) or parse_evaluator_log_id(identifier)
    if place is not None:
        evaluated(call, ports, identifier, place)
        raise IllegalTransition("This log belongs to an evaluation, and stays as it was judged.")


def reports(call: Call, ports: Any, identifiers: Sequence[str]) -> list[Report]:
    """What the logs say, in the order of the ids, whoever made them. Raises NotFound."""
    posted = [one for one in identifiers if not (parse_log_id(one) or parse_evaluator_log_id(one))]
    found = {log.id: log.report for log in ports.logs.get_many(call.organisation, posted)}
    return [found[one] if one in found else evaluated_report(call, ports, one) for one in identifiers]


ROUTES = (
    Route("POST", "/v4/logs", create_logs),
    Route("GET", "/v4/logs/{id}", get_log),
    Route("PATCH", "/v4/logs/{id}", update_log),
    Route("PATCH", "/v4/logs", update_by_reference),
    Route("DELETE", "/v4/logs", delete_logs),
)
