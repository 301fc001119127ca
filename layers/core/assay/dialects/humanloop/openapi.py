"""The dialect as an OpenAPI document, made from its routes and models; dialects/humanloop/document.py serves it."""

import sys
from collections.abc import Sequence
from functools import cache
from typing import Any

from assay.dialects import openapi
from assay.dialects.http import JSON, Route
from assay.dialects.humanloop import call_requests as called
from assay.dialects.humanloop import call_responses as told
from assay.dialects.humanloop import calls, evaluations, evaluations_list, resources, updates
from assay.dialects.humanloop import log_requests as logged
from assay.dialects.humanloop import log_responses as listed
from assay.dialects.humanloop import requests as asked
from assay.dialects.humanloop import resource_requests as more
from assay.dialects.humanloop import responses as said
from assay.dialects.humanloop import update_requests as changed
from assay.dialects.humanloop.document import ROUTES
from assay.dialects.humanloop.evaluator_requests import CreateEvaluatorRequest, UpdateEvaluatorRequest
from assay.dialects.openapi import Dialect, Shape
from assay.domain.value import Model

DatapointBody = asked.DatapointRequest | more.LogIdsRequest | tuple[asked.DatapointRequest, ...]
LogBody = logged.LogRequest | tuple[logged.LogRequest, ...]
FeedbackBody = logged.FeedbackRequest | tuple[logged.FeedbackRequest, ...]
FeedbackAnswer = said.FeedbackResponse | list[said.FeedbackResponse]
LogAnswer = said.CreateLogResponse | list[said.CreateLogResponse]


class Rule(Model):
    """One broken rule of a request."""

    loc: list[str | int]
    msg: str
    type: str


class Refusal(Model):
    """Why a request is refused: a sentence, or the rules that it breaks."""

    detail: str | list[Rule]


def calling(gives: Any, takes: Any) -> Shape:
    """The shape of a route that calls a config: beside us the model's provider may refuse, or fail."""
    late = "The model took too long. Its answer is kept among the project's logs if it comes."
    also = (
        (422, "The request breaks a rule, or the provider refuses it.", told.CallRefusal | Refusal),
        (503, "The provider could not be reached, or wants its callers to wait.", told.CallRefusal),
        (504, late, told.CallRefusal | Refusal),
    )
    return Shape(gives, takes, also=also)


