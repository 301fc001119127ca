"""The routes that list logs: searched, filtered, sorted; and a project's export."""

from collections.abc import Sequence
from typing import Any

from aws_lambda_powertools.event_handler import Response

from assay.dialects.http import Call, Route, answer
from assay.dialects.humanloop.log_requests import ExportQuery, LogsQuery
from assay.dialects.humanloop.log_responses import LogsPage
from assay.dialects.humanloop.pages import MOST_ROWS, bytes_of, fitting_size, heaviest_of, span
from assay.dialects.humanloop.queries import careful_query, cursor, named_filters, place
from assay.dialects.humanloop.translate_logs import posted_log
from assay.domain.log import LogEntry
from assay.domain.project import Project
from assay.domain.task import Config
from assay.use_cases.manage_resources.find_logs import Found, LogSearch, find_logs


def list_logs(call: Call, ports: Any) -> Response[str]:
    """GET /logs?project_id=…: newest first, unless it is sorted; pages count from 0.

    Every config here is committed, and none is deleted: no log has any other `version_status`.
    """
    query = careful_query(call, LogsQuery)
    project = ports.resources.get(call.organisation, Project, query.project_id)
    search = LogSearch(
        project_id=query.project_id,
        text=query.search,
        metadata_text=query.metadata_search,
        since=query.start_date,
        until=query.end_date,
        after=place(query.project_id, query.cursor),
        sources=query.source_filter,
        models=query.model_filter,
        feedback=named_filters(call, "feedback"),
        results=named_filters(call, "evaluator"),
        order=query.order,
    )
    if query.version_status not in {None, "committed"}:
        return answer(page(call, ports, project, Found([], None), query.page, query.size))
    found = find_logs(call.organisation, search, logs=ports.logs, resources=ports.resources)
    return answer(page(call, ports, project, found, query.page, query.size))


def export_logs(call: Call, ports: Any, id: str) -> Response[str]:  # noqa: A002
    """POST /projects/{id}/export: the project's logs, newest first; pages count from 0."""
    query = careful_query(call, ExportQuery)
    project = ports.resources.get(call.organisation, Project, id)
    search = LogSearch(project_id=id, after=place(id, query.cursor))
    found = find_logs(call.organisation, search, logs=ports.logs, resources=ports.resources)
    return answer(page(call, ports, project, found, query.page, query.size))


def page(call: Call, ports: Any, project: Project, found: Found, number: int, size: int) -> LogsPage:
    """One page of the logs that are wanted; those that were deleted since they were found are missing."""
    entries = found.entries
    fitting = fitting_size(size, heaviest_of(weights(call, ports, project.id, entries, size)))
    chosen = [entries[index].id for index in span(number, fitting, len(entries))]
    some = [*ports.logs.present(call.organisation, chosen).values()]
    configs = ports.resources.get_many(call.organisation, Config, [log.config_id for log in some])
    shown = {log.id: posted_log(project, config, log) for config, log in zip(configs, some, strict=True)}
    records = [shown[one] for one in chosen if one in shown]
    return LogsPage(records=records, page=number, size=fitting, total=len(entries), next=cursor(project.id, found.rest))


def weights(call: Call, ports: Any, project_id: str, found: Sequence[LogEntry], size: int) -> list[int]:
    """About how many bytes each log has in a response, in which it stands with its config."""
    if min(size, MOST_ROWS, len(found)) <= 1:
        return []
    configs = ports.resources.listed(call.organisation, Config, f"{project_id}/configs")
    longest = max(map(bytes_of, configs), default=0)
    return [entry.size + longest for entry in found]


ROUTES = (
    Route("GET", "/v4/logs", list_logs),
    Route("POST", "/v4/projects/{id}/export", export_logs, reads=True),
)
