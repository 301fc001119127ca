"""The routes of configs deployed to environments: production, and those that a client names."""

from typing import Any

from aws_lambda_powertools.event_handler import Response

from assay.dialects.http import Call, Route, answer
from assay.dialects.humanloop import translate
from assay.dialects.humanloop.projects import project_response
from assay.dialects.humanloop.resource_requests import DeployRequest, EnvironmentQuery
from assay.dialects.humanloop.responses import ActiveConfigResponse, DeploymentResponse, Done
from assay.domain.project import Deployment, Project
from assay.domain.task import Config
from assay.use_cases.manage_resources import deployments
from assay.use_cases.manage_resources.deployments import PRODUCTION, Target


def get_active_config(call: Call, ports: Any, id: str) -> Response[str]:  # noqa: A002
    """GET /projects/{id}/active-config."""
    environment = call.query(EnvironmentQuery).environment
    project = ports.resources.get(call.organisation, Project, id)
    config_id = deployments.deployed_config(project, environment)
    config = ports.resources.get(call.organisation, Config, config_id)
    shared = dict(translate.project_config(project, config))
    return answer(ActiveConfigResponse(**shared, environment_id=deployments.the_one(project, environment).id))


def deactivate_config(call: Call, ports: Any, id: str) -> Response[str]:  # noqa: A002
    """DELETE /projects/{id}/active-config -> 200 with the project."""
    environment = call.query(EnvironmentQuery).environment
    stores = {"resources": ports.resources, "clock": ports.clock}
    return answer(project_response(call, ports, deployments.undeploy(call.organisation, id, environment, **stores)))


def list_deployed(call: Call, ports: Any, id: str) -> Response[str]:  # noqa: A002
    """GET /projects/{id}/deployed-configs: a bare array of the project's environments, production first."""
    return answer(deployed(call, ports, ports.resources.get(call.organisation, Project, id)))


def deploy(call: Call, ports: Any, project_id: str) -> Response[str]:
    """PATCH /projects/{project_id}/deploy-config -> 200 with a bare array; to production where none is named."""
    wish = call.body(DeployRequest)
    targets = [Target(each.id, each.name) for each in wish.environments or ()] or [Target(PRODUCTION.id)]
    stores = {"resources": ports.resources, "clock": ports.clock}
    project = deployments.deploy(call.organisation, project_id, wish.config_id, targets, **stores)
    return answer(deployed(call, ports, project))


def undeploy(call: Call, ports: Any, project_id: str, environment_id: str) -> Response[str]:
    """DELETE /projects/{project_id}/deployed-config/{environment_id} -> 200, never null: strict clients choke."""
    stores = {"resources": ports.resources, "clock": ports.clock}
    deployments.undeploy(call.organisation, project_id, environment_id, **stores)
    return answer(Done())


def deployed(call: Call, ports: Any, project: Project) -> list[DeploymentResponse]:
    """What is deployed to each of the project's environments."""
    production = PRODUCTION.model_copy(update={"config_id": project.active_config_id or ""})
    every = [production, *project.deployments]
    found = ports.resources.get_many(call.organisation, Config, [one.config_id for one in every if one.config_id])
    configs = {config.id: config for config in found}
    return [deployment(project, one, configs.get(one.config_id)) for one in every]


def deployment(project: Project, one: Deployment, config: Config | None) -> DeploymentResponse:
    """What is deployed to an environment."""
    return DeploymentResponse(
        project_id=project.id,
        project_name=project.name,
        environment_id=one.id,
        environment_name=one.name,
        environment_tag="default" if one.id == PRODUCTION.id else "other",
        model_config_id=config.id if config else None,
        model_config_name=config.name if config else None,
    )


ROUTES = (
    Route("GET", "/v4/projects/{id}/active-config", get_active_config),
    Route("DELETE", "/v4/projects/{id}/active-config", deactivate_config),
    Route("GET", "/v4/projects/{id}/deployed-configs", list_deployed),
    Route("PATCH", "/v4/projects/{project_id}/deploy-config", deploy),
    Route("DELETE", "/v4/projects/{project_id}/deployed-config/{environment_id}", undeploy),
)
