"""What the use cases need from the world. Every port takes the organisation first, where it keeps anything for one."""

from collections.abc import Container, Iterable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Protocol, TypeVar
from uuid import UUID

from assay.domain.comparison import Comparison
from assay.domain.completion import Completion
from assay.domain.dataset import Commit, Datapoint, DatasetHead, SnapshotIndex
from assay.domain.evaluation import Aggregate, Evaluation, Pass
from assay.domain.failure import LaneFailed
from assay.domain.identity import DatapointPlace
from assay.domain.lane import InFlight, LaneProgress, LogTurn
from assay.domain.log import Log, LogEntry
from assay.domain.messages import Message
from assay.domain.plan import Plan
from assay.domain.posted import PostedLog, PostedResult
from assay.domain.price import Price
from assay.domain.provider_limit import Denial, Hold, ProviderLimit
from assay.domain.rows import BaseRows, Event, LogVersion, Place, Row
from assay.domain.sandbox import CodeBatch, CodeResults
from assay.domain.score import AnyOutput, ScoredRow
from assay.domain.seal import Seal
from assay.domain.summary import Summary
from assay.domain.task import Task
from assay.domain.value import JsonValue, Resource

R = TypeVar("R", bound=Resource)


class Clock(Protocol):
    """Time, and waiting for it."""

    def now(self) -> datetime:
        """The present moment, in UTC."""

    def monotonic(self) -> float:
        """Seconds since some fixed moment."""

    async def sleep(self, seconds: float) -> None:
        """Comes back after `seconds`."""


class Deadline(Protocol):
    """How long the present invocation may go on."""

    def remaining(self) -> float:
        """Seconds left."""


class Resources(Protocol):
    """Projects, configs, evaluators, evaluations, keys: whatever is looked up by id, listed or named."""

    def create(self, organisation: str, *resources: Resource) -> None:
        """Keeps new resources, all or none. Raises AlreadyExists where an id or a unique name is taken."""

    def get(self, organisation: str, kind: type[R], identifier: str) -> R:
        """The resource. Raises NotFound, also where the id is of another kind."""

    def get_many(self, organisation: str, kind: type[R], identifiers: Iterable[str]) -> list[R]:
        """The resources, in the order of the ids. Raises NotFound."""

    def replace(self, organisation: str, before: R, after: R) -> None:
        """Compare-and-swap by revision; a new unique name moves with it.

        Raises Conflict where `before` is no longer what is kept, AlreadyExists where the new name is taken.
        """

    def delete(self, organisation: str, resource: Resource) -> None:
        """Removes it, its places on lists and its name. Raises Conflict where it is no longer what is kept."""

    def named(self, organisation: str, kind: type[R], unique_name: str) -> R:
        """The resource that holds a unique name. Raises NotFound."""

    def listed(self, organisation: str, kind: type[R], name: str) -> list[R]:
        """All on the list, oldest first."""


class Logs(Protocol):
    """Logs that clients posted, outside evaluations. They are listed by their ids, which sort by creation."""

    def save(self, organisation: str, logs: Sequence[Log]) -> None:
        """Keeps new logs. What is readable is also listed."""

    def get_many(self, organisation: str, identifiers: Sequence[str]) -> list[Log]:
        """The logs, in the order of the ids. Raises NotFound."""

    def listed(self, organisation: str, project_id: str) -> list[LogEntry]:
        """All logs of a project, oldest first: their ids and sizes."""


