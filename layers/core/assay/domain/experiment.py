"""The experiment: the outcome of an evaluation, or of rows that a client logged, comparable with a base."""

from datetime import datetime
from typing import ClassVar

from assay.domain.value import JsonValue, Resource


class Experiment(Resource):
    """A named outcome in a project. Its rows are those of its evaluation, if it has one, and what was logged to it.

    `dataset_version` is the transaction id of the dataset's version, in decimal digits. Who has its address may look
    at one that is `public`; links to it made before `links_from` open nothing.
    """

    LIST: ClassVar[str] = "experiments"
    EVERYWHERE: ClassVar[str] = "experiments"

    project_id: str
    name: str
    description: str | None = None
    evaluation_id: str | None = None
    base_experiment_id: str | None = None
    dataset_id: str | None = None
    dataset_version: str | None = None
    parameters_id: str | None = None
    parameters_version: str | None = None
    repo_info: dict[str, JsonValue] | None = None
    internal_metadata: dict[str, JsonValue] | None = None
    metadata: dict[str, JsonValue] | None = None
    tags: tuple[str, ...] | None = None
    public: bool = False
    links_from: datetime | None = None

    def repeats(self, other: "Experiment") -> bool:
        """Whether both are runs of one evaluation, as their metadata say; where neither says, of one dataset."""
        ours, theirs = ((one.metadata or {}).get("evaluation") for one in (self, other))
        return ours == theirs and (ours is not None or self.dataset_id == other.dataset_id)

    @property
    def listed_in(self) -> tuple[str, ...]:
        return (self.EVERYWHERE, f"{self.project_id}/{self.LIST}")

    @property
    def unique_name(self) -> str | None:
        return f"{self.project_id}/{self.LIST}/{self.name}"
