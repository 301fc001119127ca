"""The routes of projects, configs, datasets, datapoints and evaluators."""

from typing import Any

from aws_lambda_powertools.event_handler import Response

from assay.dialects.humanloop import translate
from assay.dialects.humanloop.http import Call, Route, answer, parsed
from assay.dialects.humanloop.pages import MOST_ROWS, page_of, span
from assay.dialects.humanloop.requests import (
    CreateDatasetRequest,
    CreateEvaluatorRequest,
    CreateProjectRequest,
    DatapointRequest,
    Datapoints,
    PageQuery,
    ProjectsQuery,
    RegisterRequest,
)
from assay.dialects.humanloop.responses import DatapointResponse, Page, ProjectResponse
from assay.domain.errors import InvalidRequest
from assay.domain.project import Project
from assay.domain.task import Config
from assay.use_cases.manage_resources import configs, datasets, evaluators, projects


def create_project(call: Call, ports: Any) -> Response[str]:
    """POST /projects -> 201."""
    name = call.body(CreateProjectRequest).name
    made = projects.create_project(call.organisation, name, **writing(ports))
    return answer(translate.project(call.organisation, made, None), 201)


def list_projects(call: Call, ports: Any) -> Response[str]:
    """GET /projects."""
    query = call.query(ProjectsQuery)
    found = projects.list_projects(call.organisation, resources=ports.resources)
    kept = [each for each in found if (query.filter or "").casefold() in each.name.casefold()]
    kept.sort(key=lambda each: getattr(each, query.sort_by), reverse=query.order == "desc")

    def response(each: Project) -> ProjectResponse:
        return project_response(call, ports, each)

    return answer(page_of(kept, query.page, query.size, response))


def get_project(call: Call, ports: Any, id: str) -> Response[str]:  # noqa: A002
    """GET /projects/{id}."""
    return answer(project_response(call, ports, ports.resources.get(call.organisation, Project, id)))


def project_response(call: Call, ports: Any, project: Project) -> ProjectResponse:
    """The project with its active config."""
    active = project.active_config_id
    config = ports.resources.get(call.organisation, Config, active) if active else None
    return translate.project(call.organisation, project, config)


def register_config(call: Call, ports: Any) -> Response[str]:
    """POST /model-configs -> 200; a project that is only named is made."""
    wish = call.body(RegisterRequest)
    if wish.project_id:
        project = ports.resources.get(call.organisation, Project, wish.project_id)
    elif wish.project:
        project = projects.find_or_create_project(call.organisation, wish.project, **writing(ports))
    else:
        raise InvalidRequest("Name a project, or give its project_id.", ("project",), "value_error.missing")
    config = configs.register_config(
        call.organisation, project, wish.translated(), resources=ports.resources, clock=ports.clock
    )
    return answer(translate.project_config(project, config))


def get_config(call: Call, ports: Any, id: str) -> Response[str]:  # noqa: A002
    """GET /model-configs/{id}."""
    return answer(translate.config(ports.resources.get(call.organisation, Config, id)))


def create_dataset(call: Call, ports: Any, project_id: str) -> Response[str]:
    """POST /projects/{project_id}/datasets -> 201."""
    wish = call.body(CreateDatasetRequest)
    ports.resources.get(call.organisation, Project, project_id)
    made = datasets.create_dataset(call.organisation, wish.name, wish.description, **writing(ports))
    return answer(translate.dataset(made), 201)


def list_datasets(call: Call, ports: Any, project_id: str | None = None) -> Response[str]:
    """GET /datasets, and GET /projects/{project_id}/datasets: datasets belong to no project, so it is all of them."""
    if project_id is not None:
        ports.resources.get(call.organisation, Project, project_id)
    found = datasets.list_datasets(call.organisation, resources=ports.resources, datasets=ports.datasets)
    return answer([translate.dataset(each) for each in found])


def get_dataset(call: Call, ports: Any, id: str) -> Response[str]:  # noqa: A002
    """GET /datasets/{id}."""
    found = datasets.get_dataset(call.organisation, id, resources=ports.resources, datasets=ports.datasets)
    return answer(translate.dataset(found))


