"""Ports in memory: what the adapters do, without AWS. tests/integration/test_ports.py holds both to the same words."""

import asyncio
from collections.abc import AsyncIterator, Callable, Container, Iterator, Sequence
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

from assay.adapters.s3.bucket import jsonl
from assay.adapters.sandbox.calling import called
from assay.domain.comparison import Comparison
from assay.domain.completion import Completion
from assay.domain.dataset import Commit, Datapoint, DatasetHead, SnapshotIndex
from assay.domain.errors import NotFound, Superseded
from assay.domain.evaluation import Aggregate, Evaluation, Pass
from assay.domain.failure import LaneFailed
from assay.domain.identity import DatapointPlace
from assay.domain.ids import base62
from assay.domain.lane import InFlight, LaneProgress
from assay.domain.messages import Message
from assay.domain.plan import Plan
from assay.domain.price import Price
from assay.domain.provider_limit import Denial, Hold, ProviderLimit
from assay.domain.rows import BaseRows, Event, LogVersion, Place, Row
from assay.domain.sandbox import CodeBatch, CodeResult, CodeResults
from assay.domain.score import AnyOutput, ScoredRow, Usage
from assay.domain.seal import Seal
from assay.domain.summary import Summary
from assay.domain.task import Task
from tests.support.virtual_time import START


def counting_ids() -> Callable[[str], str]:
    """Ids that count."""
    count = iter(range(10**9))
    return lambda prefix: prefix + base62(next(count), 21)


def indexed(body: bytes) -> SnapshotIndex:
    """Where the lines of a snapshot start."""
    return SnapshotIndex.of(len(line) for line in body.splitlines(keepends=True))


