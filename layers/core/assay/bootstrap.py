"""Which adapter stands behind which port. Clients are made when first needed and kept while the process is warm."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from functools import cache, cached_property, lru_cache, partial
from typing import Any

import boto3
from botocore.config import Config as ClientConfig
from pydantic import SecretStr

from assay.adapters.clock import InvocationDeadline, RemainingTime, SystemClock, dice, entropy, new_id, new_uuid, pause
from assay.adapters.confined import ConfinedLogs, ConfinedResources
from assay.adapters.dynamodb.answers import DynamoAnswers
from assay.adapters.dynamodb.key_uses import DynamoKeyUses
from assay.adapters.dynamodb.posted import DynamoPosted
from assay.adapters.dynamodb.progress import DynamoProgress
from assay.adapters.dynamodb.provider_limits import DynamoProviderLimits
from assay.adapters.dynamodb.resources import DynamoResources
from assay.adapters.dynamodb.table import Table
from assay.adapters.link_secret import LinkSecret
from assay.adapters.logs import DynamoLogs
from assay.adapters.prices import PriceList
from assay.adapters.remains import StoredRemains
from assay.adapters.request_keys import DynamoRequestKeyIntake, DynamoRequestKeys
from assay.adapters.row_log.datasets import RowLog
from assay.adapters.row_log.events import EventLog
from assay.adapters.s3.bucket import Bucket
from assay.adapters.s3.launches import S3LaunchBodies
from assay.adapters.s3.runs import S3Runs
from assay.domain.ids import NewId, NewUuid
from assay.domain.lane import LaneTurn, LogTurn
from assay.domain.plan import LANE_WIDTH
from assay.domain.retry import RetryRule
from assay.domain.sandbox import Runtime
from assay.domain.task import Task
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
    OpenProvider,
    Posted,
    Prices,
    Progress,
    Provider,
    ProviderLimits,
    RequestKeyIntake,
    RequestKeys,
    Resources,
    Rows,
    Runs,
    Schedules,
)
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
    ProviderSettings,
    SandboxSettings,
    TableSettings,
)
from assay.use_cases.await_experiment import Pause
from assay.use_cases.manage_keys import Entropy
from assay.use_cases.start_evaluation import LaunchLimits


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
    def launch(self) -> LaunchSettings:
        return LaunchSettings.read()

    @cached_property
    def table(self) -> Table:
        return Table(client("dynamodb"), TableSettings.read().table)

    @cached_property
    def bucket(self) -> Bucket:
        return Bucket(client("s3"), BucketSettings.read().bucket)

    @cached_property
    def resources(self) -> Resources:
        every = DynamoResources(self.table)
        return every if self.project_id is None else ConfinedResources(every, self.project_id)

    @cached_property
    def key_uses(self) -> KeyUses:
        return DynamoKeyUses(self.table)

    @cached_property
    def logs(self) -> Logs:
        every = DynamoLogs(self.table, self.bucket)
        return every if self.project_id is None else ConfinedLogs(every, self.project_id)

    @cached_property
    def datasets(self) -> Datasets:
        return RowLog(self.table, self.bucket, now=self.clock.now, random=dice)

    @cached_property
    def dataset_rows(self) -> Rows:
        return EventLog(self.table, self.bucket, now=self.clock.now, random=dice)

    @cached_property
    def experiment_rows(self) -> Rows:
        return EventLog(self.table, self.bucket, now=self.clock.now, random=dice, root="experiments")

    @cached_property
    def posted(self) -> Posted:
        return DynamoPosted(self.table, self.bucket, random=dice)

    @cached_property
    def scoring(self) -> LogScoring:
        from assay.adapters.log_scoring import LambdaLogScoring  # noqa: PLC0415

        return LambdaLogScoring(client("lambda"), LogScoringSettings.read().score_outputs_function)

    @cached_property
    def erasures(self) -> Erasures:
        from assay.adapters.erasures import LambdaErasures  # noqa: PLC0415

        return LambdaErasures(client("lambda"), ErasureSettings.read().erase_content_function)

    @cached_property
    def runs(self) -> Runs:
        return S3Runs(self.bucket)

    @cached_property
    def progress(self) -> Progress:
        return DynamoProgress(self.table)

    @cached_property
    def provider_limits(self) -> ProviderLimits:
        return DynamoProviderLimits(self.table)

    @cached_property
    def answers(self) -> Answers:
        return DynamoAnswers(self.table, self.clock.now, AnswerSettings.read().cache_days)

    @cached_property
    def executions(self) -> Executions:
        from assay.adapters.stepfunctions import StepFunctions  # noqa: PLC0415

        return StepFunctions(client("stepfunctions"), MachineSettings.read().state_machine_arn)

    @cached_property
    def link_secret(self) -> LinkSecret:
        return LinkSecret(client("secretsmanager"), LinkSettings.read().link_secret)

    @cached_property
    def limits(self) -> LaunchLimits:
        launch = self.launch
        ceiling = launch.max_lanes * LANE_WIDTH
        return LaunchLimits(default=launch.default_concurrency, ceiling=ceiling, cache=launch.cache_by_default)

    @cached_property
    def request_keys(self) -> RequestKeyIntake:
        return DynamoRequestKeyIntake(
            self.table, lambda: client("kms"), DataKeySettings.read().data_key, self.clock.now
        )

    @cached_property
    def prices(self) -> Prices:
        return PriceList()

    @cached_property
    def invocation(self) -> dict[str, Any]:
        """What use_cases/invoke_function needs."""
        return {
            "resources": self.resources,
            "code_runner": code_runner(),
            "open_provider": open_provider,
            "limits": self.provider_limits,
            "clock": self.clock,
            "random": dice,
        }

    @cached_property
    def events(self) -> Events:
        from assay.adapters.events import EventBus  # noqa: PLC0415
        from assay.adapters.metrics import MeteredEvents  # noqa: PLC0415

        return MeteredEvents(EventBus(client("events"), EventSettings.read().event_bus))


@lru_cache(maxsize=32)
def ports(project_id: str | None = None) -> Ports:
    """The ports of this process, for all that an organisation has or for one project of it."""
    return Ports(project_id)


def authorize() -> dict[str, Any]:
    """What use_cases/authorize needs."""
    return {"resources": ports().resources, "uses": ports().key_uses, "clock": ports().clock}


def those(*names: str) -> dict[str, Any]:
    """Ports of this process, by their names."""
    return {name: getattr(ports(), name) for name in names}


def prepare() -> dict[str, Any]:
    """What use_cases/prepare_evaluation needs."""
    return those("resources", "datasets", "runs", "prices", "clock")


def summarize() -> dict[str, Any]:
    """What use_cases/summarize_experiment needs."""
    return {**fail(), "executions": ports().executions}


def fail() -> dict[str, Any]:
    """What use_cases/fail_evaluation needs."""
    stores = those("resources", "runs", "datasets", "experiment_rows", "progress", "posted")
    return {**stores, **those("events", "prices", "clock"), "request_keys": request_keys()}


def erase() -> dict[str, Any]:
    """What use_cases/erase_content needs."""
    return {"remains": StoredRemains(ports().table, ports().bucket), **those("resources", "executions", "clock")}


def trigger() -> dict[str, Any]:
    """What use_cases/trigger_eval needs, beside what makes a launch into an evaluation."""
    return {"bodies": S3LaunchBodies(ports().bucket), **those("resources", "executions", "clock")}


def generate(turn: LaneTurn | LogTurn, context: RemainingTime) -> dict[str, Any]:
    """What use_cases/generate_outputs needs."""
    return {
        **those("runs", "datasets", "progress", "resources", "answers", "clock"),
        "code_runner": code_runner(),
        "open_provider": opening(turn),
        "limits": ports().provider_limits,
        "rule": RetryRule(),
        "random": dice,
        "deadline": InvocationDeadline(context),
    }


def no_keys() -> dict[str, SecretStr]:
    """Of whoever has no provider keys of its own."""
    return {}


def open_provider(
    task: Task, sent: Callable[[], dict[str, SecretStr]] = no_keys
) -> AbstractAsyncContextManager[Provider]:
    """Implements ports.OpenProvider with keys that were sent, else the stack's. HTTP is imported where it is spoken."""
    from assay.adapters.metrics import metered  # noqa: PLC0415
    from assay.adapters.provider_keys import read_provider_keys  # noqa: PLC0415
    from assay.adapters.providers.open_providers import open_provider as open_with  # noqa: PLC0415

    settings = ProviderSettings.read()
    key = None
    if task.provider == "openai":
        own = sent().get(task.provider)
        key = own or read_provider_keys(client("secretsmanager"), settings.provider_keys_secret).openai_api_key
    opened = open_with(
        task,
        openai_base_url=settings.openai_base_url,
        openai_api_key=key.get_secret_value() if key else None,
        allowed_hosts=settings.allowed_provider_hosts,
    )
    return metered(opened, ports().clock)


