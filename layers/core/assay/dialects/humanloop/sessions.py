"""The routes of sessions."""

from typing import Any

from aws_lambda_powertools.event_handler import Response

from assay.dialects.http import Call, Route, answer, writing
from assay.dialects.humanloop import translate_logs
from assay.dialects.humanloop.log_requests import SessionsQuery
from assay.dialects.humanloop.log_responses import CreateSessionResponse, SessionsPage
from assay.dialects.humanloop.pages import MOST_ROWS, fitting, span
from assay.dialects.humanloop.queries import careful_query, cursor, place
from assay.domain.project import Project
from assay.use_cases.manage_resources import sessions
from assay.use_cases.manage_resources.find_logs import LogSearch, find_logs


def create_session(call: Call, ports: Any) -> Response[str]:
    """POST /sessions -> 201."""
    made = sessions.create_session(call.organisation, **writing(ports))
    return answer(CreateSessionResponse(id=made.id), 201)


def get_session(call: Call, ports: Any, id: str) -> Response[str]:  # noqa: A002
    """GET /sessions/{id}."""
    stores = {"logs": ports.logs, "resources": ports.resources}
    return answer(translate_logs.session(sessions.get_session(call.organisation, id, **stores)))


def list_sessions(call: Call, ports: Any) -> Response[str]:
    """GET /sessions?project_id=…: the one with the newest log first; pages count from 1."""
    query = careful_query(call, SessionsQuery)
    ports.resources.get(call.organisation, Project, query.project_id)
    stores = {"logs": ports.logs, "resources": ports.resources}
    search = LogSearch(project_id=query.project_id, after=place(query.project_id, query.cursor))
    found = find_logs(call.organisation, search, **stores)
    every, size = sessions.sessions_of(found.entries), min(query.size, MOST_ROWS)
    chosen = [every[index] for index in span(query.page - 1, size, len(every))]
    records = fitting(map(translate_logs.session, sessions.views(call.organisation, chosen, **stores)), size)
    rest = cursor(query.project_id, found.rest)
    return answer(SessionsPage(records=records, page=query.page, size=size, total=len(every), next=rest))


ROUTES = (
    Route("POST", "/v4/sessions", create_session),
    Route("GET", "/v4/sessions", list_sessions),
    Route("GET", "/v4/sessions/{id}", get_session),
)
