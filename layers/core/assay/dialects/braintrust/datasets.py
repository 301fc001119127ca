"""The routes of datasets and their rows (contracts/braintrust.md §7.3)."""

import re
from typing import Any

from aws_lambda_powertools.event_handler import Response
from pydantic import Field

from assay.dialects.braintrust import lists
from assay.dialects.braintrust.event_requests import DatasetFeedbackRequest, InsertDatasetRequest, translated
from assay.dialects.braintrust.http import kept, made
from assay.dialects.braintrust.rows import EVERYWHERE, Inserted, Success, event, fetch, insert, require
from assay.dialects.braintrust.wire import ListQuery, Moment, Name, ObjectList, Open, place_of
from assay.dialects.http import Call, Route, answer
from assay.domain.dataset import Dataset
from assay.domain.erasure import Erasure
from assay.domain.project import Project
from assay.domain.rows import Content, NoRows, Row
from assay.domain.value import JsonValue, Model
from assay.use_cases.manage_resources.changes import change, remove
from assay.use_cases.manage_resources.named import find_or_create


class CreateDatasetRequest(Open):
    """What a new dataset is to be."""

    project_id: str
    name: Name
    description: str | None = None
    tags: tuple[str, ...] | None = None
    metadata: dict[str, JsonValue] | None = None


class UpdateDatasetRequest(Open):
    """What is to change; what is null or left out stays."""

    name: Name | None = None
    description: str | None = None
    tags: tuple[str, ...] | None = None
    metadata: dict[str, JsonValue] | None = None


class DatasetsQuery(ListQuery):
    """Which datasets."""

    dataset_name: str | None = None
    project_name: str | None = None
    project_id: str | None = None


class SummarizeQuery(Open):
    """Whether rows are to be counted."""

    summarize_data: bool | None = None


class DatasetResponse(Model):
    """A dataset."""

    id: str
    project_id: str
    name: str
    description: str | None
    created: Moment
    deleted_at: Moment | None = None
    user_id: str | None = None
    tags: tuple[str, ...] | None
    metadata: dict[str, JsonValue] | None
    url_slug: str


class DataSummary(Model):
    """How much there is."""

    total_records: int


class DatasetSummary(Model):
    """A dataset at a glance."""

    project_name: str
    dataset_name: str
    project_url: str
    dataset_url: str
    data_summary: DataSummary | None = Field(default=None, exclude_if=lambda found: found is None)


def shown(dataset: Dataset, **more: Any) -> DatasetResponse:
    """The dataset in the dialect's words."""
    return DatasetResponse(
        id=dataset.id,
        project_id=dataset.project_id or "",
        name=dataset.name,
        description=dataset.description,
        created=dataset.created_at,
        tags=dataset.tags,
        metadata=dataset.metadata,
        url_slug=re.sub(r"[^0-9a-z]+", "-", dataset.name.lower()).strip("-") or dataset.id,
        **more,
    )


def create_dataset(call: Call, ports: Any) -> Response[str]:
    """POST /v1/dataset: the project's dataset of that name, made if there is none."""
    wish = call.body(CreateDatasetRequest)
    ports.resources.get(call.organisation, Project, wish.project_id)
    found = find_or_create(call.organisation, Dataset(**made(ports), **wish.model_dump()), resources=ports.resources)
    return kept(shown(found.resource), was_there=found.was_there)


def list_datasets(call: Call, ports: Any) -> Response[str]:
    """GET /v1/dataset."""
    query = call.query(DatasetsQuery)
    every = lists.of_project(call, ports, Dataset, query.project_id, query.project_name)
    wanted = [each for each in every if query.dataset_name in {None, each.name}]
    return lists.answered(ObjectList[DatasetResponse], wanted, query, call.organisation, shown)


def get_dataset(call: Call, ports: Any, dataset_id: str) -> Response[str]:
    """GET /v1/dataset/{dataset_id}."""
    return answer(shown(existing(call, ports, dataset_id)))


def existing(call: Call, ports: Any, dataset_id: str) -> Dataset:
    """The dataset. Raises NotFound, also where it is none of a project's."""
    dataset: Dataset = ports.resources.get(call.organisation, Dataset, dataset_id)
    return lists.within_a_project(dataset)


