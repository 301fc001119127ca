"""The routes of configs."""

from typing import Any

from aws_lambda_powertools.event_handler import Response

from assay.dialects.http import Call, Route, answer, writing
from assay.dialects.humanloop import translate, translate_configs
from assay.dialects.humanloop.requests import RegisterRequest
from assay.domain.errors import InvalidRequest
from assay.domain.project import Project
from assay.domain.task import Config
from assay.use_cases.manage_resources import configs, projects


def register_config(call: Call, ports: Any) -> Response[str]:
    """POST /model-configs -> 200; a project that is only named is made."""
    wish = call.body(RegisterRequest)
    wished = wish.translated()
    project = project_of(call, ports, wish.project_id, wish.project)
    config = configs.register_config(call.organisation, project, wished, resources=ports.resources, clock=ports.clock)
    return answer(translate.project_config(project, config))


def project_of(call: Call, ports: Any, project_id: str | None, name: str | None) -> Project:
    """The project of an id, or else of a name, made if there is none. Raises NotFound, InvalidRequest."""
    if project_id:
        found: Project = ports.resources.get(call.organisation, Project, project_id)
        return found
    if name:
        return projects.find_or_create_project(call.organisation, name, **writing(ports)).resource
    raise InvalidRequest("Name a project, or give its project_id.", ("project",), "value_error.missing")


def get_config(call: Call, ports: Any, id: str) -> Response[str]:  # noqa: A002
    """GET /model-configs/{id}."""
    return answer(translate_configs.config(ports.resources.get(call.organisation, Config, id)))


ROUTES = (
    Route("POST", "/v4/model-configs", register_config),
    Route("GET", "/v4/model-configs/{id}", get_config),
)
