"""The whole engine in this process: prepare, lanes turn by turn, summarize, over fakes; workers can be killed."""

import asyncio
from collections.abc import Sequence
from typing import Any

from assay.domain.dataset import Datapoint
from assay.domain.evaluation import Evaluation, Pass
from assay.domain.evaluators.evaluator import EvaluatorVersion
from assay.domain.failure import LaneFailed
from assay.domain.lane import LaneTurn
from assay.domain.retry import RetryRule
from assay.domain.summary import Summary
from assay.domain.task import AnyTask
from assay.use_cases.generate_outputs import generate_outputs
from assay.use_cases.prepare_evaluation import prepare_evaluation
from assay.use_cases.score_outputs import score_outputs
from assay.use_cases.summarize_experiment import summarize_experiment
from assay.use_cases.update_evaluation.status import update_status
from tests.support.build import a_config, a_dataset_version, an_evaluation, an_evaluator_version
from tests.support.fake_datasets import FakeDatasets, FakeRows
from tests.support.fake_posted import FakePosted
from tests.support.fake_resources import FakeResources
from tests.support.fake_runs import FakeProgress, FakeRuns
from tests.support.fakes import (
    FakeAnswers,
    FakeCodeRunner,
    FakeEvents,
    FakeExecutions,
    FakePrices,
    FakeProvider,
    FakeProviderLimits,
    FakeRequestKeys,
)
from tests.support.virtual_time import VirtualClock

ORGANISATION = "acme"


class Killed(BaseException):
    """The worker process is gone: nothing it still wants to write is written."""


class Mortal:
    """A store that a killed worker cannot write to any more."""

    def __init__(self, store: Any) -> None:
        self.store = store
        self.dead = False

    def __getattr__(self, name: str) -> Any:
        if self.dead:
            raise Killed
        return getattr(self.store, name)


def is_scored(turn: LaneTurn) -> bool:
    """Whether nothing of a lane is left to do, as state `Anything to score?` sees it."""
    return turn.status == "done" and turn.position == turn.generated


class InvocationTime:
    """ports.Deadline: an invocation that began just now and may take `seconds`."""

    def __init__(self, clock: VirtualClock, seconds: float) -> None:
        self.clock, self.until = clock, clock.monotonic() + seconds

    def remaining(self) -> float:
        return self.until - self.clock.monotonic()