class FakeDatasets:
    """ports.Datasets."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], list[tuple[Commit, list[Datapoint]]]] = {}

    def head(self, organisation: str, dataset_id: str) -> DatasetHead:
        commits = self.kept.get((organisation, dataset_id), [])
        if not commits:
            return DatasetHead()
        last = commits[-1][0]
        return DatasetHead(
            sequence=last.sequence, datapoints=sum(len(rows) for _, rows in commits), committed_at=last.committed_at
        )

    def heads(self, organisation: str, dataset_ids: Sequence[str]) -> list[DatasetHead]:
        return [self.head(organisation, each) for each in dataset_ids]

    def append(self, organisation: str, dataset_id: str, segment: str, rows: Sequence[Datapoint]) -> Commit:
        commits = self.kept.setdefault((organisation, dataset_id), [])
        commit = Commit(
            sequence=len(commits) + 1,
            segment=segment,
            rows=len(rows),
            size=len(jsonl(rows)),
            longest=max((len(jsonl([row])) for row in rows), default=0),
            sha256="",
            committed_at=START,
        )
        commits.append((commit, list(rows)))
        return commit

    def commits(self, organisation: str, dataset_id: str, sequence: int) -> list[Commit]:
        return [commit for commit, _ in self.kept.get((organisation, dataset_id), [])[:sequence]]

    def rows(self, organisation: str, dataset_id: str, sequence: int, span: range) -> list[Datapoint]:
        every = [row for _, rows in self.kept.get((organisation, dataset_id), [])[:sequence] for row in rows]
        return every[span.start : span.stop]

    def find(self, organisation: str, place: DatapointPlace) -> Datapoint:
        for commit, rows in self.kept.get((organisation, place.dataset_id), []):
            if commit.segment == place.segment and place.line < len(rows):
                return rows[place.line]
        raise NotFound("datapoint", str(place))

    def freeze(self, organisation: str, dataset_id: str, sequence: int) -> SnapshotIndex:
        return indexed(jsonl(self.rows(organisation, dataset_id, sequence, range(10**9))))

    def snapshot(self, organisation: str, dataset_id: str, sequence: int, span: range) -> list[Datapoint]:
        return self.rows(organisation, dataset_id, sequence, span)


class FakeRuns:
    """ports.Runs."""

    def __init__(self) -> None:
        self.plans: dict[str, Plan] = {}
        self.lanes: dict[str, list[int]] = {}
        self.kept_outputs: dict[tuple[str, int], list[AnyOutput]] = {}
        self.parts: dict[tuple[str, int], dict[str, list[AnyOutput]]] = {}
        self.kept_scores: dict[tuple[str, int, int], list[ScoredRow]] = {}
        self.kept_score_parts: dict[tuple[str, int, int], dict[str, list[ScoredRow]]] = {}
        self.summaries: dict[str, Summary] = {}
        self.seals: dict[str, Seal] = {}
        self.comparisons: dict[str, Comparison] = {}

    def save_plan(self, organisation: str, plan: Plan) -> None:
        self.plans[f"{organisation}/{plan.evaluation_id}"] = plan

    def plan(self, organisation: str, evaluation_id: str) -> Plan:
        try:
            return self.plans[f"{organisation}/{evaluation_id}"]
        except KeyError:
            raise NotFound("plan", evaluation_id) from None

    def save_lanes(self, organisation: str, this: Pass, lanes: Sequence[int]) -> str:
        self.lanes[this.execution_name] = list(lanes)
        return this.execution_name

    def save_outputs(self, organisation: str, evaluation_id: str, chunk: int, rows: Sequence[AnyOutput]) -> None:
        self.kept_outputs.setdefault((f"{organisation}/{evaluation_id}", chunk), list(rows))

    def outputs(
        self, organisation: str, evaluation_id: str, chunk: int, ordinals: range | None = None
    ) -> list[AnyOutput] | None:
        return chosen(self.kept_outputs.get((f"{organisation}/{evaluation_id}", chunk)), ordinals)

    def save_output_part(
        self, organisation: str, evaluation_id: str, chunk: int, name: str, rows: Sequence[AnyOutput]
    ) -> None:
        self.parts.setdefault((f"{organisation}/{evaluation_id}", chunk), {})[name] = list(rows)

    def output_parts(
        self,
        organisation: str,
        evaluation_id: str,
        chunk: int,
        ordinals: range | None = None,
        only: Container[str] | None = None,
    ) -> list[AnyOutput]:
        first: dict[int, AnyOutput] = {}
        for name, rows in sorted(self.parts.get((f"{organisation}/{evaluation_id}", chunk), {}).items()):
            for row in rows if only is None or name in only else ():
                first.setdefault(row.ordinal, row)
        return chosen([first[ordinal] for ordinal in sorted(first)], ordinals) or []

    def save_scores(
        self, organisation: str, evaluation_id: str, round_: int, chunk: int, rows: Sequence[ScoredRow]
    ) -> None:
        self.kept_scores.setdefault((f"{organisation}/{evaluation_id}", round_, chunk), list(rows))

    def scores(
        self, organisation: str, evaluation_id: str, round_: int, chunk: int, ordinals: range | None = None
    ) -> list[ScoredRow] | None:
        return chosen(self.kept_scores.get((f"{organisation}/{evaluation_id}", round_, chunk)), ordinals)

    def save_score_part(
        self, organisation: str, evaluation_id: str, round_: int, chunk: int, name: str, rows: Sequence[ScoredRow]
    ) -> None:
        self.kept_score_parts.setdefault((f"{organisation}/{evaluation_id}", round_, chunk), {})[name] = list(rows)

    def score_parts(
        self,
        organisation: str,
        evaluation_id: str,
        round_: int,
        chunk: int,
        ordinals: range | None = None,
        only: Container[str] | None = None,
    ) -> list[ScoredRow]:
        parts = self.kept_score_parts.get((f"{organisation}/{evaluation_id}", round_, chunk), {})
        return chosen(rows_of(parts, only), ordinals) or []

    def seal(self, this: Pass, plan: Plan) -> Seal:
        place = f"{this.organisation}/{this.evaluation_id}"
        found = Seal(
            outputs={
                chunk: tuple(sorted(self.parts.get((place, chunk), {})))
                for chunk in range(plan.chunks)
                if (place, chunk) not in self.kept_outputs
            },
            scores=tuple(
                {
                    chunk: tuple(sorted(self.kept_score_parts.get((place, round_, chunk), {})))
                    for chunk in range(plan.chunks)
                    if (place, round_, chunk) not in self.kept_scores
                }
                for round_ in range(len(plan.rounds))
            ),
        )
        return self.seals.setdefault(f"{this.organisation}/{this.execution_name}", found)

    def sealed(self, this: Pass) -> Seal | None:
        return self.seals.get(f"{this.organisation}/{this.execution_name}")

    def save_summary(self, organisation: str, summary: Summary) -> str:
        self.summaries[f"{organisation}/{summary.evaluation_id}"] = summary
        return summary.evaluation_id

    def summary(self, organisation: str, evaluation_id: str) -> Summary:
        if (found := self.summaries.get(f"{organisation}/{evaluation_id}")) is None:
            raise NotFound("summary", evaluation_id)
        return found

    def save_comparison(self, organisation: str, evaluation_id: str, comparison: Comparison) -> None:
        self.comparisons[f"{organisation}/{evaluation_id}"] = comparison

    def comparison(self, organisation: str, evaluation_id: str) -> Comparison:
        if (found := self.comparisons.get(f"{organisation}/{evaluation_id}")) is None:
            raise NotFound("comparison", evaluation_id)
        return found


def rows_of(parts: dict[str, list[ScoredRow]], only: Container[str] | None) -> list[ScoredRow]:
    """The rows of the parts that count."""
    return [row for name, rows in sorted(parts.items()) if only is None or name in only for row in rows]


def chosen(rows: list[Any] | None, ordinals: range | None) -> list[Any] | None:
    """The rows with `ordinals`; None is all of them."""
    return rows if rows is None or ordinals is None else [row for row in rows if row.ordinal in ordinals]


class FakeRows:
    """ports.Rows, of logs without merges: the latest event of an id is its row."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], list[Event]] = {}

    def write(self, organisation: str, log_id: str, segment: UUID | None, events: Sequence[Event]) -> None:
        self.kept.setdefault((organisation, log_id), []).extend(events)

    def version(self, organisation: str, log_id: str, transaction: int | None = None) -> LogVersion:
        written = len(self.kept.get((organisation, log_id), ()))
        return LogVersion(written, written)

    def down(
        self, organisation: str, log_id: str, sequence: int, before: Place | None = None, base: BaseRows | None = None
    ) -> Iterator[Row]:
        events = {event.id: event for event in self.kept.get((organisation, log_id), ())}
        for event in reversed(events.values()):
            found = base.find(event.id) if base else None
            if (content := event.applied(found.content if found else None)) is not None:
                yield Row(event.id, content, Place(1, 0), 1)
        yield from (row for row in (base.down(None) if base else ()) if row.id not in events)


