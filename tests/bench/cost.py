"""What AWS asks for a million datapoints: operations counted as they leave the adapters, seconds by a virtual clock in
which models take their time, times public prices (us-east-1, arm64; design §12).
"""

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from moto import mock_aws

from assay.adapters.dynamodb.posted import DynamoPosted
from assay.adapters.dynamodb.provider_limits import DynamoProviderLimits
from assay.adapters.s3.bucket import Bucket
from assay.adapters.s3.runs import S3Runs
from assay.domain.evaluation import Pass
from assay.domain.lane import LaneTurn
from assay.domain.sandbox import CodeBatch, CodeResults
from tests.bench.table import Line
from tests.support.aws import Stores
from tests.support.build import a_judge_version, an_evaluator_version
from tests.support.engine import ORGANISATION, Engine
from tests.support.fakes import FakeCodeRunner
from tests.support.virtual_time import VirtualClock

ROWS, MILLION = 10_000, 1_000_000
BUDGET, BOUND_FROM = 2.50, 100
"""Dollars for a million rows, where at least so many are in flight."""
CONCURRENCIES = (5, 10, 20, 50, 100, 500)
GENERATION, JUDGEMENT = 2.0, 1.5
"""Seconds that a model takes."""
SANDBOX_START, SANDBOX_ROW = 0.06, 0.001
"""Seconds of an invocation of the sandbox, and of a row in it (docs/measurements.md)."""
WORKER_SECONDS = 900
TURN_STATES, PASS_STATES = 4, 4
"""Generate, choose, score, choose; and once: prepare, choose, map, summarize."""
PRICES = {
    "GB-seconds": 0.0000133334,
    "invocations": 0.20 / MILLION,
    "transitions": 0.025 / 1000,
    "item writes": 0.625 / MILLION,
    "item reads": 0.125 / MILLION,
    "object writes": 0.005 / 1000,
    "object reads": 0.0004 / 1000,
    "log KB": 0.50 / MILLION,
}
LOG_KB = 2
"""Of an invocation: its start, its end, its report, and a line of ours."""
KINDS = {
    "s3.PutObject": "object writes",
    "s3.ListObjectsV2": "object writes",
    "s3.GetObject": "object reads",
    "s3.HeadObject": "object reads",
}


def lines() -> Iterator[Line]:
    """The dollars by the number of rows in flight, with what they are for."""
    for in_flight in CONCURRENCIES:
        bill = billed(ROWS, in_flight)
        dollars = {name: count * PRICES[name] * MILLION / ROWS for name, count in bill.items()}
        note = ", ".join(f"{name} {value:.2f}" for name, value in dollars.items() if value >= 0.005)
        budget = BUDGET if in_flight >= BOUND_FROM else None
        yield Line(f"AWS for 1M datapoints, M={in_flight}", sum(dollars.values()), budget, "$", note=note)


def billed(rows: int, in_flight: int) -> Counter[str]:
    """What an evaluation uses of everything that has a price."""
    with mock_aws():
        engine = MeteredEngine(rows, in_flight)
        engine.finish()
        return engine.used


class MeteredEngine(Engine):
    """The engine over adapters, with two code evaluators and a judge; `used` is what it uses."""

    def __init__(self, rows: int, in_flight: int) -> None:
        versions = (an_evaluator_version(), an_evaluator_version(id="evv_2"), a_judge_version())
        super().__init__(datapoints=rows, width=in_flight, latency=GENERATION, evaluators=versions)
        self.judge.latency = JUDGEMENT
        self.used = Counter[str](transitions=PASS_STATES, invocations=2)
        self.code_runner = SlowRunner(self.clock, self.used)
        self.invocation_seconds = WORKER_SECONDS
        self.move_to(Stores())

    def move_to(self, stores: Stores) -> None:
        """Puts everything into adapters, and counts from then on."""
        rows = self.datasets.rows(ORGANISATION, "evts_1", 1, range(self.evaluation.dataset.datapoints))
        stores.datasets.append(ORGANISATION, "evts_1", "s", rows)
        stores.resources.create(ORGANISATION, *self.resources.kept.values())
        self.resources, self.datasets = stores.resources, stores.datasets  # type: ignore[assignment]
        self.runs, self.progress = RememberedRuns(stores.bucket), stores.progress  # type: ignore[assignment]
        self.posted = DynamoPosted(stores.table, stores.bucket, random=lambda: 0.5)  # type: ignore[assignment]
        self.limits = DynamoProviderLimits(stores.table)  # type: ignore[assignment]
        for client in (stores.table.client.client, stores.bucket.client):
            client.meta.events.register("before-call", note_request)
            client.meta.events.register("after-call", self.count)

    def count(self, http_response: Any, model: Any, context: dict[str, Any], **_: Any) -> None:
        """Takes in an operation. Items are weighed as JSON, which has more bytes than DynamoDB counts."""
        operation = f"{model.service_model.endpoint_prefix}.{model.name}"
        if operation in KINDS:
            self.used[KINDS[operation]] += 1
        elif model.name in {"GetItem", "Query", "BatchGetItem"}:
            self.used["item reads"] += max(math.ceil(len(http_response.content) / 4096), 1)
        else:
            units = math.ceil(context["request_bytes"] / 1024)
            self.used["item writes"] += 2 * units if model.name == "TransactWriteItems" else units

    async def generate(self, turn: LaneTurn) -> LaneTurn:
        return await self.timed(super().generate, turn)

    async def score(self, turn: LaneTurn) -> LaneTurn:
        self.used["transitions"] += TURN_STATES
        return await self.timed(super().score, turn)

    async def timed(self, work: Any, turn: LaneTurn) -> LaneTurn:
        """The work, with the seconds of its worker of 1 GB."""
        begun = self.clock.monotonic()
        after: LaneTurn = await work(turn)
        add_invocation(self.used, self.clock.monotonic() - begun)
        return after


class RememberedRuns(S3Runs):
    """Also tells which lanes were saved, as the state machine would read them."""

    def __init__(self, bucket: Bucket) -> None:
        super().__init__(bucket)
        self.lanes: dict[str, list[int]] = {}

    def save_lanes(self, organisation: str, this: Pass, lanes: Sequence[int]) -> str:
        key = super().save_lanes(organisation, this, lanes)
        self.lanes[key] = list(lanes)
        return key


class SlowRunner(FakeCodeRunner):
    """The sandbox, which takes its time and costs what it takes."""

    def __init__(self, clock: VirtualClock, used: Counter[str]) -> None:
        self.clock, self.used = clock, used

    async def run(self, batch: CodeBatch) -> CodeResults:
        seconds = SANDBOX_START + SANDBOX_ROW * len(batch.rows)
        await self.clock.sleep(seconds)
        add_invocation(self.used, seconds)
        return await super().run(batch)


def add_invocation(used: Counter[str], seconds: float) -> None:
    """An invocation of a function of 1 GB."""
    used["GB-seconds"] += seconds  # type: ignore[assignment]
    used["invocations"] += 1
    used["log KB"] += LOG_KB


def note_request(params: dict[str, Any], context: dict[str, Any], **_: Any) -> None:
    """Keeps the bytes of a request until its answer is there."""
    body = params["body"]
    context["request_bytes"] = len(body) if isinstance(body, bytes | str) else 0
