"""The routes of evaluators."""

from collections.abc import Sequence
from typing import Any

from aws_lambda_powertools.event_handler import Response

from assay.dialects.http import Call, Route, answer, nothing, writing
from assay.dialects.humanloop import translate
from assay.dialects.humanloop.evaluator_requests import CreateEvaluatorRequest, UpdateEvaluatorRequest
from assay.dialects.humanloop.pages import whole
from assay.dialects.humanloop.responses import EvaluatorResponse
from assay.dialects.humanloop.translate_evaluators import evaluator
from assay.domain.errors import NotFound
from assay.domain.evaluators.evaluator import EvaluatorVersion
from assay.domain.project import Project
from assay.use_cases.manage_resources import evaluators


def create_evaluator(call: Call, ports: Any) -> Response[str]:
    """POST /evaluators -> 201."""
    wish = evaluators.CreateEvaluator(**call.body(CreateEvaluatorRequest).fields())
    made = evaluators.create_evaluator(call.organisation, wish, **writing(ports))
    return answer(responses(call, ports, [made])[0], 201)


def list_evaluators(call: Call, ports: Any) -> Response[str]:
    """GET /evaluators: a bare array."""
    found = evaluators.list_evaluators(call.organisation, resources=ports.resources)
    return answer(whole(responses(call, ports, found)))


def get_evaluator(call: Call, ports: Any, id: str) -> Response[str]:  # noqa: A002
    """GET /evaluators/{id}."""
    found = evaluators.get_evaluator(call.organisation, id, resources=ports.resources)
    return answer(responses(call, ports, [found])[0])


def update_evaluator(call: Call, ports: Any, id: str) -> Response[str]:  # noqa: A002
    """PATCH /evaluators/{id}."""
    changes = evaluators.UpdateEvaluator(**call.body(UpdateEvaluatorRequest).fields())
    made = evaluators.update_evaluator(call.organisation, id, changes, **writing(ports))
    return answer(responses(call, ports, [made])[0])


def delete_evaluator(call: Call, ports: Any, id: str) -> Response[str]:  # noqa: A002
    """DELETE /evaluators/{id} -> 204."""
    evaluators.delete_evaluator(call.organisation, id, resources=ports.resources)
    return nothing()


def responses(call: Call, ports: Any, versions: Sequence[EvaluatorVersion]) -> list[EvaluatorResponse]:
    """The evaluators, each with its project where it has one; a project that was deleted since is not shown."""
    projects: dict[str, Project] = {}
    for project_id in {version.project_id for version in versions if version.project_id}:
        try:
            projects[project_id] = ports.resources.get(call.organisation, Project, project_id)
        except NotFound:
            continue
    shown = {key: translate.project(call.organisation, each, None) for key, each in projects.items()}
    return [evaluator(version, shown.get(version.project_id or "")) for version in versions]


ROUTES = (
    Route("POST", "/v4/evaluators", create_evaluator),
    Route("GET", "/v4/evaluators", list_evaluators),
    Route("GET", "/v4/evaluators/{id}", get_evaluator),
    Route("PATCH", "/v4/evaluators/{id}", update_evaluator),
    Route("DELETE", "/v4/evaluators/{id}", delete_evaluator),
)