class Engine:
    """An evaluation of `datapoints` rows, `width` in flight; its one evaluator, unless told, knows the right answers.

    `fields` are others of the evaluation's.
    """

    def __init__(
        self,
        datapoints: int = 250,
        width: int = 10,
        trials: int = 1,
        latency: float = 0.1,
        evaluators: Sequence[EvaluatorVersion] = (),
        task: AnyTask | None = None,
        **fields: Any,
    ) -> None:
        self.resources, self.datasets, self.experiment_rows = FakeResources(), FakeDatasets(), FakeRows()
        self.runs, self.progress, self.events = FakeRuns(), FakeProgress(), FakeEvents()
        self.posted, self.executions = FakePosted(self.resources), FakeExecutions()
        self.limits, self.clock, self.prices = FakeProviderLimits(), VirtualClock(), FakePrices()
        self.answers = FakeAnswers()
        self.request_keys = FakeRequestKeys()
        self.provider = FakeProvider(latency=latency)
        self.judge = FakeProvider(answer=lambda _: "Right.\nTrue", latency=latency)
        self.code_runner = FakeCodeRunner()
        self.rule = RetryRule()
        self.invocation_seconds = 1e9
        rows = [
            Datapoint(id=f"dp_a_s_{n}", inputs={"a": str(n), "b": "1"}, target={"output": f"Add {n} and 1."})
            for n in range(datapoints)
        ]
        if rows:
            self.datasets.append(ORGANISATION, "evts_1", "s", rows)
        version = a_dataset_version(datapoints=datapoints, sequence=1 if rows else 0)
        versions = tuple(evaluators) or (an_evaluator_version(),)
        rounds = (tuple(each.id for each in versions),)
        self.evaluation = an_evaluation(max_concurrency=width, dataset=version, trials=trials, rounds=rounds, **fields)
        config = a_config(task=task) if task else a_config()
        self.resources.create(ORGANISATION, config, *versions, self.evaluation)
        self.this = Pass(organisation=ORGANISATION, evaluation_id=self.evaluation.id, number=1)

    def finish(self) -> Summary:
        """The pass, from beginning to end, in the order of the state machine; dead workers are retried."""
        self.clock.run(self.lanes(self.prepare()))
        return summarize_experiment(self.this, **self.ends, executions=self.executions)

    def prepare(self) -> list[int]:
        """The lanes, once the pass is prepared."""
        prepared = prepare_evaluation(
            self.this,
            resources=self.resources,
            datasets=self.datasets,
            runs=self.runs,
            prices=self.prices,
            clock=self.clock,
        )
        return self.runs.lanes[prepared.lanes]

    @property
    def ends(self) -> dict[str, Any]:
        """What fail_evaluation needs."""
        return {
            "resources": self.resources,
            "runs": self.runs,
            "datasets": self.datasets,
            "experiment_rows": self.experiment_rows,
            "progress": self.progress,
            "posted": self.posted,
            "events": self.events,
            "request_keys": self.request_keys,
            "prices": self.prices,
            "clock": self.clock,
        }

    async def lanes(self, lanes: list[int]) -> None:
        await asyncio.gather(*(self.lane(lane) for lane in lanes))

    async def lane(self, lane: int) -> None:
        """One lane's loop, as the state machine has it."""
        turn = LaneTurn(
            organisation=ORGANISATION, evaluation_id=self.evaluation.id, pass_number=self.this.number, lane=lane
        )
        while turn.status not in {"done", "failed"}:
            turn = await self.retried(self.generate, turn)
            turn = turn if turn.status == "failed" or is_scored(turn) else await self.retried(self.score, turn)
            if turn.status == "hold":
                await self.clock.sleep(turn.hold)
        if turn.status == "failed":
            self.progress.fail_lane(LaneFailed(this=self.this, lane=lane, reason=str(turn.cause)))

    def resume(self) -> Summary:
        """The evaluation gone on with, by a pass from beginning to end."""
        changing = {"resources": self.resources, "executions": self.executions, "clock": self.clock}
        update_status(ORGANISATION, self.evaluation.id, "running", **changing)
        return self.next_pass()

    def next_pass(self) -> Summary:
        """The latest pass, from beginning to end."""
        self.this = self.current.latest_pass(ORGANISATION)
        return self.finish()

    async def retried(self, state: Any, turn: LaneTurn) -> LaneTurn:
        """A task that is tried again when its worker dies."""
        for _ in range(5):
            try:
                return await state(turn)
            except Killed:
                continue
        return turn.model_copy(update={"status": "failed", "cause": "Its worker died five times."})

    async def generate(self, turn: LaneTurn) -> LaneTurn:
        runs, progress, answers = Mortal(self.runs), Mortal(self.progress), Mortal(self.answers)
        self.provider.workers = [runs, progress, answers]
        return await generate_outputs(
            turn,
            runs=runs,
            datasets=self.datasets,
            progress=progress,
            resources=self.resources,
            code_runner=self.code_runner,
            open_provider=self.provider,
            limits=self.limits,
            answers=answers,
            rule=self.rule,
            clock=self.clock,
            random=lambda: 0.5,
            deadline=InvocationTime(self.clock, self.invocation_seconds),
        )

    async def score(self, turn: LaneTurn) -> LaneTurn:
        runs, progress, answers = Mortal(self.runs), Mortal(self.progress), Mortal(self.answers)
        self.judge.workers = [runs, progress, answers]
        return await score_outputs(
            turn,
            runs=runs,
            datasets=self.datasets,
            progress=progress,
            resources=self.resources,
            posted=self.posted,
            code_runner=self.code_runner,
            open_provider=self.judge,
            limits=self.limits,
            answers=answers,
            rule=self.rule,
            clock=self.clock,
            random=lambda: 0.5,
            deadline=InvocationTime(self.clock, self.invocation_seconds),
        )

    def kill_after(self, calls: int, provider: FakeProvider | None = None) -> None:
        """Kills a worker once so many calls were made; what it has not written by then is lost."""
        called = provider or self.provider
        answer, dying = called.answer, iter([True])

        def deadly(messages: Any) -> str | Exception:
            if called.calls >= calls and next(dying, False):
                for store in called.workers:
                    store.dead = True
                raise Killed
            return answer(messages)

        called.answer = deadly

    @property
    def current(self) -> Evaluation:
        return self.resources.get(ORGANISATION, Evaluation, self.evaluation.id)

    def outputs(self) -> list[Any]:
        """Every output in dataset order."""
        plan = self.runs.plan(ORGANISATION, self.evaluation.id)
        return [row for n in range(plan.chunks) for row in self.runs.outputs(ORGANISATION, self.evaluation.id, n) or []]

    def scores(self) -> list[Any]:
        """Every score in dataset order."""
        plan = self.runs.plan(ORGANISATION, self.evaluation.id)
        return [
            score
            for round_ in range(len(plan.rounds))
            for n in range(plan.chunks)
            for row in self.runs.scores(ORGANISATION, self.evaluation.id, round_, n) or []
            for score in row.scores
        ]
