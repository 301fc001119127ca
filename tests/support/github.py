"""A stand-in of GitHub's API on 127.0.0.1: the comments and statuses of one repository."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.support.serving import served

REPOSITORY, TOKEN = "acme/bot", "a-token"


class GitHubStandIn:
    """What the repository holds. `refusals` are answered one after another before anything else is done."""

    def __init__(self) -> None:
        self.comments: list[dict[str, Any]] = []
        self.statuses: list[tuple[str, dict[str, Any]]] = []
        self.refusals: list[tuple[int, dict[str, str], str]] = []
        self.refused_paths: dict[str, int] = {}
        self.asked: list[tuple[str, str]] = []
        self.url = ""

    def answer(self, method: str, target: str, token: str, body: Any) -> tuple[int, dict[str, str], Any]:
        """Status, headers and body of the answer."""
        split = urlsplit(target)
        path = split.path.removeprefix(f"/repos/{REPOSITORY}")
        self.asked.append((method, path))
        if token != f"Bearer {TOKEN}":
            return 401, {}, {"message": "Bad credentials"}
        if self.refusals:
            status, headers, text = self.refusals.pop(0)
            return status, headers, {"message": text}
        for start, status in self.refused_paths.items():
            if path.startswith(start) and method != "GET":
                return status, {}, {"message": "Resource not accessible by integration"}
        return self.done(method, path, parse_qs(split.query), body)

    def done(self, method: str, path: str, query: dict[str, list[str]], body: Any) -> tuple[int, dict[str, str], Any]:
        """What is asked for."""
        if method == "GET" and path == "/issues/7/comments":
            size, page = int(query["per_page"][0]), int(query["page"][0])
            return 200, {}, self.comments[(page - 1) * size : page * size]
        if method == "POST" and path == "/issues/7/comments":
            self.comments.append({"id": len(self.comments) + 1, "body": body["body"], "user": {"type": "Bot"}})
            return 201, {}, self.comments[-1]
        if method == "PATCH" and path.startswith("/issues/comments/"):
            found = next(one for one in self.comments if one["id"] == int(path.rpartition("/")[2]))
            found["body"] = body["body"]
            return 200, {}, found
        if method == "POST" and path.startswith("/statuses/"):
            self.statuses.append((path.rpartition("/")[2], body))
            return 201, {}, body
        return 404, {}, {"message": "Not Found"}


@contextmanager
def github() -> Iterator[GitHubStandIn]:
    """The stand-in, listening until the body is through."""
    stand_in = GitHubStandIn()

    class Handler(BaseHTTPRequestHandler):
        def respond(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length)) if length else None
            status, headers, answer = stand_in.answer(
                self.command, self.path, self.headers.get("Authorization", ""), body
            )
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(json.dumps(answer).encode())

        do_GET = do_POST = do_PATCH = respond  # noqa: N815

        def log_message(self, *_: Any) -> None:
            """Says nothing."""

    with served(Handler) as port:
        stand_in.url = f"http://127.0.0.1:{port}"
        yield stand_in
