"""Where an experiment's rows come from."""

from assay.domain.dataset import Datapoint
from assay.domain.value import Value


class DatasetById(Value):
    """A dataset: as of a transaction, as an environment has it pinned, or as it is now."""

    dataset_id: str
    transaction: int | None = None
    environment: str | None = None


class DatasetByName(Value):
    """A dataset by its project's name and its own."""

    project_name: str
    dataset_name: str
    transaction: int | None = None
    environment: str | None = None


class InlineRows(Value):
    """Rows that came with the request; `source_dataset_id` says from where, if anything does."""

    rows: tuple[Datapoint, ...]
    source_dataset_id: str | None = None


EvalData = DatasetById | DatasetByName | InlineRows
