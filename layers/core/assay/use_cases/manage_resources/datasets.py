"""Datasets and their datapoints: created, read, listed, changed, deleted."""

from collections.abc import Sequence

from pydantic import Field

from assay.domain.dataset import Datapoint, Dataset, DatasetHead
from assay.domain.erasure import Erasure
from assay.domain.errors import NotFound
from assay.domain.identity import datapoint_id, parse_datapoint_id
from assay.domain.ids import NewId
from assay.domain.messages import Message
from assay.domain.value import JsonValue, Value
from assay.ports import Clock, Datasets, Erasures, Resources


class NewDatapoint(Value):
    """A datapoint that has no id yet."""

    inputs: JsonValue = Field(default_factory=dict)
    messages: tuple[Message, ...] = ()
    target: JsonValue = None
    metadata: dict[str, JsonValue] = Field(default_factory=dict)


class DatasetView(Value):
    """A dataset with its latest version."""

    dataset: Dataset
    head: DatasetHead


def create_dataset(
    organisation: str,
    name: str,
    description: str,
    *,
    made_in: str | None = None,
    resources: Resources,
    clock: Clock,
    new_id: NewId,
) -> DatasetView:
    """A new dataset without datapoints."""
    now = clock.now()
    dates = {"created_at": now, "updated_at": now}
    dataset = Dataset(id=new_id("evts_"), name=name, description=description, made_in=made_in, **dates)
    resources.create(organisation, dataset)
    return DatasetView(dataset=dataset, head=DatasetHead())


def get_dataset(organisation: str, dataset_id: str, *, resources: Resources, datasets: Datasets) -> DatasetView:
    """The dataset as it stands. Raises NotFound."""
    dataset = standalone(organisation, dataset_id, resources)
    return DatasetView(dataset=dataset, head=datasets.head(organisation, dataset_id))


def list_datasets(organisation: str, *, resources: Resources, datasets: Datasets) -> list[DatasetView]:
    """All datasets, oldest first."""
    found = resources.listed(organisation, Dataset, "datasets")
    heads = datasets.heads(organisation, [dataset.id for dataset in found])
    return [DatasetView(dataset=dataset, head=head) for dataset, head in zip(found, heads, strict=True)]


def update_dataset(
    organisation: str,
    dataset_id: str,
    *,
    name: str | None,
    description: str | None,
    resources: Resources,
    clock: Clock,
) -> None:
    """Gives the dataset another name or description; None changes nothing. Raises NotFound, Conflict."""
    dataset = standalone(organisation, dataset_id, resources)
    wished = {"name": name, "description": description}
    changes = {field: value for field, value in wished.items() if value is not None}
    if changes:
        resources.replace(organisation, dataset, dataset.revised(clock.now(), **changes))


def delete_dataset(organisation: str, dataset_id: str, *, resources: Resources, erasures: Erasures) -> None:
    """Removes the dataset; its rows are erased with the last evaluation that was run on them. Raises NotFound."""
    resources.delete(organisation, standalone(organisation, dataset_id, resources))
    erasures.begin(Erasure(organisation=organisation, kind="dataset", id=dataset_id))


def add_datapoints(
    organisation: str,
    dataset_id: str,
    wishes: Sequence[NewDatapoint],
    *,
    resources: Resources,
    datasets: Datasets,
    new_id: NewId,
) -> list[Datapoint]:
    """Commits the datapoints as one new version of the dataset, in their order. Raises NotFound."""
    dataset = standalone(organisation, dataset_id, resources)
    segment = new_id("")
    rows = [
        Datapoint(
            id=datapoint_id(dataset.id, segment, line),
            inputs=wish.inputs,
            messages=wish.messages,
            target=wish.target,
            metadata=wish.metadata,
        )
        for line, wish in enumerate(wishes)
    ]
    if rows:
        datasets.append(organisation, dataset.id, segment, rows)
    return rows


def get_datapoint(
    organisation: str, identifier: str, *, resources: Resources, datasets: Datasets
) -> tuple[str, Datapoint]:
    """The id of its dataset, and the datapoint. Raises NotFound, also where its dataset is deleted."""
    place = parse_datapoint_id(identifier)
    if place is None:
        raise NotFound("datapoint", identifier)
    standalone(organisation, place.dataset_id, resources)
    return place.dataset_id, datasets.find(organisation, place)


def standalone(organisation: str, dataset_id: str, resources: Resources) -> Dataset:
    """The dataset. Raises NotFound, also where its rows may change: such belong to a project."""
    dataset = resources.get(organisation, Dataset, dataset_id)
    if dataset.project_id is not None:
        raise NotFound("dataset", dataset_id)
    return dataset