class FakeProgress:
    """ports.Progress."""

    def __init__(self) -> None:
        self.tokens: dict[tuple[str, int], int] = {}
        self.flights: dict[tuple[str, int], tuple[int, InFlight]] = {}
        self.generated: dict[tuple[str, int], tuple[int, LaneProgress]] = {}
        self.scored: dict[tuple[str, int, int], tuple[int, Sequence[Aggregate]]] = {}
        self.failed: dict[tuple[Pass, int], LaneFailed] = {}
        self.resting: set[tuple[Pass, int]] = set()
        self.paid: dict[tuple[str, str], float] = {}

    def take_lane(self, organisation: str, evaluation_id: str, lane: int) -> int:
        key = (f"{organisation}/{evaluation_id}", lane)
        self.tokens[key] = self.tokens.get(key, 0) + 1
        return self.tokens[key]

    def note(self, organisation: str, evaluation_id: str, lane: int, token: int, rows: InFlight) -> None:
        key = (f"{organisation}/{evaluation_id}", lane)
        if self.flights.get(key, (0, None))[0] > token:
            raise Superseded
        self.flights[key] = (token, rows)

    def noted(self, organisation: str, evaluation_id: str, lane: int) -> InFlight:
        return self.flights.get((f"{organisation}/{evaluation_id}", lane), (0, InFlight()))[1]

    def report(self, organisation: str, evaluation_id: str, token: int, progress: LaneProgress) -> None:
        key = (f"{organisation}/{evaluation_id}", progress.chunk)
        if self.generated.get(key, (0, None))[0] > token:
            raise Superseded
        self.generated[key] = (token, progress)

    def report_scores(
        self,
        organisation: str,
        evaluation_id: str,
        token: int,
        round_: int,
        chunk: int,
        aggregates: Sequence[Aggregate],
    ) -> None:
        key = (f"{organisation}/{evaluation_id}", round_, chunk)
        if self.scored.get(key, (0, None))[0] > token:
            raise Superseded
        self.scored[key] = (token, aggregates)

    def report_spent(self, organisation: str, evaluation_id: str, attempt: str, dollars: float) -> None:
        self.paid[f"{organisation}/{evaluation_id}", attempt] = dollars

    def spent(self, organisation: str, evaluation_id: str) -> float:
        place = f"{organisation}/{evaluation_id}"
        return sum(dollars for (owner, _), dollars in self.paid.items() if owner == place)

    def fail_lane(self, failure: LaneFailed) -> None:
        self.failed[failure.this, failure.lane] = failure

    def lane_failures(self, this: Pass) -> list[LaneFailed]:
        return [self.failed[key] for key in sorted(self.failed, key=lambda key: key[1]) if key[0] == this]

    def rest_lane(self, this: Pass, lane: int) -> None:
        self.resting.add((this, lane))

    def resting_lanes(self, this: Pass) -> list[int]:
        return sorted(lane for owner, lane in self.resting if owner == this)

    def chunks(self, organisation: str, evaluation_id: str) -> list[LaneProgress]:
        place = f"{organisation}/{evaluation_id}"
        return [counts for (owner, _), (_, counts) in sorted(self.generated.items()) if owner == place]

    def aggregates(self, organisation: str, evaluation_id: str) -> list[Aggregate]:
        place, sums = f"{organisation}/{evaluation_id}", dict[str, Aggregate]()
        for (owner, _, _), (_, found) in sorted(self.scored.items()):
            for more in found if owner == place else ():
                sums[more.evaluator] = sums[more.evaluator].plus(more) if more.evaluator in sums else more
        return list(sums.values())


