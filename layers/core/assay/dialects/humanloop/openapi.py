"""The dialect as an OpenAPI document, made from its routes and models; `GET /v4/openapi.json` serves it."""

import json
import re
import sys
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, Literal, NamedTuple

from aws_lambda_powertools.event_handler import Response
from pydantic import BaseModel, TypeAdapter

from assay.dialects.http import Call, Route
from assay.dialects.humanloop import evaluations, evaluations_list, resources, updates
from assay.dialects.humanloop import requests as asked
from assay.dialects.humanloop import resource_requests as more
from assay.dialects.humanloop import responses as said
from assay.dialects.humanloop import update_requests as changed
from assay.dialects.humanloop.evaluator_requests import CreateEvaluatorRequest, UpdateEvaluatorRequest

SCHEMAS = "#/components/schemas/"
JSON = "application/json"
DatapointBody = asked.DatapointRequest | more.LogIdsRequest | tuple[asked.DatapointRequest, ...]
LogBody = more.LogRequest | tuple[more.LogRequest, ...]
LogAnswer = said.CreateLogResponse | list[said.CreateLogResponse]


class Rule(BaseModel):
    """One broken rule of a request."""

    loc: list[str | int]
    msg: str
    type: str


class Refusal(BaseModel):
    """Why a request is refused: a sentence, or the rules that it breaks."""

    detail: str | list[Rule]


class Shape(NamedTuple):
    """What a route takes and gives. `gives` None is no body; Any is any JSON."""

    gives: Any = Any
    takes: Any = None
    query: type[BaseModel] | None = None
    status: int = 200


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
    ("POST", "/v4/projects/{id}/export"): Shape(said.Page[said.LogResponse], query=more.ExportQuery),
    ("POST", "/v4/model-configs"): Shape(said.ProjectConfigResponse, asked.RegisterRequest),
    ("GET", "/v4/model-configs/{id}"): Shape(said.ModelConfigResponse),
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
    ("GET", "/v4/logs"): Shape(said.Page[said.LogResponse], query=more.LogsQuery),
    ("GET", "/v4/logs/{id}"): Shape(said.LogResponse),
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
}
"""By method and path; a route that is not here takes nothing and gives any JSON, or always refuses."""

DESCRIBED = (*resources.ROUTES, *evaluations.CREATE, *evaluations.READ, *evaluations_list.ROUTES, *updates.ROUTES)


def document(routes: Sequence[Route]) -> dict[str, Any]:
    """The OpenAPI document of the routes."""
    schemas = Schemas(shape for route in routes if (shape := SHAPES.get(route[:2])))
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        path = route.path.removeprefix("/v4")
        paths.setdefault(path, {})[route.method.lower()] = operation(route, SHAPES.get(route[:2], Shape()), schemas)
    key = {"type": "apiKey", "in": "header", "name": "X-API-KEY"}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Assay, Humanloop v4 dialect", "version": "4.0.1"},
        "servers": [{"url": "/v4"}],
        "security": [{"APIKeyHeader": []}],
        "paths": paths,
        "components": {"schemas": schemas.definitions, "securitySchemes": {"APIKeyHeader": key}},
    }


class Schemas:
    """The JSON schemas of everything that the shapes take and give; a model that stands in several is said once."""

    def __init__(self, shapes: Iterable[Shape]) -> None:
        wanted: dict[tuple[str, str], tuple[str, Literal["validation", "serialization"], TypeAdapter[Any]]] = {}
        for shape in (*shapes, Shape(gives=Refusal)):
            wanted[repr(shape.gives), "out"] = (repr(shape.gives), "serialization", TypeAdapter(shape.gives))
            wanted[repr(shape.takes), "in"] = (repr(shape.takes), "validation", TypeAdapter(shape.takes))
        found, rest = TypeAdapter.json_schemas(wanted.values(), ref_template=SCHEMAS + "{model}")
        self.found = {(name, mode): schema for (name, mode), schema in found.items()}
        self.definitions: dict[str, Any] = rest.get("$defs", {})

    def of(self, kind: Any, mode: Literal["validation", "serialization"]) -> dict[str, Any]:
        """A type's schema; that of any JSON where nothing is known of it."""
        return self.found.get((repr(kind), mode), {})


def operation(route: Route, shape: Shape, schemas: Schemas) -> dict[str, Any]:
    """One route."""
    success: dict[str, Any] = {"description": "Success."}
    if shape.gives is not None:
        success["content"] = {JSON: {"schema": schemas.of(shape.gives, "serialization")}}
    refused = {"description": "Refused.", "content": {JSON: {"schema": schemas.of(Refusal, "serialization")}}}
    said_of = (route.handler.__doc__ or "").partition("\n")[0]
    described: dict[str, Any] = {
        "operationId": f"{route.method.lower()}{re.sub(r'[^a-z]+', '_', route.path.removeprefix('/v4'))}".rstrip("_"),
        "summary": said_of,
        "parameters": parameters(route.path, shape.query),
        "responses": {str(shape.status): success, "4XX": refused},
    }
    if shape.takes is not None:
        content = {JSON: {"schema": schemas.of(shape.takes, "validation")}}
        described["requestBody"] = {"required": True, "content": content}
    return described


def parameters(path: str, query: type[BaseModel] | None) -> list[dict[str, Any]]:
    """The parameters in the path, then those of the query."""
    in_path = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in re.findall(r"\{(\w+)\}", path)
    ]
    given = query.model_json_schema() if query else {}
    required = given.get("required", [])
    return in_path + [
        {"name": name, "in": "query", "required": name in required, "schema": schema}
        for name, schema in given.get("properties", {}).items()
    ]


@cache
def text() -> str:
    """The document of this dialect's routes, as JSON that people can read."""
    return json.dumps(document((*DESCRIBED, *ROUTES)), indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def serve(call: Call, ports: Any) -> Response[str]:  # noqa: ARG001
    """GET /openapi.json."""
    return Response(status_code=200, content_type=JSON, body=text())


ROUTES = (Route("GET", "/v4/openapi.json", serve),)

if __name__ == "__main__":
    sys.stdout.write(text())
