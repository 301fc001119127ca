"""The routes of datasets and datapoints."""

from typing import Any

from aws_lambda_powertools.event_handler import Response

from assay.dialects.http import Call, Route, answer, parsed, writing
from assay.dialects.humanloop import translate
from assay.dialects.humanloop.logs import reports
from assay.dialects.humanloop.pages import fitting_size, span, whole
from assay.dialects.humanloop.requests import CreateDatasetRequest, DatapointRequest, Datapoints, PageQuery
from assay.dialects.humanloop.resource_requests import MOST_AT_ONCE, LogIdsRequest, UpdateDatasetRequest
from assay.dialects.humanloop.responses import DatapointResponse, Done, Page
from assay.domain.dataset import heaviest_page
from assay.domain.errors import InvalidRequest
from assay.domain.project import Project
from assay.use_cases.manage_resources import datasets
from assay.use_cases.manage_resources.datasets import NewDatapoint
from assay.use_cases.manage_resources.logs import datapoint_from


def create_dataset(call: Call, ports: Any, project_id: str) -> Response[str]:
    """POST /projects/{project_id}/datasets -> 201."""
    wish = call.body(CreateDatasetRequest)
    ports.resources.get(call.organisation, Project, project_id)
    made = datasets.create_dataset(call.organisation, wish.name, wish.description, made_in=project_id, **writing(ports))
    return answer(translate.dataset(made), 201)


def list_datasets(call: Call, ports: Any, project_id: str | None = None) -> Response[str]:
    """GET /datasets, and GET /projects/{project_id}/datasets: datasets belong to no project, so it is all of them."""
    if project_id is not None:
        ports.resources.get(call.organisation, Project, project_id)
    found = datasets.list_datasets(call.organisation, resources=ports.resources, datasets=ports.datasets)
    return answer(whole(translate.dataset(each) for each in found))


def get_dataset(call: Call, ports: Any, id: str) -> Response[str]:  # noqa: A002
    """GET /datasets/{id}."""
    found = datasets.get_dataset(call.organisation, id, resources=ports.resources, datasets=ports.datasets)
    return answer(translate.dataset(found))


def update_dataset(call: Call, ports: Any, id: str) -> Response[str]:  # noqa: A002
    """PATCH /datasets/{id}."""
    wish = call.body(UpdateDatasetRequest)
    datasets.update_dataset(call.organisation, id, **wish.model_dump(), resources=ports.resources, clock=ports.clock)
    return get_dataset(call, ports, id)


def delete_dataset(call: Call, ports: Any, id: str) -> Response[str]:  # noqa: A002
    """DELETE /datasets/{id} -> 200 with an object: clients choke on a 204 here (§3.4), and strict ones on null."""
    datasets.delete_dataset(call.organisation, id, resources=ports.resources, erasures=ports.erasures)
    return answer(Done())


def create_datapoints(call: Call, ports: Any, dataset_id: str) -> Response[str]:
    """POST /datasets/{dataset_id}/datapoints, one or a list or from logs -> 201, always an array."""
    made = datasets.add_datapoints(
        call.organisation,
        dataset_id,
        wishes(call, ports),
        resources=ports.resources,
        datasets=ports.datasets,
        new_id=ports.new_id,
    )
    return answer([translate.datapoint(dataset_id, each) for each in made], 201)


def wishes(call: Call, ports: Any) -> list[NewDatapoint]:
    """The datapoints of the body, whichever of its forms it has."""
    body = call.json
    if isinstance(body, dict) and "log_ids" in body:
        given = parsed("body", lambda: LogIdsRequest.model_validate(body)).log_ids
        return [datapoint_from(report) for report in reports(call, ports, given)]
    if isinstance(body, list):
        if len(body) > MOST_AT_ONCE:
            raise InvalidRequest(f"At most {MOST_AT_ONCE} datapoints can be added by one request.")
        return [wish.translated() for wish in parsed("body", lambda: Datapoints.validate_python(body))]
    return [parsed("body", lambda: DatapointRequest.model_validate(body)).translated()]


def list_datapoints(call: Call, ports: Any, dataset_id: str) -> Response[str]:
    """GET /datasets/{dataset_id}/datapoints; pages count from 0."""
    query = call.query(PageQuery)
    view = datasets.get_dataset(call.organisation, dataset_id, resources=ports.resources, datasets=ports.datasets)
    version = (call.organisation, dataset_id, view.head.sequence)
    commits = list(ports.datasets.commits(*version))
    size = fitting_size(query.size, lambda size: heaviest_page(commits, size))
    rows = ports.datasets.rows(*version, span(query.page, size, view.head.datapoints))
    records = [translate.datapoint(dataset_id, row) for row in rows]
    return answer(Page[DatapointResponse](records=records, page=query.page, size=size, total=view.head.datapoints))


def get_datapoint(call: Call, ports: Any, id: str) -> Response[str]:  # noqa: A002
    """GET /datapoints/{id}."""
    found = datasets.get_datapoint(call.organisation, id, resources=ports.resources, datasets=ports.datasets)
    return answer(translate.datapoint(*found))


ROUTES = (
    Route("POST", "/v4/projects/{project_id}/datasets", create_dataset),
    Route("GET", "/v4/projects/{project_id}/datasets", list_datasets),
    Route("GET", "/v4/datasets", list_datasets),
    Route("GET", "/v4/datasets/{id}", get_dataset),
    Route("PATCH", "/v4/datasets/{id}", update_dataset),
    Route("DELETE", "/v4/datasets/{id}", delete_dataset),
    Route("POST", "/v4/datasets/{dataset_id}/datapoints", create_datapoints),
    Route("GET", "/v4/datasets/{dataset_id}/datapoints", list_datapoints),
    Route("GET", "/v4/datapoints/{id}", get_datapoint),
)
