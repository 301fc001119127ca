"""The stub provider: what benches and fault tests measure with must itself be true."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import aiohttp
import pytest

from tests.support.faults import (
    DENIED,
    EMPTY,
    NOT_JSON,
    REFUSED,
    RESET,
    TRUNCATED,
    WRONG_SHAPE,
    broken,
    hanging,
    throttled,
)
from tests.support.stub_provider import StubProvider

ROOT = Path(__file__).parents[2]


def asking(text, model="gpt-x"):
    return {"model": model, "messages": [{"role": "user", "content": text}]}


async def post(session, base_url, body):
    async with session.post(f"{base_url}/chat/completions", json=body) as response:
        return response.status, response.headers, await response.read()


def calls(stub, *bodies, limit=0, timeout=10):
    """The answers to `bodies`, posted all at once; an exception where there is none."""

    async def gathered():
        connector = aiohttp.TCPConnector(limit=limit)
        async with aiohttp.ClientSession(connector=connector, timeout=aiohttp.ClientTimeout(total=timeout)) as session:
            posts = (post(session, stub.base_url, body) for body in bodies)
            return await asyncio.gather(*posts, return_exceptions=True)

    return asyncio.run(gathered())


def call(stub, text="2 and 3", **options):
    return calls(stub, asking(text), **options)[0]


def test_it_adds_up_the_numbers_of_the_last_question_and_counts_words_as_tokens():
    with StubProvider() as stub:
        _, _, content = call(stub, "What are 2.50 and -0.5 and 98?")
    answer = json.loads(content)
    assert answer["choices"][0]["message"] == {"role": "assistant", "content": "The answer is 100."}
    assert answer["usage"] == {"prompt_tokens": 7, "completion_tokens": 4, "total_tokens": 11}
    assert answer["model"] == "gpt-x"


def test_it_answers_with_what_the_given_function_says():
    with StubProvider(answer=lambda messages: messages[0]["content"].upper()) as stub:
        _, _, content = call(stub, "hello")
    assert json.loads(content)["choices"][0]["message"]["content"] == "HELLO"


def test_the_peak_is_exactly_the_number_of_connections_at_250():
    with StubProvider() as stub:
        stub.script(hanging(1), at=range(250))
        answers = calls(stub, *[asking("1 and 1")] * 500, limit=250, timeout=60)
    assert [status for status, _, _ in answers] == [200] * 500
    assert (stub.calls, stub.peak_in_flight, stub.in_flight) == (500, 250, 0)


def test_it_remembers_the_first_requests_up_to_the_cap():
    with StubProvider(keep=2) as stub:
        for text in ("one", "two", "three"):
            call(stub, text)
    assert [request["messages"][0]["content"] for request in stub.requests] == ["one", "two"]
    assert len(stub.arrivals) == 2
    assert stub.calls == 3


@pytest.mark.parametrize(
    ("fault", "status"), [(DENIED, 401), (REFUSED, 400), (broken(), 500), (broken(503), 503), (throttled(), 429)]
)
def test_a_scripted_status_comes_with_an_error_object(fault, status):
    with StubProvider() as stub:
        stub.script(fault, at=0)
        answered, headers, content = call(stub)
        assert call(stub)[0] == 200
    assert answered == status
    assert "Retry-After" not in headers
    assert "message" in json.loads(content)["error"]


def test_a_429_says_for_how_long_where_it_is_told_to():
    with StubProvider() as stub:
        stub.script(throttled(retry_after=7), at=range(2))
        assert [call(stub)[1].get("Retry-After") for _ in range(3)] == ["7", "7", None]


@pytest.mark.parametrize(
    ("fault", "content"),
    [(EMPTY, b""), (NOT_JSON, NOT_JSON.body), (WRONG_SHAPE, b'{"object": "chat.completion", "choices": []}')],
)
def test_a_200_can_carry_nothing_useful(fault, content):
    with StubProvider() as stub:
        stub.script(fault)
        status, _, answered = call(stub)
    assert (status, answered) == (200, content)


def test_a_connection_is_reset_before_the_answer():
    with StubProvider() as stub:
        stub.script(RESET, times=1)
        assert isinstance(call(stub), ConnectionResetError | aiohttp.ClientOSError)
        assert call(stub)[0] == 200
    assert stub.in_flight == 0


def test_a_truncated_body_ends_before_its_announced_length():
    with StubProvider() as stub:
        stub.script(TRUNCATED, times=1)
        assert isinstance(call(stub), aiohttp.ClientPayloadError)
        assert call(stub)[0] == 200


def test_a_rule_picks_its_calls_by_their_bodies_until_it_is_spent():
    with StubProvider() as stub:
        stub.script(REFUSED, when=lambda body: body["model"] == "unlucky", times=1)
        unlucky = [asking("1", "unlucky")]
        statuses = [calls(stub, *bodies)[0][0] for bodies in ([asking("1")], unlucky, unlucky)]
    assert statuses == [200, 400, 200]


def test_a_call_that_hangs_is_answered_late_and_no_longer_in_flight_once_the_caller_hangs_up():
    with StubProvider() as stub:
        stub.script(hanging(0.3), at=0)
        stub.script(hanging(60), at=1)
        started = time.monotonic()
        assert call(stub)[0] == 200
        assert time.monotonic() - started >= 0.3
        assert isinstance(call(stub, timeout=0.2), TimeoutError)
        deadline = time.monotonic() + 5
        while stub.in_flight and time.monotonic() < deadline:
            time.sleep(0.01)
        assert stub.in_flight == 0


def test_a_request_that_is_no_chat_completion_is_refused():
    with StubProvider() as stub:
        assert [status for status, _, _ in calls(stub, {"model": "m"}, [1], "text")] == [400, 400, 400]


def test_leaving_it_drops_hanging_calls_and_leaves_no_thread_and_no_listener():
    others = set(threading.enumerate())
    with StubProvider() as stub:
        stub.script(hanging(60))
        caller = threading.Thread(target=call, args=(stub,))
        caller.start()
        while not stub.in_flight:
            time.sleep(0.01)
        left = time.monotonic()
    assert time.monotonic() - left < 5
    caller.join()
    assert set(threading.enumerate()) <= others
    assert isinstance(call(stub), aiohttp.ClientConnectorError)


def test_a_taken_port_is_an_error_and_not_a_hang():
    with StubProvider() as stub, pytest.raises(OSError, match="address already in use"), StubProvider(port=stub.port):
        pass


def test_as_a_process_it_prints_its_address_counts_calls_and_ends_on_sigterm():
    command = [sys.executable, "-m", "tests.support.stub_provider", "--port", "0", "--latency", "0.01"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, env=os.environ) as process:
        base_url = process.stdout.readline().strip()
        assert asyncio.run(two_calls_and_the_counts(base_url)) == {"calls": 2, "in_flight": 0, "peak_in_flight": 1}
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=10) == 0


async def two_calls_and_the_counts(base_url):
    async with aiohttp.ClientSession() as session:
        for _ in range(2):
            await post(session, base_url, asking("1"))
        async with session.get(f"{base_url}/counts") as response:
            return await response.json()
