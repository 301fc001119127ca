"""Calls a provider by HTTP: the same for all, but for the wire and the credentials.

Requests go straight to the transport. A client of httpx's would keep cookies, follow redirects, authenticate; none of
that is wanted, and to look for cookies in every answer took a third of a call's CPU (docs/measurements.md).
"""

import asyncio
import hashlib
import json
from collections.abc import Sequence

import aiohttp
import httpx

from assay.adapters.providers.limit_headers import duration, pause, retry_after
from assay.adapters.providers.wire import Credentials, Wire
from assay.domain.completion import Completion
from assay.domain.errors import (
    ProviderDenied,
    ProviderError,
    ProviderGarbled,
    ProviderRefused,
    ProviderThrottled,
    ProviderUnavailable,
)
from assay.domain.messages import Message
from assay.domain.task import Task
from assay.domain.value import JsonValue

TIMEOUT = httpx.Timeout(300, connect=10)
WHOLE = 330
"""Seconds for all of an answer: TIMEOUT is between two of its bytes, and one that drips would never end."""
HEADERS = {"Accept": "application/json", "Accept-Encoding": "gzip, deflate"}
MOST_BYTES = 16 * 1024 * 1024
KEPT = 2048
"""Bytes of a senseless answer that its error keeps."""
THROTTLED = frozenset({429, 529})
DENIED = frozenset({401, 403})
PASSING = frozenset({408, 409, 424})
"""What passes though it is no 5xx: the provider's time-out, a conflict, and a model of Bedrock's that failed."""


class HttpProvider:
    """Implements ports.Provider. `base_url` ends with a slash."""

    def __init__(
        self, transport: httpx.AsyncBaseTransport, base_url: str, wire: Wire, credentials: Credentials
    ) -> None:
        self.transport, self.base_url, self.wire, self.credentials = transport, base_url, wire, credentials
        self.extensions = {"timeout": TIMEOUT.as_dict()}
        self.urls: dict[str, httpx.URL] = {}

    async def complete(self, task: Task, messages: Sequence[Message]) -> Completion:
        path, body = self.wire.request(task, messages)
        request = httpx.Request("POST", self.url(path), headers=HEADERS, json=body, extensions=self.extensions)
        self.credentials.apply(request)
        try:
            async with asyncio.timeout(WHOLE):
                answer, content = await self.answer(request)
        except (httpx.HTTPError, aiohttp.ClientError, TimeoutError, UnicodeError) as error:
            raise ProviderUnavailable(f"The provider could not be reached: {type(error).__name__}.") from error
        if not answer.is_success:
            raise refusal(answer.status_code, answer.headers, self.without_secrets(content))
        said = {"pause": pause(answer.headers), "asked": body, "raw": self.without_secrets(content)}
        return self.completion(content).model_copy(update=said)

    async def answer(self, request: httpx.Request) -> tuple[httpx.Response, bytes]:
        """What is answered, and all of its body."""
        answer = await self.transport.handle_async_request(request)
        try:
            return answer, await read(answer)
        finally:
            await answer.aclose()

    def url(self, path: str) -> httpx.URL:
        """Where calls go, parsed once: a run has few paths and many calls."""
        if path not in self.urls:
            self.urls[path] = httpx.URL(self.base_url + path)
        return self.urls[path]

    def completion(self, content: bytes) -> Completion:
        """The answer. Raises ProviderGarbled, which shows how it starts, where it makes no sense."""
        try:
            return self.wire.completion(content)
        except (ValueError, LookupError) as error:
            start = self.without_secrets(content)[:KEPT].decode(errors="replace")
            raise ProviderGarbled(f"The provider's answer makes no sense: {start!r}") from error

    @property
    def account(self) -> str:
        """Whose limits bind the calls: those of the key at this base URL; neither can be told from it."""
        return hashlib.sha256(f"{self.base_url} {self.credentials.identity}".encode()).hexdigest()[:32]

    @property
    def address(self) -> str:
        return self.base_url

    def without_secrets(self, content: bytes) -> bytes:
        """What the provider says, without our key: some repeat it in their refusals, which people will read."""
        for secret in self.credentials.secrets:
            content = content.replace(secret.encode(), b"(the key)")
        return content


async def read(answer: httpx.Response) -> bytes:
    """All that is answered. Raises ProviderGarbled where that is more than an answer could be."""
    content = bytearray()
    async for part in answer.aiter_bytes():
        content += part
        if len(content) > MOST_BYTES:
            raise ProviderGarbled(f"The provider's answer is longer than {MOST_BYTES} bytes.")
    return bytes(content)


def refusal(status: int, headers: httpx.Headers, content: bytes) -> ProviderError:
    """The error that an answer other than 2xx stands for."""
    message = f"The provider answered {status}: {reason(content)}"
    if status in THROTTLED:
        wait = retry_after(headers)
        return ProviderThrottled(message, retry_delay(error_of(content)) if wait is None else wait)
    if status in DENIED:
        return ProviderDenied(message)
    if status in PASSING or status >= 500:  # noqa: PLR2004
        return ProviderUnavailable(message)
    return ProviderRefused(message)


def error_of(content: bytes) -> JsonValue:
    """What stands under `error`, or all there is; None where it is no object."""
    try:
        said = json.loads(content)
    except (ValueError, RecursionError):
        return None
    if isinstance(said, list) and said:  # Google wraps what it says in a list
        said = said[0]
    return said.get("error", said) if isinstance(said, dict) else None


def retry_delay(error: JsonValue) -> float | None:
    """Seconds that Google asks us to wait, in its error's details (google.rpc.RetryInfo)."""
    details = error.get("details") if isinstance(error, dict) else None
    for detail in details if isinstance(details, list) else ():
        if isinstance(detail, dict) and isinstance(delay := detail.get("retryDelay"), str):
            return duration(delay) or None
    return None


def reason(content: bytes) -> str:
    """What the provider says is wrong, at most KEPT characters of it: `error.message`, `error` or `message`."""
    text = content[:KEPT].decode(errors="replace")
    error = error_of(content)
    if error is None:
        return text
    said = str(error.get("message", text) if isinstance(error, dict) else error)[:KEPT]
    return said.encode(errors="replace").decode()  # half a character, as a cut text ends with, is none that can be kept
