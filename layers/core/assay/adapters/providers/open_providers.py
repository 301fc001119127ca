"""The providers that this stack may call, opened for one invocation of a worker."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import aiohttp
import httpx
from aiohttp.abc import AbstractResolver
from aiohttp.resolver import ThreadedResolver
from httpx_aiohttp import AiohttpTransport

from assay.adapters.providers.guarded_resolver import GuardedResolver, NotPublic
from assay.adapters.providers.mock import MockProvider
from assay.adapters.providers.openai import OpenAIProvider
from assay.domain.address import is_address, is_public
from assay.domain.errors import ConfigurationError
from assay.domain.task import Task
from assay.ports import Provider

NO_KEY = (
    "This stack has no key for the provider 'openai', and none was sent along, or it is gone: keys of a request are "
    "kept until its evaluation is over, for a day at most. Send provider_api_keys again, or let the operator run "
    "`assay provider set openai`."
)
ALLOW = "if it is meant, name it in the stack's parameter AllowedProviderHosts."
HTTPS = 443
CALL_TIMEOUT = httpx.Timeout(300, connect=10)


async def resolver_for(base_url: str, allowed_hosts: frozenset[str]) -> AbstractResolver:
    """What resolves the names of a base URL: for an allowed host the machine's own resolver, else one that is guarded.

    Raises ConfigurationError unless the host is allowed, or is called by https at an address of the public internet.
    """
    parts = urlsplit(base_url)
    if parts.netloc in allowed_hosts:
        return ThreadedResolver()
    if parts.scheme != "https" or not parts.hostname or "@" in parts.netloc:
        raise ConfigurationError(f"The provider at {parts.hostname} is neither https nor an allowed host.")
    resolver = GuardedResolver()
    if not await leads_to_the_public(resolver, parts.hostname, parts.port or HTTPS):
        raise ConfigurationError(f"The provider at {parts.hostname} has an address that is not public: {ALLOW}")
    return resolver


async def leads_to_the_public(resolver: AbstractResolver, host: str, port: int) -> bool:
    """Whether a host is not known to be elsewhere; a name that cannot be resolved now may be, when it is called."""
    if is_address(host):
        return is_public(host)
    try:
        await resolver.resolve(host, port)
    except NotPublic:
        return False
    except OSError:
        return True
    return True


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
        raise ConfigurationError(NO_KEY)
    resolver = await resolver_for(openai_base_url, allowed_hosts)
    headers = {"Authorization": f"Bearer {openai_api_key}"}
    async with open_client(openai_base_url.rstrip("/") + "/", headers, resolver) as client:
        yield OpenAIProvider(client)


@asynccontextmanager
async def open_client(
    base_url: str, headers: dict[str, str], resolver: AbstractResolver
) -> AsyncIterator[httpx.AsyncClient]:
    """Httpx over aiohttp's connections: at 100 in flight a tenth of the CPU (docs/measurements.md).

    The connector has no limit of its own: how many calls are in flight is the lane's business.
    """

    def session() -> aiohttp.ClientSession:
        connector = aiohttp.TCPConnector(limit=0, resolver=resolver)
        return aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())

    transport = AiohttpTransport(client=session)
    async with httpx.AsyncClient(
        transport=transport, base_url=base_url, headers=headers, timeout=CALL_TIMEOUT, follow_redirects=False
    ) as client:
        yield client