class FakeProviderLimits:
    """ports.ProviderLimits."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], ProviderLimit] = {}

    def read(self, organisation: str, account: str) -> ProviderLimit:
        return self.kept.get((organisation, account), ProviderLimit())

    def hold(self, organisation: str, account: str, hold: Hold) -> None:
        known = self.read(organisation, account)
        if known.hold is None or known.hold.until < hold.until:
            self.kept[organisation, account] = known.model_copy(update={"hold": hold})

    def deny(self, organisation: str, account: str, model: str, denial: Denial) -> None:
        known = self.read(organisation, account)
        self.kept[organisation, account] = known.model_copy(update={"denials": {**known.denials, model: denial}})


class FakePrices:
    """ports.Prices."""

    def __init__(self) -> None:
        self.known = {
            ("openai", "gpt-x"): Price(prompt=0.5, output=0.25),
            ("openai", "judge-x"): Price(prompt=2, output=1),
        }

    def price(self, provider: str, model: str) -> Price | None:
        return self.known.get((provider, model))


class FakeExecutions:
    """ports.Executions."""

    def __init__(self) -> None:
        self.started: list[Pass] = []
        self.stopped: list[Pass] = []

    def start(self, this: Pass) -> None:
        if this not in self.started:
            self.started.append(this)

    def stop(self, this: Pass, reason: str) -> None:
        self.stopped.append(this)


class FakeEvents:
    """ports.Events."""

    def __init__(self) -> None:
        self.announced: list[Evaluation] = []

    def announce(self, organisation: str, evaluation: Evaluation, summary: Summary | None) -> None:
        self.announced.append(evaluation)


class FakeCodeRunner:
    """ports.CodeRunner, in this very process: for code that behaves."""

    async def run(self, batch: CodeBatch) -> CodeResults:
        return CodeResults(results=tuple(run_row(batch, row) for row in batch.rows))


def awaited(work: Any) -> Any:
    """What a coroutine that waits for nothing returns."""
    try:
        work.send(None)
    except StopIteration as end:
        return end.value
    raise AssertionError("The code waits for something.")


def run_row(batch: CodeBatch, row: Sequence[Any]) -> CodeResult:
    """What the code says of one row."""
    names: dict[str, Any] = {}
    try:
        exec(batch.code, names)  # noqa: S102
        function = names[batch.function]
        value = function(*row) if batch.call == "positional" else called(function, batch.call, *row)
        return CodeResult(value=awaited(value) if hasattr(value, "__await__") else value)
    except Exception as error:  # noqa: BLE001
        return CodeResult(error=f"{type(error).__name__}: {error}")


Answer = Callable[[Sequence[Message]], str | Completion | Exception]


class FakeProvider:
    """ports.Provider and ports.OpenProvider: answers by a function, counts its calls and how many are in flight."""

    account = "fake"

    def __init__(self, answer: Answer | None = None, latency: float = 0) -> None:
        self.answer = answer or (lambda messages: str(messages[-1].content))
        self.latency = latency
        self.calls = 0
        self.in_flight = 0
        self.peak = 0
        self.opened: list[str] = []
        self.workers: list[Any] = []

    @asynccontextmanager
    async def __call__(self, task: Task) -> AsyncIterator["FakeProvider"]:
        self.opened.append(task.provider)
        yield self

    async def complete(self, task: Task, messages: Sequence[Message]) -> Completion:
        self.calls += 1
        self.in_flight += 1
        self.peak = max(self.peak, self.in_flight)
        try:
            await asyncio.sleep(self.latency)
            said = self.answer(messages)
        finally:
            self.in_flight -= 1
        if isinstance(said, Exception):
            raise said
        if isinstance(said, Completion):
            return said
        return Completion(
            text=said,
            message=Message(role="assistant", content=said),
            finish_reason="stop",
            usage=Usage(prompt_tokens=3, output_tokens=2),
        )
