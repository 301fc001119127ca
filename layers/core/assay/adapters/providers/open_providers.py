"""The providers that this stack may call, opened for one invocation of a worker."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport

from assay.adapters.providers.mock import MockProvider
from assay.adapters.providers.openai import OpenAIProvider
from assay.domain.errors import ConfigurationError
from assay.domain.task import Task
from assay.ports import Provider

CALL_TIMEOUT = httpx.Timeout(300, connect=10)


def checked_base_url(base_url: str, allowed_hosts: frozenset[str]) -> str:
    """`base_url` with a slash at its end. Raises ConfigurationError unless it is https or its host is allowed."""
    parts = urlsplit(base_url)
    if parts.scheme != "https" and parts.netloc not in allowed_hosts:
        raise ConfigurationError(f"The provider at {parts.netloc or base_url} is neither https nor an allowed host.")
    return base_url.rstrip("/") + "/"


@asynccontextmanager
async def open_provider(
    task: Task, *, openai_base_url: str, openai_api_key: str | None, allowed_hosts: frozenset[str]
) -> AsyncIterator[Provider]:
    """The provider of `task`. Raises ConfigurationError where the stack has no key for it, or no such provider."""
    if task.provider == "mock":
        yield MockProvider()
        return
    if task.provider != "openai":
        raise ConfigurationError(f"This stack cannot call the provider '{task.provider}'.")
    if not openai_api_key:
        raise ConfigurationError("This stack has no key for the provider 'openai'.")
    base_url = checked_base_url(openai_base_url, allowed_hosts)
    async with open_client(base_url, {"Authorization": f"Bearer {openai_api_key}"}) as client:
        yield OpenAIProvider(client)


@asynccontextmanager
async def open_client(base_url: str, headers: dict[str, str]) -> AsyncIterator[httpx.AsyncClient]:
    """Httpx over aiohttp's connections: at 100 in flight a tenth of the CPU (docs/measurements.md).

    The connector has no limit of its own: how many calls are in flight is the lane's business.
    """

    def session() -> aiohttp.ClientSession:
        return aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0), cookie_jar=aiohttp.DummyCookieJar())

    transport = AiohttpTransport(client=session)
    async with httpx.AsyncClient(
        transport=transport, base_url=base_url, headers=headers, timeout=CALL_TIMEOUT, follow_redirects=False
    ) as client:
        yield client