class Datasets(Protocol):
    """The row log of datasets: atomic commits, immutable versions."""

    def head(self, organisation: str, dataset_id: str) -> DatasetHead:
        """The latest version."""

    def heads(self, organisation: str, dataset_ids: Sequence[str]) -> list[DatasetHead]:
        """The latest version of each dataset."""

    def append(self, organisation: str, dataset_id: str, segment: str, rows: Sequence[Datapoint]) -> Commit:
        """Commits `rows` in one segment, under the name `segment`, which must be fresh."""

    def commits(self, organisation: str, dataset_id: str, sequence: int) -> Iterable[Commit]:
        """The commits that make up version `sequence`, in order."""

    def rows(self, organisation: str, dataset_id: str, sequence: int, span: range) -> list[Datapoint]:
        """The datapoints at the indices `span` of version `sequence`, in dataset order."""

    def find(self, organisation: str, place: DatapointPlace) -> Datapoint:
        """The datapoint at a place. Raises NotFound, also where its segment was never committed."""

    def freeze(self, organisation: str, dataset_id: str, sequence: int) -> SnapshotIndex:
        """Writes the snapshot of a version, unless there is one, and returns its index."""

    def snapshot(self, organisation: str, dataset_id: str, sequence: int, span: range) -> list[Datapoint]:
        """As `rows`, read from the version's snapshot. Raises TooMuch where they are over 16 MB."""


class Rows(Protocol):
    """The row log where rows are written again and again: of Braintrust's datasets, of experiments."""

    def write(self, organisation: str, log_id: str, segment: UUID, events: Sequence[Event]) -> Commit:
        """Commits `events` in one segment, under the id `segment` (rows.segment_of), which must be fresh."""

    def version(self, organisation: str, log_id: str, transaction: int | None = None) -> LogVersion:
        """The latest version, or the one as of a transaction."""

    def count(self, organisation: str, log_id: str, sequence: int) -> int:
        """How many rows a version has."""

    def has(self, organisation: str, log_id: str, sequence: int, identifier: str) -> bool:
        """Whether a row was written in a version and not deleted."""

    def down(
        self,
        organisation: str,
        log_id: str,
        sequence: int,
        before: Place | None = None,
        base: BaseRows | None = None,
    ) -> Iterator[Row]:
        """The rows of a version that stand before a place (None: all of them), the last first, over those of `base`."""


class RunRecords(Protocol):
    """The outputs and scores that an evaluation has, complete chunks and checkpoints."""

    def outputs(
        self, organisation: str, evaluation_id: str, chunk: int, ordinals: range | None = None
    ) -> list[AnyOutput] | None:
        """A complete chunk's outputs in order, all or those with `ordinals`; None before it is complete.

        Raises TooMuch where those with `ordinals` are over 16 MB.
        """

    def output_parts(
        self,
        organisation: str,
        evaluation_id: str,
        chunk: int,
        ordinals: range | None = None,
    ) -> list[AnyOutput]:
        """What is checkpointed of a chunk, all or those with `ordinals`, in order; of each row, the first record."""

    def scores(
        self, organisation: str, evaluation_id: str, round_: int, chunk: int, ordinals: range | None = None
    ) -> list[ScoredRow] | None:
        """A chunk's scores of a round, as `outputs`; None before they are complete."""

    def score_parts(
        self,
        organisation: str,
        evaluation_id: str,
        round_: int,
        chunk: int,
        ordinals: range | None = None,
    ) -> list[ScoredRow]:
        """What is checkpointed of a chunk's scores, as `output_parts`, in the order written; a row may be in pieces."""


