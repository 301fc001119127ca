"""The routes of projects (contracts/braintrust.md §7.2)."""

from functools import partial
from typing import Any

from aws_lambda_powertools.event_handler import Response

from assay.dialects.braintrust import lists
from assay.dialects.braintrust.http import kept, writing
from assay.dialects.braintrust.wire import ListQuery, Moment, Name, ObjectList, Open, organisation_id
from assay.dialects.http import Call, Route, answer
from assay.domain.comparison_key import ComparisonKey
from assay.domain.errors import InvalidRequest
from assay.domain.project import Project
from assay.domain.value import JsonValue, Model
from assay.use_cases.manage_resources import projects


class CreateProjectRequest(Open):
    """What a new project is to be."""

    name: Name
    description: str | None = None
    org_name: str | None = None


class UpdateProjectRequest(Open):
    """What is to change; what is null or left out stays."""

    name: Name | None = None
    description: str | None = None
    settings: dict[str, JsonValue] | None = None


class ProjectsQuery(ListQuery):
    """Which projects."""

    project_name: str | None = None


class ProjectResponse(Model):
    """A project."""

    id: str
    org_id: str
    name: str
    description: str | None
    created: Moment
    deleted_at: Moment | None = None
    user_id: str | None = None
    settings: dict[str, JsonValue] | None


def shown(organisation: str, project: Project, **more: Any) -> ProjectResponse:
    """The project in the dialect's words."""
    return ProjectResponse(
        id=project.id,
        org_id=str(organisation_id(organisation)),
        name=project.name,
        description=project.description,
        created=project.created_at,
        settings=project.settings,
        **more,
    )


def create_project(call: Call, ports: Any) -> Response[str]:
    """POST /v1/project: the project of that name, made if there is none."""
    wish = call.body(CreateProjectRequest)
    if wish.org_name not in {None, call.organisation}:
        raise InvalidRequest(f"This key is of the organisation '{call.organisation}'.")
    found = projects.find_or_create_project(
        call.organisation, wish.name, description=wish.description, **writing(ports)
    )
    return kept(shown(call.organisation, found.resource), was_there=found.was_there)


def list_projects(call: Call, ports: Any) -> Response[str]:
    """GET /v1/project."""
    query = call.query(ProjectsQuery)
    every = projects.list_projects(call.organisation, resources=ports.resources)
    wanted = [each for each in every if query.project_name in {None, each.name}]
    told = partial(shown, call.organisation)
    return lists.answered(ObjectList[ProjectResponse], wanted, query, call.organisation, told)


def get_project(call: Call, ports: Any, project_id: str) -> Response[str]:
    """GET /v1/project/{project_id}."""
    return answer(shown(call.organisation, ports.resources.get(call.organisation, Project, project_id)))


def update_project(call: Call, ports: Any, project_id: str) -> Response[str]:
    """PATCH /v1/project/{project_id}; `settings` are replaced as a whole."""
    wish = call.body(UpdateProjectRequest)
    require_comparison_key((wish.settings or {}).get("comparison_key"))
    changed = projects.update_project(
        call.organisation, project_id, **wish.model_dump(), resources=ports.resources, clock=ports.clock
    )
    return answer(shown(call.organisation, changed))


def require_comparison_key(expression: JsonValue) -> None:
    """Raises InvalidRequest where there is one that nothing could be compared by."""
    if expression is not None:
        ComparisonKey.parse(expression if isinstance(expression, str) else "")


def delete_project(call: Call, ports: Any, project_id: str) -> Response[str]:
    """DELETE /v1/project/{project_id}: the project as it was; its name is free."""
    stores = {"resources": ports.resources, "erasures": ports.erasures}
    gone = projects.delete_project(call.organisation, project_id, **stores)
    return answer(shown(call.organisation, gone, deleted_at=ports.clock.now()))


ROUTES = (
    Route("POST", "/v1/project", create_project),
    Route("GET", "/v1/project", list_projects),
    Route("GET", "/v1/project/{project_id}", get_project),
    Route("PATCH", "/v1/project/{project_id}", update_project),
    Route("DELETE", "/v1/project/{project_id}", delete_project),
)
