"""Whatever comes over the wire, a call ends, and as something that the engine knows: an answer, or a provider's error."""

import asyncio
import gzip

import pytest
from aiohttp.resolver import ThreadedResolver

from assay.adapters.providers import http_provider
from assay.adapters.providers.http_provider import HttpProvider
from assay.adapters.providers.open_providers import open_transport
from assay.adapters.providers.openai import OpenAIWire
from assay.adapters.providers.wire import KeyHeaders
from assay.domain.errors import ProviderGarbled, ProviderRefused, ProviderThrottled, ProviderUnavailable
from assay.domain.messages import Message
from tests.support.build import a_task

ASKED = (Message(role="user", content="1 and 2"),)
SAID = b'{"choices": [{"message": {"role": "assistant", "content": "3"}, "finish_reason": "stop"}]}'
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


def http(body=SAID, status=b"200 OK", headers=b"", length=None):
    """An answer, as its bytes."""
    length = len(body) if length is None else length
    return b"HTTP/1.1 %s\r\nContent-Length: %d\r\n%s\r\n%s" % (status, length, headers, body)


def packed(body):
    return http(body, headers=b"Content-Encoding: gzip\r\n")


async def called(serve):
    """What comes of a call of a server that has read the request."""

    async def answer(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        try:
            await serve(writer)
        except ConnectionError:
            return
        finally:
            writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server, open_transport(ThreadedResolver()) as way:
        port = server.sockets[0].getsockname()[1]
        provider = HttpProvider(way, f"http://127.0.0.1:{port}/", OpenAIWire(), KeyHeaders("sk", {}))
        async with asyncio.timeout(20):
            return (await provider.complete(a_task(), ASKED)).text


def answer_to(raw):
    async def serve(writer):
        writer.write(raw)
        await writer.drain()

    return asyncio.run(called(serve))


ANSWERS = {
    "plain": http(),
    "packed": packed(gzip.compress(SAID)),
    "bytes in a header": http(headers=b"X-A: \xff\xfe\r\n"),
    "no duration": http(headers=b"x-ratelimit-remaining-requests: 0\r\nx-ratelimit-reset-requests: \xb2s\r\n"),
    "after a hundred": b"HTTP/1.1 100 Continue\r\n\r\n" * 3 + http(),
}
UNAVAILABLE = {
    "nothing": b"",
    "garbage": b"\x00\xff\x17 garbage\r\n\r\n",
    "TLS": b"\x15\x03\x01\x00\x02\x02\x28",
    "no head": SAID,
    "truncated": http(length=5000),
    "a length below nothing": http(length=-3),
    "two lengths": http(headers=b"Content-Length: 7\r\n"),
    "a long header": http(headers=b"X-A: " + b"a" * 100_000 + b"\r\n"),
    "bytes in the reason": http(status=b"500 \xff\xfe"),
    "bytes in the reason of a success": http(status=b"200 \xff\xfe"),
    "a truncated chunk": CHUNKED + b"5\r\nab",
    "no chunk": CHUNKED + b"ZZ\r\nabc\r\n0\r\n\r\n",
    "not packed": packed(b"not packed"),
}
GARBLED = {
    "packed and truncated": packed(gzip.compress(SAID)[:-20]),
    "a bomb": packed(gzip.compress(b"a" * 100_000_000)),
    "an error as a success": http(b'{"error": {"message": "overloaded", "code": 529}}'),
    "half a character": http(SAID.replace(b'"3"', b'"\\ud83d"')),
    "too deep": http(b"[" * 100_000),
    "no content": b"HTTP/1.1 204 No Content\r\n\r\n",
}
REFUSED = {
    "moved": http(b"", status=b"301 Moved", headers=b"Location: http://127.0.0.1/\r\n"),
    "too deep": http(b"[" * 100_000, status=b"400 Bad"),
}
THROTTLED = {"for bytes": http(status=b"429 Slow", headers=b"Retry-After: \xff\r\n")}


@pytest.mark.parametrize("raw", ANSWERS.values(), ids=ANSWERS)
def test_an_answer_is_read_whatever_stands_around_it(raw):
    assert answer_to(raw) == "3"


@pytest.mark.parametrize(
    ("raw", "error"),
    [
        pytest.param(raw, error, id=f"{error.__name__}, {name}")
        for error, answers in (
            (ProviderUnavailable, UNAVAILABLE),
            (ProviderGarbled, GARBLED),
            (ProviderRefused, REFUSED),
            (ProviderThrottled, THROTTLED),
        )
        for name, raw in answers.items()
    ],
)
def test_what_is_no_answer_is_an_error_of_the_providers(raw, error):
    with pytest.raises(error):
        answer_to(raw)


def test_an_answer_that_drips_is_given_up(monkeypatch):
    monkeypatch.setattr(http_provider, "WHOLE", 0.3)
    dripped = []

    async def drip(writer):
        writer.write(http(length=10**6))
        while True:
            dripped.append(writer.write(b" "))
            await writer.drain()
            await asyncio.sleep(0.01)

    with pytest.raises(ProviderUnavailable, match="TimeoutError"):
        asyncio.run(called(drip))
    assert len(dripped) > 3
