"""Routes that cut off links. No link is stored: what is kept is since when they hold."""

from typing import Any

from aws_lambda_powertools.event_handler import Response

from assay.dialects.braintrust.rows import Success
from assay.dialects.http import Call, Route, answer
from assay.domain.experiment import Experiment
from assay.domain.project import Project
from assay.use_cases.manage_resources.changes import change


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
    Route("POST", "/v1/experiment/{experiment_id}/revoke_links", revoke_experiment_links),
    Route("POST", "/v1/project/{project_id}/revoke_links", revoke_project_links),
)
