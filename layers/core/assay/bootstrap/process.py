"""The ports of a process. Clients are made, and adapters loaded, when they are first needed, and kept from then on."""

from __future__ import annotations

import gc
from functools import cache, cached_property, lru_cache, partial
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config as ClientConfig

from assay.adapters.clock import SystemClock, dice, entropy, new_id, new_uuid, pause
from assay.settings import (
    AnswerSettings,
    BucketSettings,
    DataKeySettings,
    ErasureSettings,
    EventSettings,
    LaunchSettings,
    LinkSettings,
    LogScoringSettings,
    MachineSettings,
    SandboxSettings,
    TableSettings,
)

if TYPE_CHECKING:
    from pydantic import SecretStr

    from assay.adapters.dynamodb.table import Table
    from assay.adapters.link_secret import LinkSecret
    from assay.adapters.s3.bucket import Bucket
    from assay.domain.ids import NewId, NewUuid
    from assay.domain.sandbox import Runtime
    from assay.ports import (
        Answers,
        Clock,
        CodeRunner,
        Datasets,
        Erasures,
        Events,
        Executions,
        KeyUses,
        Logs,
        LogScoring,
        Posted,
        Prices,
        Progress,
        ProviderLimits,
        RequestKeyIntake,
        RequestKeys,
        Resources,
        Rows,
        Runs,
        Uploads,
    )
    from assay.use_cases.await_experiment import Pause
    from assay.use_cases.manage_keys import Entropy
    from assay.use_cases.start_evaluation import LaunchLimits

OBJECTS = 100_000
"""More than a chunk's rows are made of."""


@cache
def keep() -> None:
    """What is there when work begins stays there: garbage in cycles is not looked for among it again and again."""
    gc.freeze()


@cache
def collect_rarely() -> None:
    """Garbage in cycles is looked for seldom where rows are added up: they come by the million and make no cycles."""
    keep()
    gc.set_threshold(OBJECTS)


@cache
def client(service: str) -> Any:
    """boto3's client of a service."""
    retries = ClientConfig(retries={"mode": "standard", "total_max_attempts": 5}, max_pool_connections=20)
    return boto3.client(service, config=retries)  # type: ignore[call-overload]