def score(turn: LaneTurn | LogTurn, context: RemainingTime) -> dict[str, Any]:
    """What use_cases/score_outputs needs."""
    return {**generate(turn, context), "posted": ports().posted}


def opening(turn: LaneTurn | LogTurn) -> OpenProvider:
    """What opens providers for an evaluation, with the keys that came with its request."""
    return partial(open_provider, sent=partial(request_keys().read, turn.organisation, turn.evaluation_id))


def request_keys() -> RequestKeys:
    """The provider keys that came with requests."""
    return DynamoRequestKeys(ports().table, lambda: client("kms"), SystemClock().now)


def code_runner() -> CodeRunner:
    """The sandboxes of this stack."""
    from assay.adapters.code_runner import LambdaCodeRunner  # noqa: PLC0415

    settings = SandboxSettings.read()
    functions: dict[Runtime, str] = {"python": settings.run_python_function, "node": settings.run_node_function}
    return LambdaCodeRunner(lambda: client("lambda"), functions)


def operator(table_name: str) -> dict[str, Any]:
    """What use_cases/manage_keys needs, with the AWS credentials of whoever runs this."""
    table = Table(client("dynamodb"), table_name)
    return {"resources": DynamoResources(table), "clock": SystemClock(), "new_id": new_id, "entropy": entropy}


def key_uses(table_name: str) -> KeyUses:
    """When keys were used, with the AWS credentials of whoever runs this."""
    return DynamoKeyUses(Table(client("dynamodb"), table_name))


def eraser(table_name: str, bucket_name: str, state_machine_arn: str) -> dict[str, Any]:
    """What use_cases/erase_organisation needs beside, with the AWS credentials of whoever runs this."""
    from assay.adapters.stepfunctions import StepFunctions  # noqa: PLC0415

    remains = StoredRemains(Table(client("dynamodb"), table_name), Bucket(client("s3"), bucket_name))
    return {"remains": remains, "executions": StepFunctions(client("stepfunctions"), state_machine_arn)}


def schedules(function_arn: str, role_arn: str, queue_arn: str, group: str) -> Schedules:
    """The stack's schedules, with the AWS credentials of whoever runs this."""
    from assay.adapters.schedules import Scheduler, Target  # noqa: PLC0415

    target = Target(function_arn=function_arn, role_arn=role_arn, queue_arn=queue_arn, group=group)
    return Scheduler(client("scheduler"), target)
