"""The gateway of tests/support/api_gateway on a port of 127.0.0.1, for programs that know no other way to an API."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from typing import Any

from tests.support.api_gateway import Answer, Api
from tests.support.entry_points import Lambda
from tests.support.serving import served

Rule = Callable[[str, str], Answer | None]
"""What is answered to a method and a path in place of the API; None lets it answer."""
NOTHING = Answer(404, {"detail": "There is nothing here."}, {"Content-Type": "application/json"})
STAGE = "/prod"
LOCAL_CLOUD = "/_aws/execute-api/api"
"""What stands before the stage in links of a stack without a domain."""


class Loopback:
    """A stack's API. `asked` are the requests that came, by method and path; `rules` may answer in its place."""

    def __init__(self, functions: Lambda) -> None:
        self.functions = functions
        self.rules: list[Rule] = []
        self.asked: list[tuple[str, str]] = []
        self.url = ""

    def answer(self, method: str, target: str, headers: dict[str, str], body: str | None) -> Answer:
        """The answer to a request."""
        target = target.removeprefix(LOCAL_CLOUD).removeprefix(STAGE)
        self.asked.append((method, target.partition("?")[0]))
        for rule in self.rules:
            if answer := rule(method, target):
                return answer
        root = "/" + target.split("/", 2)[1]
        try:
            return Api(self.functions, headers, root).send(method, target.removeprefix(root), body)
        except StopIteration:
            return NOTHING

    def count(self, method: str, path: str) -> int:
        """How often something was asked for."""
        return self.asked.count((method, path))


def handler_of(loopback: Loopback) -> type[BaseHTTPRequestHandler]:
    """What reads requests off the wire and writes answers to it."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def respond(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            sent = self.rfile.read(length).decode() if length else None
            answer = loopback.answer(self.command, self.path, dict(self.headers.items()), sent)
            written = wire(answer)
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                if name.lower() != "content-length":
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(written.encode())))
            self.end_headers()
            self.wfile.write(written.encode())

        do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = respond  # noqa: N815

        def log_message(self, *_: Any) -> None:
            """Says nothing."""

    return Handler


def wire(answer: Answer) -> str:
    """An answer's body as it is sent: a text as it is, JSON as JSON, and nothing where nothing is to be sent."""
    if answer.status == HTTPStatus.NO_CONTENT:
        return ""
    is_json = answer.headers.get("Content-Type") == "application/json" or not isinstance(answer.body, str)
    return json.dumps(answer.body) if is_json else str(answer.body)


@contextmanager
def listening(functions: Lambda) -> Iterator[Loopback]:
    """A stack's API, listening until the body is through."""
    loopback = Loopback(functions)
    with served(handler_of(loopback)) as port:
        loopback.url = f"http://127.0.0.1:{port}{STAGE}"
        yield loopback
