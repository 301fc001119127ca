"""The evaluation: the process that takes a task and a dataset version to an experiment."""

from typing import Literal

from assay.domain.dataset import DatasetVersion
from assay.domain.errors import IllegalTransition
from assay.domain.value import Resource, Value

Status = Literal["pending", "running", "completed", "cancelled", "failed"]

TRANSITIONS: dict[Status, frozenset[Status]] = {
    "pending": frozenset({"running", "cancelled", "failed"}),
    "running": frozenset({"completed", "cancelled", "failed"}),
    "completed": frozenset(),
    "cancelled": frozenset(),
    "failed": frozenset(),
}


class Aggregate(Value):
    """One evaluator's scores over the rows so far: their number, their sum, and how many are missing and why."""

    evaluator: str
    n_scored: int = 0
    n_skipped: int = 0
    n_errors: int = 0
    total: float = 0

    @property
    def mean(self) -> float | None:
        """The arithmetic mean of the scores there are; None where there is none."""
        return self.total / self.n_scored if self.n_scored else None

    def plus(self, other: "Aggregate") -> "Aggregate":
        """The sums of both."""
        return Aggregate(
            evaluator=self.evaluator,
            n_scored=self.n_scored + other.n_scored,
            n_skipped=self.n_skipped + other.n_skipped,
            n_errors=self.n_errors + other.n_errors,
            total=self.total + other.total,
        )


class Evaluation(Resource):
    """One run of a config over a dataset version, judged by evaluator versions."""

    project_id: str
    name: str | None = None
    status: Status = "pending"
    config_id: str
    dataset: DatasetVersion
    evaluator_versions: tuple[str, ...]
    trials: int = 1
    max_concurrency: int
    passes: int = 0
    reason: str | None = None
    aggregates: tuple[Aggregate, ...] = ()

    @property
    def listed_in(self) -> tuple[str, ...]:
        return (f"{self.project_id}/evaluations",)

    @property
    def unique_name(self) -> str | None:
        return f"{self.project_id}/evaluations/{self.name}" if self.name else None

    @property
    def is_over(self) -> bool:
        """Whether the status is a last one."""
        return not TRANSITIONS[self.status]

    def require(self, status: Status) -> None:
        """Raises IllegalTransition unless the evaluation may go to `status` from where it is."""
        if status not in TRANSITIONS[self.status]:
            raise IllegalTransition(f"An evaluation that is {self.status} cannot become {status}.")


class Pass(Value):
    """One execution for an evaluation: which, and the how-manieth. Its execution is named after it."""

    organisation: str
    evaluation_id: str
    number: int

    @property
    def execution_name(self) -> str:
        return f"{self.evaluation_id}-{self.number}"