class Ports:
    """Every port that an API function may ask for; what it does not ask for is never made.

    With a project, they show what is of it, and of nothing else that there is anything.
    """

    clock: Clock = SystemClock()
    new_id: NewId = staticmethod(new_id)
    new_uuid: NewUuid = staticmethod(new_uuid)
    pause: Pause = staticmethod(pause)
    entropy: Entropy = staticmethod(entropy)

    def __init__(self, project_id: str | None = None) -> None:
        self.project_id = project_id

    @cached_property
    def table(self) -> Table:
        from assay.adapters.dynamodb.table import Table

        return Table(client("dynamodb"), TableSettings.read().table)

    @cached_property
    def bucket(self) -> Bucket:
        from assay.adapters.s3.bucket import Bucket

        return Bucket(client("s3"), BucketSettings.read().bucket)

    @cached_property
    def resources(self) -> Resources:
        from assay.adapters.dynamodb.resources import DynamoResources

        every = DynamoResources(self.table)
        if self.project_id is None:
            return every
        from assay.adapters.confined import ConfinedResources

        return ConfinedResources(every, self.project_id)

    @cached_property
    def key_uses(self) -> KeyUses:
        from assay.adapters.dynamodb.key_uses import DynamoKeyUses

        return DynamoKeyUses(self.table)

    @cached_property
    def logs(self) -> Logs:
        from assay.adapters.logs import DynamoLogs

        every = DynamoLogs(self.table, self.bucket)
        if self.project_id is None:
            return every
        from assay.adapters.confined import ConfinedLogs

        return ConfinedLogs(every, self.project_id)

    @cached_property
    def datasets(self) -> Datasets:
        from assay.adapters.row_log.datasets import RowLog

        return RowLog(self.table, self.bucket, now=self.clock.now, random=dice)

    @cached_property
    def dataset_rows(self) -> Rows:
        from assay.adapters.row_log.events import EventLog

        return EventLog(self.table, self.bucket, now=self.clock.now, random=dice)

    @cached_property
    def experiment_rows(self) -> Rows:
        from assay.adapters.row_log.events import EventLog

        return EventLog(self.table, self.bucket, now=self.clock.now, random=dice, root="experiments")

    @cached_property
    def posted(self) -> Posted:
        from assay.adapters.dynamodb.posted import DynamoPosted

        return DynamoPosted(self.table, self.bucket, random=dice)

    @cached_property
    def scoring(self) -> LogScoring:
        from assay.adapters.log_scoring import LambdaLogScoring

        return LambdaLogScoring(client("lambda"), LogScoringSettings.read().score_outputs_function)

    @cached_property
    def erasures(self) -> Erasures:
        from assay.adapters.erasures import LambdaErasures

        return LambdaErasures(client("lambda"), ErasureSettings.read().erase_content_function)

    @cached_property
    def uploads(self) -> Uploads:
        from assay.adapters.s3.uploads import S3Uploads, signing_client

        return S3Uploads(signing_client(), BucketSettings.read().bucket)

    @cached_property
    def runs(self) -> Runs:
        from assay.adapters.s3.runs import S3Runs

        return S3Runs(self.bucket)

    @cached_property
    def progress(self) -> Progress:
        from assay.adapters.dynamodb.progress import DynamoProgress

        return DynamoProgress(self.table)

    @cached_property
    def provider_limits(self) -> ProviderLimits:
        from assay.adapters.dynamodb.provider_limits import DynamoProviderLimits

        return DynamoProviderLimits(self.table)

    @cached_property
    def answers(self) -> Answers:
        from assay.adapters.dynamodb.answers import DynamoAnswers

        return DynamoAnswers(self.table, self.clock.now, AnswerSettings.read().cache_days)

    @cached_property
    def executions(self) -> Executions:
        from assay.adapters.stepfunctions import StepFunctions

        return StepFunctions(client("stepfunctions"), MachineSettings.read().state_machine_arn)

    @cached_property
    def link_secret(self) -> LinkSecret:
        from assay.adapters.link_secret import LinkSecret

        return LinkSecret(client("secretsmanager"), LinkSettings.read().link_secret)

    @cached_property
    def limits(self) -> LaunchLimits:
        from assay.domain.plan import LANE_WIDTH
        from assay.use_cases.start_evaluation import LaunchLimits

        launch = LaunchSettings.read()
        ceiling = launch.max_lanes * LANE_WIDTH
        return LaunchLimits(
            default=launch.default_concurrency,
            ceiling=ceiling,
            cache=launch.cache_by_default,
            rows=launch.max_rows,
            cost=launch.max_cost or None,
        )

    @cached_property
    def request_keys(self) -> RequestKeyIntake:
        from assay.adapters.request_keys import DynamoRequestKeyIntake

        return DynamoRequestKeyIntake(
            self.table, lambda: client("kms"), DataKeySettings.read().data_key, self.clock.now
        )

    @cached_property
    def prices(self) -> Prices:
        from assay.adapters.prices import PriceList

        return PriceList()

    @cached_property
    def invocation(self) -> dict[str, Any]:
        """What use_cases/invoke_function needs."""
        from assay.bootstrap.providers import open_provider

        return {
            "resources": self.resources,
            "code_runner": code_runner(),
            "open_provider": open_provider,
            "limits": self.provider_limits,
            "clock": self.clock,
            "random": dice,
        }

    def calling(self, keys: dict[str, SecretStr]) -> dict[str, Any]:
        """What use_cases/call_config needs; `keys` of providers are those that came with the request, for it alone."""
        from assay.bootstrap.providers import open_provider

        stores = {"resources": self.resources, "logs": self.logs, "limits": self.provider_limits}
        opening = partial(open_provider, sent=lambda: keys)
        made = {"prices": self.prices, "clock": self.clock, "random": dice, "new_id": self.new_id}
        return {**stores, "open_provider": opening, **made}

    @cached_property
    def events(self) -> Events:
        from assay.adapters.events import EventBus
        from assay.adapters.metrics import MeteredEvents

        return MeteredEvents(EventBus(client("events"), EventSettings.read().event_bus))


@lru_cache(maxsize=32)
def ports(project_id: str | None = None) -> Ports:
    """The ports of this process, for all that an organisation has or for one project of it."""
    return Ports(project_id)


def request_keys() -> RequestKeys:
    """The provider keys that came with requests."""
    from assay.adapters.request_keys import DynamoRequestKeys

    return DynamoRequestKeys(ports().table, lambda: client("kms"), SystemClock().now)


def code_runner() -> CodeRunner:
    """The sandboxes of this stack."""
    from assay.adapters.code_runner import LambdaCodeRunner

    settings = SandboxSettings.read()
    functions: dict[Runtime, str] = {"python": settings.run_python_function, "node": settings.run_node_function}
    return LambdaCodeRunner(lambda: client("lambda"), functions, settings.sandbox_limits)
