"""A model provider on 127.0.0.1 that speaks OpenAI's chat completions: exact counts, any fault on demand.

with StubProvider(latency=0.2) as stub:
    stub.script(throttled(retry_after=2), at=range(5))
    stub.script(RESET, when=lambda body: body["model"] == "unlucky", times=1)
    ...                         # call stub.base_url + "/chat/completions"
    stub.calls, stub.peak_in_flight, stub.requests, stub.arrivals

As a process of its own, its counts at GET {base URL}/counts:

    python -m tests.support.stub_provider --port 0 --latency 0.2
"""

import argparse
import asyncio
import json
import re
import signal
import socket
import struct
import threading
import time
from collections.abc import Callable, Container, Mapping
from concurrent.futures import Future
from decimal import Decimal
from typing import Self

from aiohttp import web

from tests.support.faults import NO_FAULT, REFUSED, Body, Fault, Rule

Answer = Callable[[list[Body]], str]

NUMBER = re.compile(r"(?<!\w)-?\d+(?:\.\d+)?")
BACKLOG = 1024
BETWEEN_LOOKS = 0.02


def add_up(messages: list[Body]) -> str:
    """The default answer: the sum of the numbers in the last message of the user."""
    asked = next((text_of(message) for message in reversed(messages) if message.get("role") == "user"), "")
    total = sum(map(Decimal, NUMBER.findall(asked)), Decimal(0))
    return f"The answer is {total.normalize():f}."


def text_of(message: Body) -> str:
    """The text of a message whose content is a string or a list of parts."""
    content = message.get("content") or ""
    return content if isinstance(content, str) else " ".join(part.get("text", "") for part in content)


