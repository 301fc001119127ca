"""The experiment: the outcome of an evaluation, or of rows that a client logged, comparable with a base."""

from collections.abc import Iterable
from datetime import datetime
from typing import ClassVar, Self

from assay.domain.evaluation import Evaluation
from assay.domain.metric_names import together
from assay.domain.value import JsonValue, Resource


class Experiment(Resource):
    """A named outcome in a project. Its rows are those of its evaluation, if it has one, and what was logged to it.

    `dataset_version` is the transaction id of the dataset's version, in decimal digits. Who has its address may look
    at one that is `public`; links to it made before `links_from` open nothing. `metric_names` are those of metrics that
    clients logged, but for the known ones.
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
    metric_names: tuple[str, ...] = ()

    @classmethod
    def of(cls, evaluation: Evaluation) -> Self:
        """What comes of an evaluation that makes no experiment. It is kept nowhere, and has the evaluation's id."""
        return cls(
            id=evaluation.id,
            project_id=evaluation.project_id,
            name=evaluation.name or evaluation.id,
            evaluation_id=evaluation.id,
            dataset_id=evaluation.dataset.dataset_id,
            dataset_version=str(evaluation.dataset.sequence),
            created_at=evaluation.created_at,
            updated_at=evaluation.updated_at,
        )

    @property
    def is_kept(self) -> bool:
        """Whether it is more than what an evaluation came to."""
        return self.id != self.evaluation_id

    def repeats(self, other: "Experiment") -> bool:
        """Whether both are runs of one evaluation, as their metadata say; where neither says, of one dataset."""
        ours, theirs = ((one.metadata or {}).get("evaluation") for one in (self, other))
        return ours == theirs and (ours is not None or self.dataset_id == other.dataset_id)

    def measured_by(self, names: Iterable[str], now: datetime) -> Self:
        """The experiment with metrics of these names, too. Raises InvalidRequest where they would be too many."""
        every = together(self.metric_names, names)
        return self if every == self.metric_names else self.revised(now, metric_names=every)

    @property
    def listed_in(self) -> tuple[str, ...]:
        return (self.EVERYWHERE, f"{self.project_id}/{self.LIST}")

    @property
    def unique_name(self) -> str | None:
        return f"{self.project_id}/{self.LIST}/{self.name}"
