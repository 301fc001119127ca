"""How providers are opened: with whose keys, where, and in whose name."""

from __future__ import annotations

from contextlib import nullcontext
from functools import cache
from typing import TYPE_CHECKING

import boto3

from assay.bootstrap.process import client, ports
from assay.settings import ProviderSettings

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractAsyncContextManager

    from pydantic import SecretStr

    from assay.adapters.providers.aws_signature import RoleSignature
    from assay.domain.task import Task
    from assay.ports import Provider


def no_keys() -> dict[str, SecretStr]:
    """Of whoever has no provider keys of its own."""
    return {}


def open_provider(
    task: Task, sent: Callable[[], dict[str, SecretStr]] = no_keys
) -> AbstractAsyncContextManager[Provider]:
    """Implements ports.OpenProvider with keys that were sent, else the stack's."""
    from assay.adapters.metrics import metered
    from assay.adapters.providers.mock import MockProvider

    settings = ProviderSettings.read()
    opened = nullcontext(MockProvider()) if task.provider == "mock" else over_http(task, sent, settings)
    return metered(opened, ports().clock)


def over_http(
    task: Task, sent: Callable[[], dict[str, SecretStr]], settings: ProviderSettings
) -> AbstractAsyncContextManager[Provider]:
    """A provider that is called by HTTP, which is imported where it is spoken."""
    from assay.adapters.provider_keys import read_provider_keys
    from assay.adapters.providers.open_providers import Operator
    from assay.adapters.providers.open_providers import open_provider as open_with

    if task.provider not in (keys := sent()):
        keys = read_provider_keys(client("secretsmanager"), settings.provider_keys_secret) | keys
    base_urls = {"openai": settings.openai_base_url, **settings.provider_base_urls}
    operator = Operator(base_urls, settings.allowed_provider_hosts, region, role_signature)
    return open_with(task, keys, operator)


@cache
def session() -> boto3.Session:
    """The function's own role, and where it is."""
    return boto3.Session()


def region() -> str:
    """The stack's region."""
    return str(session().region_name)


def role_signature() -> RoleSignature:
    """The function's own role, as Bedrock takes it."""
    from assay.adapters.providers.aws_signature import RoleSignature

    return RoleSignature(session().get_credentials(), "bedrock", region())