def create_datapoints(call: Call, ports: Any, dataset_id: str) -> Response[str]:
    """POST /datasets/{dataset_id}/datapoints, one or a list -> 201, always an array."""
    wishes = [wish.translated() for wish in datapoint_requests(call)]
    made = datasets.add_datapoints(
        call.organisation,
        dataset_id,
        wishes,
        resources=ports.resources,
        datasets=ports.datasets,
        new_id=ports.new_id,
    )
    return answer([translate.datapoint(dataset_id, each) for each in made], 201)


def datapoint_requests(call: Call) -> tuple[DatapointRequest, ...]:
    """The datapoints of the body, whichever of its forms it has."""
    body = call.json
    if isinstance(body, list):
        return parsed("body", lambda: Datapoints.validate_python(body))
    if isinstance(body, dict) and "log_ids" in body:
        raise InvalidRequest("Datapoints from logs are not supported yet.", ("log_ids",))
    return (parsed("body", lambda: DatapointRequest.model_validate(body)),)


def list_datapoints(call: Call, ports: Any, dataset_id: str) -> Response[str]:
    """GET /datasets/{dataset_id}/datapoints; pages count from 0."""
    query = call.query(PageQuery)
    view = datasets.get_dataset(call.organisation, dataset_id, resources=ports.resources, datasets=ports.datasets)
    indices = span(query.page, query.size, view.head.datapoints)
    rows = ports.datasets.rows(call.organisation, dataset_id, view.head.sequence, indices)
    records = [translate.datapoint(dataset_id, row) for row in rows]
    size = min(query.size, MOST_ROWS)
    return answer(Page[DatapointResponse](records=records, page=query.page, size=size, total=view.head.datapoints))


def get_datapoint(call: Call, ports: Any, id: str) -> Response[str]:  # noqa: A002
    """GET /datapoints/{id}."""
    dataset_id, found = datasets.get_datapoint(call.organisation, id, datasets=ports.datasets)
    return answer(translate.datapoint(dataset_id, found))


def create_evaluator(call: Call, ports: Any) -> Response[str]:
    """POST /evaluators -> 201."""
    wish = call.body(CreateEvaluatorRequest)
    if wish.type != "python":
        raise InvalidRequest(f"Evaluators of type {wish.type} are not supported yet.", ("type",))
    if wish.return_type not in {"boolean", "number"}:
        raise InvalidRequest("A python evaluator returns a boolean or a number.", ("return_type",))
    if not wish.code:
        raise InvalidRequest("A python evaluator needs code.", ("code",), "value_error.missing")
    made = evaluators.create_evaluator(
        call.organisation, evaluators.CreateEvaluator(**wish.model_dump(exclude={"type"})), **writing(ports)
    )
    return answer(translate.evaluator(made), 201)


def list_evaluators(call: Call, ports: Any) -> Response[str]:
    """GET /evaluators: a bare array."""
    found = evaluators.list_evaluators(call.organisation, resources=ports.resources)
    return answer([translate.evaluator(each) for each in found])


def get_evaluator(call: Call, ports: Any, id: str) -> Response[str]:  # noqa: A002
    """GET /evaluators/{id}."""
    return answer(translate.evaluator(evaluators.get_evaluator(call.organisation, id, resources=ports.resources)))


def writing(ports: Any) -> dict[str, Any]:
    """The ports that making something needs."""
    return {"resources": ports.resources, "clock": ports.clock, "new_id": ports.new_id}


ROUTES = (
    Route("POST", "/v4/projects", create_project),
    Route("GET", "/v4/projects", list_projects),
    Route("GET", "/v4/projects/{id}", get_project),
    Route("POST", "/v4/model-configs", register_config),
    Route("GET", "/v4/model-configs/{id}", get_config),
    Route("POST", "/v4/projects/{project_id}/datasets", create_dataset),
    Route("GET", "/v4/projects/{project_id}/datasets", list_datasets),
    Route("GET", "/v4/datasets", list_datasets),
    Route("GET", "/v4/datasets/{id}", get_dataset),
    Route("POST", "/v4/datasets/{dataset_id}/datapoints", create_datapoints),
    Route("GET", "/v4/datasets/{dataset_id}/datapoints", list_datapoints),
    Route("GET", "/v4/datapoints/{id}", get_datapoint),
    Route("POST", "/v4/evaluators", create_evaluator),
    Route("GET", "/v4/evaluators", list_evaluators),
    Route("GET", "/v4/evaluators/{id}", get_evaluator),
)