class Runs(RunRecords, Protocol):
    """What an evaluation keeps in bulk: the plan, the outputs, the scores, the summary."""

    def save_plan(self, organisation: str, plan: Plan) -> None:
        """Writes the plan, over that of an earlier pass."""

    def plan(self, organisation: str, evaluation_id: str) -> Plan:
        """The plan. Raises NotFound before it is prepared."""

    def save_lanes(self, organisation: str, this: Pass, lanes: Sequence[int]) -> str:
        """Writes the items over which the state machine maps, and returns the name they are found by."""

    def save_outputs(self, organisation: str, evaluation_id: str, chunk: int, rows: Sequence[AnyOutput]) -> None:
        """Writes a chunk's outputs, unless they are there."""

    def save_output_part(
        self, organisation: str, evaluation_id: str, chunk: int, name: str, rows: Sequence[AnyOutput]
    ) -> None:
        """Checkpoints outputs of a chunk that is not complete. `name` sorts after the names of earlier parts."""

    def save_scores(
        self, organisation: str, evaluation_id: str, round_: int, chunk: int, rows: Sequence[ScoredRow]
    ) -> None:
        """Writes a chunk's scores by the evaluators of a round, unless they are there."""

    def save_score_part(
        self, organisation: str, evaluation_id: str, round_: int, chunk: int, name: str, rows: Sequence[ScoredRow]
    ) -> None:
        """Checkpoints scores of a chunk that is not complete, as save_output_part does outputs."""

    def output_parts(
        self,
        organisation: str,
        evaluation_id: str,
        chunk: int,
        ordinals: range | None = None,
        only: Container[str] | None = None,
    ) -> list[AnyOutput]:
        """As in RunRecords; `only` are the names of the parts that count, None is all."""

    def score_parts(
        self,
        organisation: str,
        evaluation_id: str,
        round_: int,
        chunk: int,
        ordinals: range | None = None,
        only: Container[str] | None = None,
    ) -> list[ScoredRow]:
        """As `output_parts`."""

    def seal(self, this: Pass, plan: Plan) -> Seal:
        """What counts of the pass: what there is now, unless somebody has sealed it before."""

    def sealed(self, this: Pass) -> Seal | None:
        """The seal of the pass; None before it has one."""

    def save_summary(self, organisation: str, summary: Summary) -> str:
        """Writes the summary and returns where it lies."""

    def summary(self, organisation: str, evaluation_id: str) -> Summary:
        """The summary. Raises NotFound before there is one."""

    def save_comparison(self, organisation: str, evaluation_id: str, comparison: Comparison) -> None:
        """Writes how the evaluation's experiment is beside its base."""

    def comparison(self, organisation: str, evaluation_id: str) -> Comparison:
        """That comparison. Raises NotFound before there is one."""


class Progress(Protocol):
    """How far an evaluation is. Counts are absolute, so a replay cannot count twice."""

    def take_lane(self, organisation: str, evaluation_id: str, lane: int) -> int:
        """A fencing token for this attempt at the lane, higher than all before it."""

    def note(self, organisation: str, evaluation_id: str, lane: int, token: int, rows: InFlight) -> None:
        """Keeps which rows are in flight in a lane. Raises Superseded where a later token has noted any."""

    def noted(self, organisation: str, evaluation_id: str, lane: int) -> InFlight:
        """The rows that were noted last: by a worker that died, unless there are none."""

    def report(self, organisation: str, evaluation_id: str, token: int, progress: LaneProgress) -> None:
        """Keeps the counts of a generated chunk. Raises Superseded where a later token has reported on it."""

    def report_scores(
        self,
        organisation: str,
        evaluation_id: str,
        token: int,
        round_: int,
        chunk: int,
        aggregates: Sequence[Aggregate],
    ) -> None:
        """Keeps the sums of a round over a scored chunk. Raises Superseded as `report` does."""

    def report_spent(self, organisation: str, evaluation_id: str, attempt: str, dollars: float) -> None:
        """Keeps what an attempt at a lane has spent on models so far."""

    def spent(self, organisation: str, evaluation_id: str) -> float:
        """What all attempts have spent, in dollars."""

    def fail_lane(self, failure: LaneFailed) -> None:
        """Keeps why a lane ended for good."""

    def lane_failures(self, this: Pass) -> list[LaneFailed]:
        """The lanes that ended for good in a pass."""

    def rest_lane(self, this: Pass, lane: int) -> None:
        """Keeps that a lane is to be gone on with in another pass."""

    def resting_lanes(self, this: Pass) -> list[int]:
        """The lanes of a pass that are to be gone on with."""

    def chunks(self, organisation: str, evaluation_id: str) -> list[LaneProgress]:
        """The counts of every chunk that has any."""

    def aggregates(self, organisation: str, evaluation_id: str) -> list[Aggregate]:
        """The sums over all scored chunks, one for each evaluator that has any."""


