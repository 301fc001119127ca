"""The routes of single logs: posted, read, changed, deleted; those of evaluations can be read too."""

from collections.abc import Sequence
from typing import Any

from aws_lambda_powertools.event_handler import Response

from assay.dialects.http import Call, Route, answer, nothing, parsed
from assay.dialects.humanloop import translate_posted
from assay.dialects.humanloop.configs import project_of
from assay.dialects.humanloop.evaluation_logs import evaluated, evaluated_report, evaluators_own
from assay.dialects.humanloop.evaluations import view
from assay.dialects.humanloop.log_requests import (
    DeleteLogsQuery,
    LogRequest,
    LogRequests,
    ReferenceQuery,
    UpdateLogRequest,
)
from assay.dialects.humanloop.responses import CreateLogResponse, LogResponse
from assay.dialects.humanloop.translate_logs import posted_log
from assay.domain.errors import IllegalTransition, InvalidRequest, NotFound
from assay.domain.identity import parse_evaluator_log_id, parse_log_id
from assay.domain.log import Log, Report
from assay.domain.project import Project
from assay.domain.task import Config
from assay.use_cases.if_there import if_there
from assay.use_cases.manage_resources import configs, logs, projects
from assay.use_cases.manage_resources.logs import NewLog
from assay.use_cases.one_log import one_log


def create_logs(call: Call, ports: Any) -> Response[str]:
    """POST /logs, one or a list -> 200, one or a list."""
    body = call.json
    if isinstance(body, list):
        return answer(kept(call, ports, parsed("body", lambda: LogRequests.validate_python(body))))
    return answer(kept(call, ports, (parsed("body", lambda: LogRequest.model_validate(body)),))[0])


def kept(call: Call, ports: Any, requests: Sequence[LogRequest]) -> list[CreateLogResponse]:
    """The logs, kept: either all of them, or none because one is at fault."""
    places = Places(call, ports)
    made = logs.create_logs(
        call.organisation,
        [places.placed(request) for request in requests],
        logs=ports.logs,
        clock=ports.clock,
        new_id=ports.new_id,
    )
    return [CreateLogResponse(id=log.id, project_id=log.project_id, session_id=log.report.session_id) for log in made]


class Places:
    """Where the logs of one request belong: each project and config is looked up, or made, only once."""

    def __init__(self, call: Call, ports: Any) -> None:
        self.call, self.ports = call, ports
        self.projects: dict[tuple[str | None, str | None], Project] = {}
        self.configs: dict[tuple[str, str], Config] = {}

    def placed(self, request: LogRequest) -> NewLog:
        """The log with its project and config. Raises NotFound and InvalidRequest."""
        project = self.project(request)
        config = self.config(project, request)
        return NewLog(
            project_id=project.id,
            config_id=config.id,
            created_at=request.created_at,
            report=request.report(),
            feedback=request.given_feedback(),
        )

    def project(self, request: LogRequest) -> Project:
        """The project that is meant, made where it is only named and there is none."""
        key = request.project_id, request.project
        if key not in self.projects:
            self.projects[key] = project_of(self.call, self.ports, *key)
        return self.projects[key]

    def config(self, project: Project, request: LogRequest) -> Config:
        """The config: of that id, or with those parameters, or the active one."""
        wanted = request.config_id or (request.config.model_dump_json() if request.config else "")
        key = project.id, wanted
        if key not in self.configs:
            self.configs[key] = self.find_config(project, request)
        return self.configs[key]

    def find_config(self, project: Project, request: LogRequest) -> Config:
        """As `config`, looked up or made. Raises NotFound, and InvalidRequest where there is none to be found."""
        if not request.config_id and request.config:
            wish = request.config.translated()
            writing = {"resources": self.ports.resources, "clock": self.ports.clock}
            return configs.register_config(self.call.organisation, project, wish, **writing)
        identifier = request.config_id or project.active_config_id
        if not identifier:
            raise InvalidRequest("Give the log's config, or its config_id.", ("config_id",), "value_error.missing")
        return projects.find_config(self.call.organisation, project.id, identifier, resources=self.ports.resources)


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
