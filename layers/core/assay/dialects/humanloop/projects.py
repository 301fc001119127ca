"""The routes of projects and the configs in them."""

from typing import Any

from aws_lambda_powertools.event_handler import Response

from assay.dialects.http import Call, Route, answer, nothing, writing
from assay.dialects.humanloop import translate
from assay.dialects.humanloop.evaluations_list import of_project
from assay.dialects.humanloop.pages import bytes_of, page_of, whole
from assay.dialects.humanloop.requests import CreateProjectRequest, ProjectsQuery
from assay.dialects.humanloop.resource_requests import (
    ConfigsQuery,
    UpdateProjectRequest,
)
from assay.dialects.humanloop.responses import (
    AggregateResponse,
    ProjectResponse,
)
from assay.domain.project import Project
from assay.domain.task import Config
from assay.use_cases import get_evaluation as reading
from assay.use_cases.manage_resources import projects


def create_project(call: Call, ports: Any) -> Response[str]:
    """POST /projects -> 201."""
    name = call.body(CreateProjectRequest).name
    made = projects.create_project(call.organisation, name, **writing(ports))
    return answer(translate.project(call.organisation, made, None), 201)


def list_projects(call: Call, ports: Any) -> Response[str]:
    """GET /projects. There are no users to filter by: `user_filter` finds nobody's projects."""
    query = call.query(ProjectsQuery)
    every = projects.list_projects(call.organisation, resources=ports.resources)
    kept = [each for each in every if matches(each, query)]
    kept.sort(key=lambda each: getattr(each, query.sort_by), reverse=query.order == "desc")
    active = [each.active_config_id for each in kept if each.active_config_id]
    configs = {config.id: config for config in ports.resources.get_many(call.organisation, Config, active)}

    def response(each: Project) -> ProjectResponse:
        return translate.project(call.organisation, each, configs.get(each.active_config_id or ""))

    return answer(page_of([response(each) for each in kept], query.page, query.size, lambda each: each, bytes_of))


def matches(project: Project, query: ProjectsQuery) -> bool:
    """Whether the query asks for the project."""
    return not query.user_filter and (query.filter or "").casefold() in project.name.casefold()


def get_project(call: Call, ports: Any, id: str) -> Response[str]:  # noqa: A002
    """GET /projects/{id}."""
    return answer(project_response(call, ports, ports.resources.get(call.organisation, Project, id)))


def project_response(call: Call, ports: Any, project: Project) -> ProjectResponse:
    """The project with its active config."""
    return translate.project(call.organisation, project, active_config(call, ports, project))


def active_config(call: Call, ports: Any, project: Project) -> Config | None:
    """The project's active config, if it has one."""
    active = project.active_config_id
    return ports.resources.get(call.organisation, Config, active) if active else None


def update_project(call: Call, ports: Any, id: str) -> Response[str]:  # noqa: A002
    """PATCH /projects/{id}."""
    wish = call.body(UpdateProjectRequest)
    changed = projects.update_project(
        call.organisation, id, **wish.model_dump(), resources=ports.resources, clock=ports.clock
    )
    return answer(project_response(call, ports, changed))


def delete_project(call: Call, ports: Any, id: str) -> Response[str]:  # noqa: A002
    """DELETE /projects/{id} -> 204."""
    projects.delete_project(call.organisation, id, resources=ports.resources, erasures=ports.erasures)
    return nothing()


def list_configs(call: Call, ports: Any, id: str) -> Response[str]:  # noqa: A002
    """GET /projects/{id}/configs: a bare array, with the numbers of the project's evaluations where asked for."""
    query = call.query(ConfigsQuery)
    project = ports.resources.get(call.organisation, Project, id)
    found = ports.resources.listed(call.organisation, Config, f"{id}/configs")
    numbers = config_aggregates(call, ports, id) if query.evaluation_aggregates else None
    responses = [translate.project_config(project, each) for each in found]
    for response in responses if numbers is not None else ():
        response.evaluation_aggregates = (numbers or {}).get(response.config.id, [])
    return answer(whole(responses))


def config_aggregates(call: Call, ports: Any, project_id: str) -> dict[str, list[AggregateResponse]]:
    """The evaluators' numbers for each config: of its newest evaluation by that version of the evaluator."""
    newest: dict[tuple[str, str], AggregateResponse] = {}
    for view in of_project(call, ports, project_id):
        found = reading.aggregates(call.organisation, view.evaluation, progress=ports.progress, posted=ports.posted)
        for each in translate.aggregate_responses(view, found):
            newest.setdefault((view.config.id, each.evaluator_version_id), each)
    by_config: dict[str, list[AggregateResponse]] = {}
    for (config_id, _), each in newest.items():
        by_config.setdefault(config_id, []).append(each)
    return by_config


ROUTES = (
    Route("POST", "/v4/projects", create_project),
    Route("GET", "/v4/projects", list_projects),
    Route("GET", "/v4/projects/{id}", get_project),
    Route("PATCH", "/v4/projects/{id}", update_project),
    Route("DELETE", "/v4/projects/{id}", delete_project),
    Route("GET", "/v4/projects/{id}/configs", list_configs),
)