def update_dataset(call: Call, ports: Any, dataset_id: str) -> Response[str]:
    """PATCH /v1/dataset/{dataset_id}."""
    wish = call.body(UpdateDatasetRequest)
    existing(call, ports, dataset_id)
    around = {"resources": ports.resources, "clock": ports.clock}
    return answer(shown(change(call.organisation, Dataset, dataset_id, wish.model_dump(), **around)))


def delete_dataset(call: Call, ports: Any, dataset_id: str) -> Response[str]:
    """DELETE /v1/dataset/{dataset_id}: the dataset as it was; its name is free."""
    existing(call, ports, dataset_id)
    gone = remove(call.organisation, Dataset, dataset_id, resources=ports.resources)
    ports.erasures.begin(Erasure(organisation=call.organisation, kind="dataset", id=gone.id))
    return answer(shown(gone, deleted_at=ports.clock.now()))


def insert_rows(call: Call, ports: Any, dataset_id: str) -> Response[str]:
    """POST /v1/dataset/{dataset_id}/insert."""
    events = translated(call.body(InsertDatasetRequest).events)
    existing(call, ports, dataset_id)
    return answer(Inserted(row_ids=insert(call, ports, ports.dataset_rows, dataset_id, events)))


def fetch_rows(call: Call, ports: Any, dataset_id: str) -> Response[str]:
    """GET and POST /v1/dataset/{dataset_id}/fetch."""
    dataset = existing(call, ports, dataset_id)
    place: Content = {"project_id": dataset.project_id, "dataset_id": dataset.id}

    def shown_row(row: Row) -> Content:
        return {**event(row, EVERYWHERE, place), "is_root": True}

    return fetch(call, dataset_id, rows=ports.dataset_rows, base=NoRows(), shown=shown_row)


def give_feedback(call: Call, ports: Any, dataset_id: str) -> Response[str]:
    """POST /v1/dataset/{dataset_id}/feedback."""
    events = translated(call.body(DatasetFeedbackRequest).feedback)
    existing(call, ports, dataset_id)
    require(call, ports.dataset_rows, dataset_id, events, NoRows())
    insert(call, ports, ports.dataset_rows, dataset_id, events)
    return answer(Success())


def summarize_dataset(call: Call, ports: Any, dataset_id: str) -> Response[str]:
    """GET /v1/dataset/{dataset_id}/summarize; rows are counted where `summarize_data` asks for it."""
    wish = call.query(SummarizeQuery)
    dataset = existing(call, ports, dataset_id)
    project = ports.resources.get(call.organisation, Project, dataset.project_id)
    counted = None
    if wish.summarize_data:
        sequence = ports.dataset_rows.version(call.organisation, dataset_id).sequence
        counted = DataSummary(total_records=ports.dataset_rows.count(call.organisation, dataset_id, sequence))
    summary = DatasetSummary(
        project_name=project.name,
        dataset_name=dataset.name,
        project_url=place_of(call.event, f"/v1/project/{project.id}"),
        dataset_url=place_of(call.event, f"/v1/dataset/{dataset.id}"),
        data_summary=counted,
    )
    return answer(summary)


ROUTES = (
    Route("POST", "/v1/dataset", create_dataset),
    Route("GET", "/v1/dataset", list_datasets),
    Route("GET", "/v1/dataset/{dataset_id}", get_dataset),
    Route("PATCH", "/v1/dataset/{dataset_id}", update_dataset),
    Route("DELETE", "/v1/dataset/{dataset_id}", delete_dataset),
    Route("POST", "/v1/dataset/{dataset_id}/insert", insert_rows),
    Route("GET", "/v1/dataset/{dataset_id}/fetch", fetch_rows),
    Route("POST", "/v1/dataset/{dataset_id}/fetch", fetch_rows, reads=True),
    Route("POST", "/v1/dataset/{dataset_id}/feedback", give_feedback),
    Route("GET", "/v1/dataset/{dataset_id}/summarize", summarize_dataset),
)
