"""The only reader of the environment: each group of settings is what one kind of function needs."""

import os
from typing import Annotated, Self

from pydantic import BeforeValidator, Field, Json

from assay.domain.egress import Destination, destinations
from assay.domain.sandbox import StackLimits
from assay.domain.value import Value

PREFIX = "ASSAY_"


class Settings(Value):
    """A group of settings; field `table` stands in the environment as ASSAY_TABLE."""

    @classmethod
    def read(cls) -> Self:
        """The settings as the environment has them. Raises ValidationError, which names what is missing."""
        found = {name: os.environ.get(PREFIX + name.upper()) for name in cls.model_fields}
        return cls.model_validate({name: value for name, value in found.items() if value is not None}, strict=False)


class TableSettings(Settings):
    """Where is kept what someone looks up or waits for."""

    table: str


class BucketSettings(Settings):
    """Where is kept what comes in bulk."""

    bucket: str


class MachineSettings(Settings):
    """The state machine whose executions are the passes."""

    state_machine_arn: str


class LogScoringSettings(Settings):
    """Who judges posted logs."""

    score_outputs_function: str


class ErasureSettings(Settings):
    """Who erases what was deleted."""

    erase_content_function: str


class ScheduleSettings(Settings):
    """Where the stack's schedules are."""

    schedule_group: str


class LaunchSettings(Settings):
    """What evaluations get unasked, and the most that they may have; 0 dollars are no limit."""

    max_lanes: int
    default_concurrency: int
    cache_by_default: bool
    max_rows: int
    max_cost: float


def hosts(listed: object) -> object:
    """`host:port, host:port` as a set."""
    return frozenset(host.strip() for host in listed.split(",") if host.strip()) if isinstance(listed, str) else listed


def urls(listed: object) -> object:
    """`provider=https://host/path, …` by provider."""
    if not isinstance(listed, str):
        return listed
    pairs = (item.partition("=") for item in listed.split(",") if item.strip())
    return {name.strip(): url.strip() for name, _, url in pairs}


class ProviderSettings(Settings):
    """The model providers that the stack may call; base URLs of those that are not where their makers have them."""

    provider_keys_secret: str
    openai_base_url: str
    provider_base_urls: Annotated[dict[str, str], BeforeValidator(urls)] = Field(default_factory=dict)
    allowed_provider_hosts: Annotated[frozenset[str], BeforeValidator(hosts)] = frozenset()


class AnswerSettings(Settings):
    """For how many days an answer of a model is kept, where it is kept at all."""

    cache_days: int


class DataKeySettings(Settings):
    """The KMS key with which provider keys of requests are enciphered."""

    data_key: str


class SandboxSettings(Settings):
    """Where user code runs, and what a row of it may use."""

    run_python_function: str
    run_node_function: str
    sandbox_limits: Json[StackLimits] = StackLimits()


def reachable(listed: object) -> object:
    """`host, *.host:port` as destinations. Raises ValueError."""
    return destinations(listed) if isinstance(listed, str) else listed


class BoundarySettings(Settings):
    """What must hold user code, whether what only some hosts have is tried, too, and where code may connect to."""

    sandbox_min: str
    sandbox_extras: bool
    sandbox_hosts: Annotated[tuple[Destination, ...], BeforeValidator(reachable)] = ()


class EventSettings(Settings):
    """Where it is announced what became of evaluations."""

    event_bus: str


class LinkSettings(Settings):
    """What links are signed with."""

    link_secret: str


def client_place() -> tuple[str | None, str | None]:
    """Where a client of the API finds it, and its key, as far as the environment of whoever runs it says."""
    return os.environ.get(PREFIX + "URL"), os.environ.get(PREFIX + "API_KEY")
