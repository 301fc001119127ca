"""The rows that an experiment is to be run on: a version of a dataset, or rows that are kept as one."""

from typing import NamedTuple

from assay.domain.dataset import Datapoint, Dataset, DatasetVersion
from assay.domain.errors import InvalidRequest, NotFound
from assay.domain.eval_data import DatasetById, DatasetByName, EvalData, InlineRows
from assay.domain.rows import LogVersion
from assay.domain.transaction_id import both
from assay.ports import Resources, Rows
from assay.use_cases.by_name import called, project_called
from assay.use_cases.launch_ports import LaunchPorts
from assay.use_cases.manage_resources.environments import pinned_version
from assay.use_cases.start_evaluation import latest_version

MOST_ROWS = 1_000_000
"""Of inline rows times their trials."""


class Found(NamedTuple):
    """The rows: a version of a dataset, and those that are still to be kept as it; what the experiment says of it."""

    version: DatasetVersion
    trials: int
    rows: tuple[Datapoint, ...] = ()
    dataset: Dataset | None = None
    transaction: int | None = None


def nameless(rows: tuple[Datapoint, ...], ports: LaunchPorts) -> DatasetVersion:
    """The first version of a dataset that has no name and is on no list, as it will be once it has the rows."""
    now = ports.clock.now()
    return DatasetVersion(
        dataset_id=str(ports.new_uuid()),
        sequence=1 if rows else 0,
        datapoints=len(rows),
        name="",
        description="",
        created_at=now,
        updated_at=now,
    )


def find_data(organisation: str, data: EvalData, trials: int, ports: LaunchPorts) -> Found:
    """Where the rows are. Raises NotFound, InvalidRequest; writes nothing."""
    if isinstance(data, InlineRows):
        return inline(organisation, data, trials, ports)
    dataset = find_dataset(organisation, data, ports.resources)
    if dataset.project_id is None:
        if data.environment is not None:
            raise NotFound("environment of this dataset", data.environment)
        if data.transaction is not None:
            raise NotFound(f"version {both(data.transaction)} of the dataset", dataset.id)
        version = latest_version(organisation, dataset.id, resources=ports.resources, datasets=ports.datasets)
        return Found(version, trials, dataset=dataset)
    return as_of(organisation, dataset, data, trials, ports)


def as_of(
    organisation: str, dataset: Dataset, data: DatasetById | DatasetByName, trials: int, ports: LaunchPorts
) -> Found:
    """The version of a project's dataset that is asked for. Raises NotFound."""
    transaction = data.transaction
    if data.environment is not None:
        transaction = version_in(organisation, dataset, data.environment, ports.resources)
    version = version_as_of(organisation, dataset, transaction, ports.dataset_rows)
    return Found(
        DatasetVersion(
            dataset_id=dataset.id,
            sequence=version.sequence,
            datapoints=ports.dataset_rows.count(organisation, dataset.id, version.sequence),
            name=dataset.name,
            description=dataset.description or "",
            created_at=dataset.created_at,
            updated_at=dataset.updated_at,
            cluster_by=dataset.cluster_by,
        ),
        trials,
        dataset=dataset,
        transaction=version.transaction if version.sequence else None,
    )


def version_as_of(organisation: str, dataset: Dataset, transaction: int | None, rows: Rows) -> LogVersion:
    """The latest version, or that of a transaction. Raises NotFound for one before all that was written, or after."""
    latest = rows.version(organisation, dataset.id)
    if transaction is None:
        return latest
    version = rows.version(organisation, dataset.id, transaction)
    if not version.sequence or transaction > latest.transaction:
        raise NotFound(f"version {both(transaction)} of the dataset", dataset.id)
    return version


def version_in(organisation: str, dataset: Dataset, environment: str, resources: Resources) -> int:
    """The transaction in which the dataset stands in an environment. Raises NotFound."""
    try:
        return pinned_version(organisation, "dataset", dataset.id, environment, resources=resources)
    except NotFound as error:
        raise NotFound("environment of this dataset", environment) from error


def find_dataset(organisation: str, data: DatasetById | DatasetByName, resources: Resources) -> Dataset:
    """The dataset. Raises NotFound."""
    if isinstance(data, DatasetById):
        return resources.get(organisation, Dataset, data.dataset_id)
    project = project_called(organisation, data.project_name, resources=resources)
    return called(organisation, Dataset, f"{project.id}/{Dataset.LIST}", data.dataset_name, resources=resources)


def inline(organisation: str, data: InlineRows, trials: int, ports: LaunchPorts) -> Found:
    """Rows as they came; where one has its own number of trials, all are laid out as often as they are to run."""
    source = data.source_dataset_id
    dataset = None if source is None else ports.resources.get(organisation, Dataset, source)
    rows, each = data.rows, trials
    if any(row.trial_count is not None for row in rows):
        if sum(row.trial_count or trials for row in rows) > MOST_ROWS:
            raise InvalidRequest(f"data.data: at most {MOST_ROWS} rows, trials counted.", ("data", "data"))
        rows, each = tuple(row for row in rows for _ in range(row.trial_count or trials)), 1
    version = nameless(rows, ports).model_copy(update={"cluster_by": dataset.cluster_by if dataset else None})
    return Found(version, each, rows, dataset)
