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


CLIENT_TRANSITIONS: frozenset[tuple[Status, Status]] = frozenset(
    {("pending", "running"), ("running", "completed"), ("completed", "running")}
)
"""What a client may do to an evaluation that waits for clients, beside cancelling it."""


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
    """One run of a config over a dataset version, judged by evaluator versions.

    `rounds` are the evaluator versions that we run, in the order in which they came: a later round judges the outputs
    that an earlier one has judged. `posted` are those whose results people or programs post. `is_working` says that
    a pass is under way.
    """

    project_id: str
    name: str | None = None
    status: Status = "pending"
    config_id: str
    dataset: DatasetVersion
    generated_by: Literal["server", "client"] = "server"
    rounds: tuple[tuple[str, ...], ...] = ()
    posted: tuple[str, ...] = ()
    trials: int = 1
    max_concurrency: int
    passes: int = 0
    is_working: bool = False
    reason: str | None = None
    aggregates: tuple[Aggregate, ...] = ()

    @property
    def listed_in(self) -> tuple[str, ...]:
        return (f"{self.project_id}/evaluations",)

    @property
    def unique_name(self) -> str | None:
        return f"{self.project_id}/evaluations/{self.name}" if self.name else None

    @property
    def evaluator_versions(self) -> tuple[str, ...]:
        """Every evaluator version attached, in the order in which they came."""
        return (*(version for some in self.rounds for version in some), *self.posted)

    @property
    def is_over(self) -> bool:
        """Whether no pass may change the status any more."""
        return self.status in {"completed", "cancelled", "failed"}

    @property
    def awaits_clients(self) -> bool:
        """Whether it is for a client, and not for us, to say that the evaluation is complete."""
        return self.generated_by == "client" or bool(self.posted)

    def require(self, status: Status) -> None:
        """Raises IllegalTransition unless a pass may take the evaluation to `status`."""
        if status not in TRANSITIONS[self.status]:
            raise IllegalTransition(f"An evaluation that is {self.status} cannot become {status}.")

    def require_client_may(self, status: Status) -> None:
        """Raises IllegalTransition unless a client may take it to `status` (contracts/humanloop-v4.md §2.7)."""
        if status == "cancelled" and self.status in {"pending", "running"}:
            return
        if not self.awaits_clients:
            raise IllegalTransition("This evaluation goes its way by itself; all that can be asked is to cancel it.")
        if (self.status, status) not in CLIENT_TRANSITIONS:
            raise IllegalTransition(f"An evaluation that is {self.status} cannot become {status}.")

    def require_open(self) -> None:
        """Raises IllegalTransition unless logs and results may be posted now."""
        if self.status != "running":
            raise IllegalTransition(f"The evaluation is {self.status}; logs and results can be posted while it runs.")


class Pass(Value):
    """One execution for an evaluation: which, and the how-manieth. Its execution is named after it."""

    organisation: str
    evaluation_id: str
    number: int

    @property
    def execution_name(self) -> str:
        return f"{self.evaluation_id}-{self.number}"
