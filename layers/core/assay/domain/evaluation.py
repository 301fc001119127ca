"""The evaluation: the process that takes a task and a dataset version to an experiment."""

from datetime import datetime, timedelta
from typing import Literal, Self

from assay.domain.allowance import Whose
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


LONGEST_BEGINNING = timedelta(seconds=60)
"""From the keeping of a pass to its first word, with all retries of a cold start."""


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
    a pass is under way; it is cut off after `timeout` seconds, if there are any, and when its models have cost
    `max_cost` dollars (whose limit that is says `max_cost_by`), or have read and written `max_tokens`. With `cache` no
    model is asked again what it has answered before. `begun` is the last pass that began, `halted` the last whose
    workers were told to stop, `announced` the last after which its end was announced. It `is_partial` where it
    completed without lanes that failed for good. `experiment_id` is the experiment that it makes, if it makes one.
    """

    project_id: str
    experiment_id: str | None = None
    name: str | None = None
    status: Status = "pending"
    config_id: str
    dataset: DatasetVersion
    generated_by: Literal["server", "client"] = "server"
    rounds: tuple[tuple[str, ...], ...] = ()
    posted: tuple[str, ...] = ()
    trials: int = 1
    max_concurrency: int
    timeout: float | None = None
    max_cost: float | None = None
    max_cost_by: Whose = "launch"
    max_tokens: int | None = None
    cache: bool = False
    passes: int = 0
    is_working: bool = False
    begun: int = 0
    halted: int = 0
    announced: int = 0
    is_partial: bool = False
    trigger_id: str | None = None
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
    def is_at_rest(self) -> bool:
        """Whether it is over and summed up: no pass is under way."""
        return self.is_over and not self.is_working

    @property
    def is_cut_off(self) -> bool:
        """Whether it ended before its time: nothing is added to it, and nobody is called for it any more."""
        return self.status in {"cancelled", "failed"}

    @property
    def left_over(self) -> Literal["timeout", "not_run"]:
        """What rows and scores count as that it ended without: its time was over, or their turn never came."""
        return "not_run" if self.timeout is None or self.is_cut_off else "timeout"

    @property
    def said(self) -> str:
        """The evaluation, as the beginning of a sentence about it."""
        return f"An evaluation that is {self.status}"

    @property
    def shown_status(self) -> Status:
        """The status as clients know it: what failed is cancelled to them."""
        return "cancelled" if self.status == "failed" else self.status

    @property
    def awaits_clients(self) -> bool:
        """Whether it is for a client, and not for us, to say that the evaluation is complete."""
        return self.generated_by == "client" or bool(self.posted)

    @property
    def is_halted(self) -> bool:
        """Whether the pass that is under way, or was the last, was told to stop: it completes nothing any more."""
        return 0 < self.passes <= self.halted

    @property
    def is_to_be_announced(self) -> bool:
        """Whether it is over, with its last pass, and nobody was told since."""
        return self.is_at_rest and self.announced < self.passes

    def latest_pass(self, organisation: str) -> "Pass":
        """The pass that is under way, or was the last."""
        return Pass(organisation=organisation, evaluation_id=self.id, number=self.passes)

    def pass_after(self, organisation: str) -> "Pass":
        """The pass that will follow the latest."""
        return Pass(organisation=organisation, evaluation_id=self.id, number=self.passes + 1)

    def is_worked_by(self, this: "Pass") -> bool:
        """Whether `this` is the pass that is under way, and not one that was stopped or is long over."""
        return self.is_working and self.passes == this.number

    def is_overdue(self, now: datetime) -> bool:
        """Whether a pass should have begun by now and has not: whoever kept it may have died before starting it.

        A trigger itself sees to the first pass of what it makes, which may have to wait for its turn.
        """
        waits_its_turn = self.trigger_id is not None and self.passes == 1
        is_late = self.begun < self.passes and now - self.updated_at > LONGEST_BEGINNING
        return self.is_working and is_late and not waits_its_turn

    def with_next_pass(self, now: datetime, **changes: object) -> Self:
        """The next revision, with `changes`, and with a pass that is about to start."""
        return self.revised(now, passes=self.passes + 1, is_working=True, **changes)

    @property
    def is_posted_to(self) -> bool:
        """Whether there may be logs or results that clients posted."""
        return self.awaits_clients

    @property
    def has_work(self) -> bool:
        """Whether a pass has anything to do but sum up: posted logs may still be judged once the client is done."""
        if self.is_halted:
            return False
        if self.generated_by == "client":
            return bool(self.rounds) and self.status in {"running", "completed"}
        return not self.is_over

    def halted_by(self, this: "Pass", now: datetime, reason: str) -> Self:
        """The evaluation whose workers are to stop, where it is for that pass that they work."""
        if not (self.has_work and self.is_worked_by(this)):
            return self
        return self.revised(now, halted=this.number, reason=reason)

    @property
    def is_resumable(self) -> bool:
        """Whether a pass can go on where it ended: it failed, or some of its lanes did."""
        return self.status == "failed" or (self.status == "completed" and self.is_partial)

    def resumed(self, now: datetime) -> Self:
        """The evaluation with a pass that goes on where it ended. Raises IllegalTransition where none can."""
        if not self.is_resumable:
            raise IllegalTransition(f"{self.said} cannot be resumed: only one that failed, or lost some of its lanes.")
        return self.with_next_pass(now, status="running", is_partial=False, reason=None, aggregates=())

    def after(
        self,
        this: "Pass",
        now: datetime,
        *,
        judged: int,
        failed: str | None,
        unfinished: bool = False,
        **changes: object,
    ) -> Self:
        """The evaluation after a pass that saw `judged` rounds; as it is where that pass has no say any more.

        A pass completes what does not wait for clients; another follows where a round was added meanwhile, and where
        it left lanes unfinished, which the limits of an execution may demand.
        """
        if not self.is_worked_by(this):
            return self
        if failed is not None and not self.is_over:
            return self.revised(now, status="failed", is_working=False, **changes)
        if unfinished:
            changes["aggregates"] = ()
        if (len(self.rounds) > judged or unfinished) and not self.is_cut_off and failed is None:
            return self.with_next_pass(now, **changes)
        ends = not self.is_over and not self.awaits_clients
        return self.revised(now, status="completed" if ends else self.status, is_working=False, **changes)

    def require(self, status: Status) -> None:
        """Raises IllegalTransition unless a pass may take the evaluation to `status`."""
        if status not in TRANSITIONS[self.status]:
            raise IllegalTransition(f"{self.said} cannot become {status}.")

    def require_client_may(self, status: Status) -> None:
        """Raises IllegalTransition unless a client may take it to `status` (contracts/humanloop-v4.md §2.7)."""
        if status == "cancelled" and self.status in {"pending", "running"}:
            return
        if status == "running" and self.is_over and not self.awaits_clients:
            raise IllegalTransition(f"{self.said} cannot be resumed: only one that failed, or lost some of its lanes.")
        if not self.awaits_clients:
            raise IllegalTransition("This evaluation goes its way by itself; all that can be asked is to cancel it.")
        if (self.status, status) not in CLIENT_TRANSITIONS:
            raise IllegalTransition(f"{self.said} cannot become {status}.")

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