def completion(index: int, body: Body, text: str) -> Body:
    """OpenAI's chat completion with `text`; a token is a word."""
    asked = sum(len(text_of(message).split()) for message in body["messages"])
    answered = len(text.split())
    return {
        "id": f"chatcmpl-{index}",
        "object": "chat.completion",
        "created": int(time.time()),
        "model": body.get("model"),
        "choices": [{"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": asked, "completion_tokens": answered, "total_tokens": asked + answered},
    }


def error_body(status: int) -> bytes:
    """OpenAI's error object."""
    error = {"message": f"The stub answers {status}.", "type": "stub_error", "param": None, "code": None}
    return json.dumps({"error": error}).encode()


class StubProvider:
    """The provider, alive within `with`. `calls` counts every chat completion received, faulty ones too.

    A call is in flight from the receipt of its last byte until just before the first byte of its answer.
    `requests`, their `keys` and `arrivals` (time.monotonic) hold the first `keep` calls, in order of receipt; None keeps all.
    """

    def __init__(self, *, latency: float = 0, answer: Answer = add_up, keep: int | None = None, port: int = 0) -> None:
        self.latency = latency
        self.answer = answer
        self.keep = float("inf") if keep is None else keep
        self.port = port
        self.calls = 0
        self.in_flight = 0
        self.peak_in_flight = 0
        self.requests: list[Body] = []
        self.keys: list[str] = []
        self.arrivals: list[float] = []
        self._rules: list[Rule] = []

    @property
    def base_url(self) -> str:
        """As OpenAI's clients want it, with `/v1`."""
        return f"http://127.0.0.1:{self.port}/v1"

    @property
    def counts(self) -> dict[str, int]:
        return {"calls": self.calls, "in_flight": self.in_flight, "peak_in_flight": self.peak_in_flight}

    def script(
        self,
        fault: Fault,
        *,
        at: int | Container[int] | None = None,
        when: Callable[[Body], bool] | None = None,
        times: int | None = None,
    ) -> None:
        """Lets `fault` befall the calls at the indices `at` (from 0) and with bodies that `when` accepts.

        Of several rules for a call the one scripted first counts; one that has befallen `times` calls is spent.
        """
        indices = (at,) if isinstance(at, int) else at
        self._rules.append(Rule(fault, indices, when, float("inf") if times is None else times))

    def __enter__(self) -> Self:
        started: Future[Callable[[], object]] = Future()
        self._thread = threading.Thread(target=self._run, args=(started,), name="stub-provider", daemon=True)
        self._thread.start()
        self._stop = started.result()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()
        self._thread.join()

    def _run(self, started: "Future[Callable[[], object]]") -> None:
        """The thread's life: serves until told to stop, and hands a failure to start to whoever waits for it."""
        try:
            asyncio.run(self._serve_until_stopped(started))
        except OSError as error:
            started.set_exception(error)

    async def _serve_until_stopped(self, started: "Future[Callable[[], object]]") -> None:
        stopped = asyncio.Event()
        loop = asyncio.get_running_loop()
        await self.serve(stopped, lambda: started.set_result(lambda: loop.call_soon_threadsafe(stopped.set)))

    async def serve(self, stopped: asyncio.Event, ready: Callable[[], None]) -> None:
        """Serves until `stopped`; calls `ready` once it listens. Calls that hang by then are dropped."""
        server = web.Server(self._handle, handler_cancellation=True, access_log=None, debug=False)
        runner = web.ServerRunner(server, shutdown_timeout=0.05)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", self.port, backlog=BACKLOG).start()
            self.port = runner.addresses[0][1]
            ready()
            await stopped.wait()
        finally:
            await runner.cleanup()

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        if request.method == "POST" and request.path == "/v1/chat/completions":
            return await self._complete(request)
        if request.path == "/v1/counts":
            return web.json_response(self.counts)
        return json_bytes(error_body(404), 404)

    async def _complete(self, request: web.BaseRequest) -> web.StreamResponse:
        body = parsed(await request.content.read())
        index = self._receive(body, request.headers.get("Authorization", "").removeprefix("Bearer "))
        try:
            fault = self._fault_of(index, body) if body else REFUSED
            while not fault.until():  # noqa: ASYNC110 whoever knows is in another thread or process
                await asyncio.sleep(BETWEEN_LOOKS)
            await asyncio.sleep(self.latency + fault.hang)
            content = self._content(index, body, fault)
        finally:
            self.in_flight -= 1
        if fault.cut:
            return await cut(request, fault, content)
        return json_bytes(content, fault.status, fault.headers)

    def _receive(self, body: Body, key: str) -> int:
        """Counts a call in; its index."""
        self.calls += 1
        self.in_flight += 1
        self.peak_in_flight = max(self.peak_in_flight, self.in_flight)
        if len(self.requests) < self.keep:
            self.requests.append(body)
            self.keys.append(key)
            self.arrivals.append(time.monotonic())
        return self.calls - 1

    def _fault_of(self, index: int, body: Body) -> Fault:
        for rule in self._rules:
            if rule.befalls(index, body):
                rule.left -= 1
                return rule.fault
        return NO_FAULT

    def _content(self, index: int, body: Body, fault: Fault) -> bytes:
        if fault.body is not None:
            return fault.body
        if fault.status >= 400:
            return error_body(fault.status)
        return json.dumps(completion(index, body, self.answer(body["messages"]))).encode()


def parsed(raw: bytes) -> Body:
    """The body of a call; empty where it is no chat completion's."""
    try:
        body = json.loads(raw)
    except ValueError:
        return {}
    return body if isinstance(body, dict) and isinstance(body.get("messages"), list) else {}


def json_bytes(content: bytes, status: int = 200, headers: Mapping[str, str] | None = None) -> web.Response:
    return web.Response(body=content, status=status, headers=headers, content_type="application/json")


async def cut(request: web.BaseRequest, fault: Fault, content: bytes) -> web.StreamResponse:
    """Loses the connection: at once with a TCP reset, or after half of `content`."""
    response = web.StreamResponse(status=fault.status, headers=fault.headers)
    transport = request.transport
    if fault.cut == "truncated":
        response.content_type = "application/json"
        response.content_length = len(content)
        await response.prepare(request)
        await response.write(content[: len(content) // 2])
    elif transport is not None:
        linger_for_nothing = struct.pack("ii", 1, 0)
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger_for_nothing)
    if transport is not None:
        transport.close()
    return response


async def serve_until_signalled(stub: StubProvider) -> None:
    """Prints the base URL and serves until SIGINT or SIGTERM."""
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    await stub.serve(stopped, lambda: print(stub.base_url, flush=True))  # noqa: T201


def main() -> None:
    parser = argparse.ArgumentParser(description="An OpenAI-compatible provider that adds up numbers.")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--latency", type=float, default=0, help="seconds before each answer")
    options = parser.parse_args()
    asyncio.run(serve_until_signalled(StubProvider(latency=options.latency, keep=0, port=options.port)))


if __name__ == "__main__":
    main()