class Posted(Protocol):
    """Logs and results that clients post to an evaluation, and our own results on such logs; with exact sums."""

    def save_log(self, organisation: str, evaluation_id: str, log: PostedLog) -> PostedLog:
        """Keeps the log in place of its row's earlier one, whose results by us go with it; the same again is nothing.

        Raises IllegalTransition unless the evaluation is running at that very moment, Conflict after many races.
        """

    def save_result(self, organisation: str, evaluation_id: str, result: PostedResult) -> PostedResult:
        """Keeps a client's result in place of an earlier one by the same evaluator. Raises as `save_log` does."""

    def save_judged(self, organisation: str, evaluation_id: str, result: PostedResult) -> bool:
        """Keeps our result on a posted log, once; False where a later log has come, or the evaluation was cut off."""

    def logs(self, organisation: str, evaluation_id: str, span: range) -> Iterator[PostedLog]:
        """The logs of the rows with the ordinals `span`, in their order, read as they are asked for."""

    def results(self, organisation: str, evaluation_id: str, span: range) -> Iterator[PostedResult]:
        """The results of those rows, in their order, read as they are asked for."""

    def aggregates(self, organisation: str, evaluation_id: str) -> list[Aggregate]:
        """The sums of all results, one for each evaluator that has any."""


class ProviderLimits(Protocol):
    """What providers want of all who call them with one key (its account), told by one worker to the others."""

    def read(self, organisation: str, account: str) -> ProviderLimit:
        """Everything that holds, or held lately."""

    def hold(self, organisation: str, account: str, hold: Hold) -> None:
        """Keeps that nobody may call for a time, unless it is known for longer."""

    def deny(self, organisation: str, account: str, model: str, denial: Denial) -> None:
        """Keeps that no call for the model can succeed."""


class Prices(Protocol):
    """What models cost."""

    def price(self, provider: str, model: str) -> Price | None:
        """The model's price; None where nobody knows it."""


class LogScoring(Protocol):
    """Whoever judges posted logs, some other time soon."""

    def begin(self, work: LogTurn) -> None:
        """Asks for the log to be judged and does not wait."""


class Executions(Protocol):
    """The state machine."""

    def start(self, this: Pass) -> None:
        """Starts the pass; does nothing if it is started already."""

    def stop(self, this: Pass, reason: str) -> None:
        """Stops the pass; does nothing if it is over, or never began."""


class Events(Protocol):
    """Where it is announced what became of an evaluation."""

    def announce(self, organisation: str, evaluation: Evaluation, summary: Summary | None) -> None:
        """Tells whoever listens that the evaluation is over, and how."""


class LaunchBodies(Protocol):
    """Bodies of launches that are too large for an event."""

    def body(self, organisation: str, key: str) -> dict[str, JsonValue]:
        """The body. Raises Forbidden outside the organisation's launches, NotFound, InvalidRequest if it is none."""


class Schedules(Protocol):
    """Whoever sends `Evaluation Requested` at set times."""

    @property
    def account(self) -> str:
        """The AWS account that the schedules are in."""

    def create(self, organisation: str, name: str, expression: str, timezone: str) -> None:
        """Keeps a schedule for the trigger of that name. Raises InvalidRequest for what is no expression."""

    def listed(self, organisation: str) -> dict[str, tuple[str, str]]:
        """Expression and time zone of each schedule, by name."""

    def delete(self, organisation: str, name: str) -> bool:
        """Ends a schedule. False where there is none of that name."""


class CodeRunner(Protocol):
    """The sandbox, from the outside."""

    async def run(self, batch: CodeBatch) -> CodeResults:
        """Runs the first rows of the batch: at least one, as many as one invocation bears."""


class Sandbox(Protocol):
    """The sandbox, from the inside."""

    def run(self, batch: CodeBatch, deadline: Deadline) -> CodeResults:
        """Runs the first rows of the batch, each within its limits; user code cannot make it raise."""


class OpenProvider(Protocol):
    """Opens the provider of a task for the length of one invocation."""

    def __call__(self, task: Task) -> AbstractAsyncContextManager["Provider"]:
        """Raises ConfigurationError where the stack cannot call that provider."""


class Provider(Protocol):
    """A model provider. `account` tells apart whose limits bind a call: another key, another account."""

    @property
    def account(self) -> str:
        """A name that tells nothing of the key."""

    async def complete(self, task: Task, messages: Sequence[Message]) -> Completion:
        """Calls the model once. Raises ProviderError."""