SHAPES: dict[tuple[str, str], Shape] = {
    ("POST", "/v4/projects"): Shape(said.ProjectResponse, asked.CreateProjectRequest, status=201),
    ("GET", "/v4/projects"): Shape(said.Page[said.ProjectResponse], query=asked.ProjectsQuery),
    ("GET", "/v4/projects/{id}"): Shape(said.ProjectResponse),
    ("PATCH", "/v4/projects/{id}"): Shape(said.ProjectResponse, more.UpdateProjectRequest),
    ("DELETE", "/v4/projects/{id}"): Shape(None, status=204),
    ("GET", "/v4/projects/{id}/configs"): Shape(list[said.ProjectConfigResponse], query=more.ConfigsQuery),
    ("GET", "/v4/projects/{id}/active-config"): Shape(said.ActiveConfigResponse, query=more.EnvironmentQuery),
    ("DELETE", "/v4/projects/{id}/active-config"): Shape(said.ProjectResponse, query=more.EnvironmentQuery),
    ("GET", "/v4/projects/{id}/deployed-configs"): Shape(list[said.DeploymentResponse]),
    ("PATCH", "/v4/projects/{project_id}/deploy-config"): Shape(list[said.DeploymentResponse], more.DeployRequest),
    ("POST", "/v4/projects/{id}/export"): Shape(listed.LogsPage, query=logged.ExportQuery),
    ("POST", "/v4/model-configs"): Shape(said.ProjectConfigResponse, asked.RegisterRequest),
    ("GET", "/v4/model-configs/{id}"): Shape(said.ModelConfigResponse),
    ("POST", "/v4/model-configs/{id}/export"): Shape(said.PromptFile),
    ("POST", "/v4/model-configs/serialize"): Shape(said.PromptFile, asked.ConfigRequest),
    ("POST", "/v4/model-configs/deserialize"): Shape(said.ModelConfigResponse, more.DeserializeRequest),
    ("POST", "/v4/projects/{project_id}/datasets"): Shape(said.DatasetResponse, asked.CreateDatasetRequest, status=201),
    ("GET", "/v4/projects/{project_id}/datasets"): Shape(list[said.DatasetResponse]),
    ("GET", "/v4/datasets"): Shape(list[said.DatasetResponse]),
    ("GET", "/v4/datasets/{id}"): Shape(said.DatasetResponse),
    ("PATCH", "/v4/datasets/{id}"): Shape(said.DatasetResponse, more.UpdateDatasetRequest),
    ("POST", "/v4/datasets/{dataset_id}/datapoints"): Shape(list[said.DatapointResponse], DatapointBody, status=201),
    ("GET", "/v4/datasets/{dataset_id}/datapoints"): Shape(said.Page[said.DatapointResponse], query=asked.PageQuery),
    ("GET", "/v4/datapoints/{id}"): Shape(said.DatapointResponse),
    ("POST", "/v4/evaluators"): Shape(said.EvaluatorResponse, CreateEvaluatorRequest, status=201),
    ("GET", "/v4/evaluators"): Shape(list[said.EvaluatorResponse]),
    ("GET", "/v4/evaluators/{id}"): Shape(said.EvaluatorResponse),
    ("PATCH", "/v4/evaluators/{id}"): Shape(said.EvaluatorResponse, UpdateEvaluatorRequest),
    ("DELETE", "/v4/evaluators/{id}"): Shape(None, status=204),
    ("POST", "/v4/logs"): Shape(LogAnswer, LogBody),
    ("GET", "/v4/logs"): Shape(listed.LogsPage, query=logged.LogsQuery),
    ("GET", "/v4/logs/{id}"): Shape(said.LogResponse),
    ("PATCH", "/v4/logs/{id}"): Shape(said.LogResponse, logged.UpdateLogRequest),
    ("PATCH", "/v4/logs"): Shape(said.LogResponse, logged.UpdateLogRequest, logged.ReferenceQuery),
    ("DELETE", "/v4/logs"): Shape(None, query=logged.DeleteLogsQuery, status=204),
    ("POST", "/v4/feedback"): Shape(FeedbackAnswer, FeedbackBody),
    ("POST", "/v4/projects/{id}/feedback-types"): Shape(
        said.FeedbackTypeResponse, more.FeedbackTypeRequest, status=201
    ),
    ("POST", "/v4/sessions"): Shape(listed.CreateSessionResponse, status=201),
    ("GET", "/v4/sessions"): Shape(listed.SessionsPage, query=logged.SessionsQuery),
    ("GET", "/v4/sessions/{id}"): Shape(listed.SessionResponse),
    ("POST", "/v4/projects/{project_id}/evaluations"): Shape(
        said.EvaluationResponse, asked.CreateEvaluationRequest, status=201
    ),
    ("GET", "/v4/projects/{project_id}/evaluations"): Shape(
        list[said.EvaluationResponse], query=asked.ProjectEvaluationsQuery
    ),
    ("GET", "/v4/evaluations"): Shape(said.Page[said.EvaluationResponse], query=asked.EvaluationsQuery),
    ("GET", "/v4/evaluations/{id}"): Shape(said.EvaluationResponse, query=asked.EvaluationQuery),
    ("PATCH", "/v4/evaluations/{id}/status"): Shape(said.EvaluationResponse, changed.UpdateStatusRequest),
    ("PATCH", "/v4/evaluations/{id}/evaluators"): Shape(said.EvaluationResponse, changed.AddEvaluatorsRequest),
    ("POST", "/v4/evaluations/{evaluation_id}/log"): Shape(
        said.CreateLogResponse, changed.PostLogRequest, changed.EvaluateeQuery, 201
    ),
    ("POST", "/v4/evaluations/{evaluation_id}/result"): Shape(
        said.EvaluationResultResponse, changed.PostResultRequest, changed.EvaluateeQuery, 201
    ),
    ("GET", "/v4/evaluations/{id}/datapoints"): Shape(said.Page[said.RowResponse], query=asked.RowsQuery),
    ("POST", "/v4/chat"): calling(told.ChatResponse, called.ChatRequest),
    ("POST", "/v4/chat-model-config"): calling(told.ChatResponse, called.ChatConfigRequest),
    ("POST", "/v4/chat-deployed"): calling(told.ChatResponse, called.ChatDeployedRequest),
    ("POST", "/v4/completion"): calling(told.CompletionResponse, called.CompletionRequest),
    ("POST", "/v4/completion-model-config"): calling(told.CompletionResponse, called.CompletionConfigCallRequest),
    ("POST", "/v4/completion-deployed"): calling(told.CompletionResponse, called.CompletionDeployedRequest),
}
"""By method and path; a route that is not here takes nothing and gives any JSON, or always refuses."""

DESCRIBED = (
    *resources.ROUTES,
    *evaluations.CREATE,
    *evaluations.READ,
    *evaluations_list.ROUTES,
    *updates.ROUTES,
    *calls.ROUTES,
)


HUMANLOOP = Dialect(
    title="Assay, Humanloop v4 dialect",
    version="4.0.1",
    root="/v4",
    shapes=SHAPES,
    refusal=Refusal,
    refusal_type=JSON,
    key_name="APIKeyHeader",
    key={"type": "apiKey", "in": "header", "name": "X-API-KEY"},
)


def document(routes: Sequence[Route]) -> dict[str, Any]:
    """The OpenAPI document of the routes."""
    return openapi.document(HUMANLOOP, routes)


@cache
def text() -> str:
    """The document of this dialect's routes, as JSON that people can read."""
    return openapi.text(document((*DESCRIBED, *ROUTES)))


if __name__ == "__main__":
    sys.stdout.write(text())
