"""Ports in memory: what the adapters do, without AWS. tests/integration/test_ports.py holds both to the same words."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from pydantic import SecretStr

from assay.adapters.sandbox.calling import called
from assay.domain.completion import Completion
from assay.domain.evaluation import Evaluation, Pass
from assay.domain.ids import base62
from assay.domain.messages import Message
from assay.domain.price import Price
from assay.domain.provider_limit import Denial, Hold, ProviderLimit
from assay.domain.sandbox import CodeBatch, CodeResult, CodeResults
from assay.domain.score import Usage
from assay.domain.summary import Summary
from assay.domain.task import Task


def counting_ids() -> Callable[[str], str]:
    """Ids that count."""
    count = iter(range(10**9))
    return lambda prefix: prefix + base62(next(count), 21)


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


class FakeAnswers:
    """ports.Answers, which keeps them for ever."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str, str], Completion] = {}
        self.readings: list[int] = []

    def find(self, organisation: str, project_id: str, requests: Sequence[str]) -> dict[str, Completion]:
        self.readings.append(len(requests))
        places = {each: (organisation, project_id, each) for each in requests}
        return {each: self.kept[place] for each, place in places.items() if place in self.kept}

    def keep(self, organisation: str, project_id: str, request: str, completion: Completion) -> None:
        self.kept[organisation, project_id, request] = completion


class FakeRequestKeys:
    """ports.RequestKeys and ports.RequestKeyIntake."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], tuple[int, dict[str, SecretStr]]] = {}

    def keep(self, this: Pass, keys: Mapping[str, SecretStr]) -> None:
        self.kept[this.organisation, this.evaluation_id] = (this.number, dict(keys))

    def read(self, organisation: str, evaluation_id: str) -> dict[str, SecretStr]:
        return self.kept.get((organisation, evaluation_id), (0, {}))[1]

    def forget(self, this: Pass) -> None:
        place = (this.organisation, this.evaluation_id)
        if self.kept.get(place, (0, {}))[0] <= this.number:
            self.kept.pop(place, None)


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
    address = "fake://"

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
