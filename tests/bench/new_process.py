"""What Lambda does with a new process: it imports a function and hands it one event. Says what that took of the processor.

A program of its own, which imports nothing of ours but the function. What boto3 takes, for clients and for calls, is not
counted: Lambda's image brings it along. Calls of AWS go to the port of the first argument (tests/bench/cold_start.py).
What httpx has for a command line, and imports where it finds click, is in no layer, and so not found here.
"""

import io
import json
import pickle
import sys
import time
from collections.abc import Callable
from http.client import HTTPConnection
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import boto3
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.client import BaseClient

IN_BOTO3: list[float] = []


class Body(io.BytesIO):
    """The body of an HTTP answer, as botocore reads it."""

    def stream(self, *_: Any, **__: Any) -> Any:
        yield self.read()


def forward(request: AWSPreparedRequest, port: int) -> AWSResponse:
    """What stands in for AWS answers."""
    body = request.body.read() if hasattr(request.body, "read") else request.body
    connection = HTTPConnection("127.0.0.1", port)
    connection.request("POST", "/", pickle.dumps((request.method, request.url, dict(request.headers), body)))
    status, headers, answer = pickle.loads(connection.getresponse().read())  # noqa: S301 (of the process above)
    return AWSResponse(request.url, status, headers, Body(answer))


def apart(call: Callable[..., Any]) -> Callable[..., Any]:
    """The same call, whose processor time is noted apart."""

    def timed(*arguments: Any, **named: Any) -> Any:
        begun = time.thread_time()
        try:
            return call(*arguments, **named)
        finally:
            IN_BOTO3.append(time.thread_time() - begun)

    return timed


def main(port: int, folder: str, seconds: float) -> None:
    """Answers the event on standard input; the last line says what, after how many milliseconds, and whether over HTTP."""
    event = json.load(sys.stdin)
    boto3.setup_default_session()
    boto3.DEFAULT_SESSION.events.register("before-send", lambda request, **_: forward(request, port))
    boto3.client("s3")
    boto3.client = apart(boto3.client)
    BaseClient._make_api_call = apart(BaseClient._make_api_call)
    context = SimpleNamespace(
        function_name="a-function",
        memory_limit_in_mb=1024,
        invoked_function_arn="arn",
        aws_request_id="an-id",
        get_remaining_time_in_millis=lambda: int(1000 * seconds),
    )
    sys.path.insert(0, folder)
    sys.modules["click"] = None
    begun = time.process_time()
    answer = import_module("app").handler(event, context)
    taken = time.process_time() - begun - sum(IN_BOTO3)
    sys.stdout.write("\n" + json.dumps([answer, 1000 * taken, "aiohttp" in sys.modules]))


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], float(sys.argv[3]))
