"""Routes that make a project's link, and cut off links. None is stored: what is kept is since when they hold."""

from typing import Any

from aws_lambda_powertools.event_handler import Response

from assay.dialects.braintrust.rows import Success
from assay.dialects.http import Call, Route, answer
from assay.dialects.links import link
from assay.domain.experiment import Experiment
from assay.domain.link import path_to
from assay.domain.project import Project
from assay.domain.value import Model
from assay.use_cases.manage_resources.changes import change


class LinkResponse(Model):
    """A link that opens without a key, for as long as links live."""

    url: str


def link_to_project(call: Call, ports: Any, project_id: str) -> Response[str]:
    """GET /v1/project/{project_id}/link: to its page, which lists its experiments and evaluations."""
    project = ports.resources.get(call.organisation, Project, project_id)
    place = path_to(call.organisation, project.name)
    return answer(LinkResponse(url=link(call, ports, place, "project", project.id)))


def revoke_experiment_links(call: Call, ports: Any, experiment_id: str) -> Response[str]:
    """POST /v1/experiment/{experiment_id}/revoke_links: what was linked before opens nothing any more."""
    return revoked(call, ports, Experiment, experiment_id)


def revoke_project_links(call: Call, ports: Any, project_id: str) -> Response[str]:
    """POST /v1/project/{project_id}/revoke_links: neither the project nor any of its experiments."""
    return revoked(call, ports, Project, project_id)


def revoked(call: Call, ports: Any, kind: type[Experiment] | type[Project], identifier: str) -> Response[str]:
    """Links made from now on open it, and none before."""
    around = {"resources": ports.resources, "clock": ports.clock}
    change(call.organisation, kind, identifier, {"links_from": ports.clock.now()}, **around)
    return answer(Success())


ROUTES = (
    Route("GET", "/v1/project/{project_id}/link", link_to_project),
    Route("POST", "/v1/experiment/{experiment_id}/revoke_links", revoke_experiment_links),
    Route("POST", "/v1/project/{project_id}/revoke_links", revoke_project_links),
)
