"""The functions' real entry points, called in this process as Lambda calls them: JSON in, JSON out."""

import atexit
import io
import json
import re
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import boto3
from botocore.awsrequest import AWSPreparedRequest, AWSResponse

from tests.support.node_function import NodeFunction

FUNCTIONS = Path(__file__).parents[2] / "functions"
ATTEMPTS = 3
"""How often Lambda tries what it was told to do by itself, as the template has it."""


class FarContext:
    """Lambda's context, of an invocation that has plenty of time."""

    function_name = "a-function"
    memory_limit_in_mb = 1024
    invoked_function_arn = "arn:aws:lambda:us-east-1:123456789012:function:a-function"
    aws_request_id = "00000000-0000-0000-0000-000000000000"

    def __init__(self, seconds: float = 900) -> None:
        self.seconds = seconds

    def get_remaining_time_in_millis(self) -> int:
        return int(self.seconds * 1000)


class Untraced(SourceFileLoader):
    """Leaves no bytecode beside what it loads: `assay up` packs that folder, maybe at this moment."""

    def set_data(self, *_: Any, **__: Any) -> None:
        """Keeps nothing."""


@cache
def handler(folder: str) -> Callable[[dict[str, Any], Any], Any]:
    """The handler of a folder of functions/; all their modules are called `app`, so each is loaded by its path."""
    name, path = f"functions_{folder}", FUNCTIONS / folder / "app.py"
    spec = spec_from_file_location(name, path, loader=Untraced(name, str(path)))
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    loaded: Callable[[dict[str, Any], Any], Any] = module.handler
    return loaded


NODE: dict[str, NodeFunction] = {}


def node_function(folder: str) -> NodeFunction:
    """The function of a folder that holds JavaScript; it stays warm as long as this process, and starts anew if it died."""
    if folder not in NODE or NODE[folder].process.poll() is not None:
        NODE[folder] = NodeFunction(FUNCTIONS / folder / "app.mjs")
        atexit.register(NODE[folder].ended)
    return NODE[folder]


def invoked(folder: str, event: dict[str, Any], context: Any = None) -> Any:
    """What the function answers, through JSON both ways. What it raises is raised."""
    if (FUNCTIONS / folder / "app.mjs").exists():
        return node_function(folder).invoked(event)
    answer = handler(folder)(json.loads(json.dumps(event)), context or FarContext())
    return json.loads(json.dumps(answer))


class Dead(BaseException):
    """The process that ran the function is gone, and with it its answer."""


class Body(io.BytesIO):
    """The body of an HTTP answer, as botocore reads it."""

    def stream(self, *_: Any, **__: Any) -> Any:
        yield self.read()


class Lambda:
    """The service: whoever invokes a function of the stack, it is run here and now, in this process.

    `rules` get the folder and the event of each call before the function does; what they raise is the call's end.
    `calls` are the folders of the functions that were called, in order. An asynchronous call waits until the function
    that made it is through, and is `lost` to the queue of what failed once it was tried often enough.
    """

    def __init__(self) -> None:
        self.rules: list[Callable[[str, dict[str, Any]], None]] = []
        self.calls: list[str] = []
        self.lost: list[tuple[str, dict[str, Any]]] = []
        self.waiting: deque[tuple[str, dict[str, Any]]] = deque()

    def answer_in(self, session: boto3.Session) -> None:
        """Answers every Invoke of clients that the session makes from now on."""
        session.events.register("before-send.lambda.Invoke", self.answer)

    def answer(self, request: AWSPreparedRequest, **_: Any) -> AWSResponse:
        """Lambda's HTTP answer to an Invoke."""
        name = unquote(str(re.search(r"functions/([^/]+)/invocations", str(request.url))[1])).rpartition(":")[2]
        folder, event = folder_of(name), json.loads(request.body or b"{}")
        if text(request.headers.get("X-Amz-Invocation-Type", "")) == "Event":
            self.waiting.append((folder, event))
            return AWSResponse(request.url, 202, {}, Body())
        try:
            answer, headers = self.called(folder, event), {}
        except (Exception, Dead) as error:  # noqa: BLE001
            answer, headers = described(error), {"X-Amz-Function-Error": "Unhandled"}
        return AWSResponse(request.url, 200, headers, Body(json.dumps(answer).encode()))

    def called(self, folder: str, event: dict[str, Any], context: Any = None) -> Any:
        """The function's own answer; what it raises is raised."""
        self.calls.append(folder)
        try:
            for rule in self.rules:
                rule(folder, event)
            return self.run(folder, event, context)
        finally:
            while self.waiting:
                self.tried(*self.waiting.popleft())

    def run(self, folder: str, event: dict[str, Any], context: Any) -> Any:
        """The function's own answer; what it raises is raised."""
        return invoked(folder, event, context)

    def tried(self, folder: str, event: dict[str, Any]) -> None:
        """Calls the function until it does not fail, but no more often than Lambda does."""
        for _ in range(ATTEMPTS):
            with suppress(Exception, Dead):
                self.called(folder, event)
                return
        self.lost.append((folder, event))


def text(header: str | bytes) -> str:
    """A header's value as text."""
    return header.decode() if isinstance(header, bytes) else header


def described(error: BaseException) -> dict[str, str]:
    """An error as Lambda's runtime writes it down."""
    if isinstance(error, Dead):
        return {"errorType": "Runtime.ExitError", "errorMessage": "RequestId: 0 Error: Runtime exited"}
    return {"errorType": type(error).__name__, "errorMessage": str(error)}


def folder_of(resource: str) -> str:
    """The folder that a function resource is made of: `RunPythonFunction` -> `run_python`."""
    return "_".join(re.findall("[A-Z][a-z]+", resource.removesuffix("Function"))).lower()
