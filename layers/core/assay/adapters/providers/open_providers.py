"""The providers that this stack may call by HTTP, opened for one invocation of a worker."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from ssl import PROTOCOL_TLS_CLIENT, SSLContext
from typing import NamedTuple
from urllib.parse import urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver
from aiohttp.resolver import ThreadedResolver
from httpx_aiohttp import AiohttpTransport
from pydantic import SecretStr

from assay.adapters.providers.guarded_resolver import GuardedResolver, NotPublic
from assay.adapters.providers.hosts import AZURE_ENDPOINT, Host, host_of
from assay.adapters.providers.http_provider import HttpProvider
from assay.adapters.providers.wire import Credentials, KeyHeaders
from assay.domain.address import is_address, is_public
from assay.domain.errors import ConfigurationError
from assay.domain.task import Task
from assay.ports import Provider

NO_KEY = (
    "This stack has no key for the provider '{0}', and none was sent along, or it is gone: keys of a request are "
    "kept until its evaluation is over, for a day at most. Send provider_api_keys again, or let the operator run "
    "`assay provider set {0}`."
)
ALLOW = "if it is meant, name it in the stack's parameter AllowedProviderHosts."
HTTPS = 443


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


class Operator(NamedTuple):
    """What the stack has for calls of providers: base URLs by provider, its region, and who signs without a key."""

    base_urls: Mapping[str, str]
    allowed_hosts: frozenset[str]
    region: Callable[[], str]
    signature: Callable[[], Credentials] | None = None


@asynccontextmanager
async def open_provider(task: Task, keys: Mapping[str, SecretStr], operator: Operator) -> AsyncIterator[Provider]:
    """The provider of `task`, called with one of `keys`, by provider. Raises ConfigurationError where it cannot be."""
    endpoint = keys.get(AZURE_ENDPOINT)
    own = {"openai_azure": endpoint.get_secret_value()} if endpoint else {}
    host = host_of(task.provider, {**operator.base_urls, **own}, operator.region)
    credentials = credentials_for(task.provider, host, keys, operator)
    resolver = await resolver_for(host.base_url, operator.allowed_hosts)
    async with open_transport(resolver) as transport:
        yield HttpProvider(transport, host.base_url.rstrip("/") + "/", host.wire, credentials)


def credentials_for(provider: str, host: Host, keys: Mapping[str, SecretStr], operator: Operator) -> Credentials:
    """A key; without one the role of the function, where the provider takes that. Raises ConfigurationError."""
    if key := keys.get(provider):
        return KeyHeaders(key.get_secret_value(), host.headers)
    if provider == "bedrock" and operator.signature:
        return operator.signature()
    raise ConfigurationError(NO_KEY.format(provider))


def open_transport(resolver: AbstractResolver) -> AiohttpTransport:
    """Httpx over aiohttp's connections: at 100 in flight a tenth of the CPU (docs/measurements.md).

    The connector has no limit of its own: how many calls are in flight is the lane's business. It verifies by aiohttp's
    context; the transport's, which nobody asks, trusts nobody: to load what it could trust takes 20 ms.
    """

    def session() -> aiohttp.ClientSession:
        connector = aiohttp.TCPConnector(limit=0, resolver=resolver)
        return aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())

    return AiohttpTransport(client=session, verify=SSLContext(PROTOCOL_TLS_CLIENT))
