"""What is asked of the API, and what is made of its answers, whoever carries them: no network is known here.

A question is a generator: it yields requests and pauses, is sent the answers, and returns what was asked for.
"""

import json
import re
from collections.abc import Generator, Mapping
from typing import Any, NamedTuple, TypeVar

from assay.client.errors import NotReached, Refused

ATTEMPTS = 3
"""Of a request that may be made again, where the way to the API fails, or the API for now."""
PAUSE = 1.0
"""Seconds before another attempt."""
PASSING = frozenset({429, 502, 503, 504})
"""What is answered by who may do better in a moment."""
SHOWN = 1000
"""Characters of an answer that its error shows."""
SENTENCES = ("error", "detail", "message", "Message")
"""Where an error has its sentence: in one dialect, in the other, and in what AWS says by itself."""
REQUEST_IDS = ("x-amzn-requestid", "x-amz-apigw-id")
SAID_ID = re.compile(r" ?\[request_id=([^\]\s]+)\]$")
"""At the end of a sentence: the id by which our own logs know the request, whatever the gateway's headers say."""


class Request(NamedTuple):
    """One HTTP request; `attempts` is how often it may be made."""

    method: str
    path: str
    attempts: int = 1
    body: object = None
    query: Mapping[str, str | int | bool] = {}
    headers: Mapping[str, str] = {}


class Pause(NamedTuple):
    """Nothing is done for so many seconds."""

    seconds: float


class Answer(NamedTuple):
    """What came back: a status and a text, or, where nothing did, why not."""

    status: int = 0
    text: str = ""
    headers: Mapping[str, str] = {}
    unreached: str | None = None

    @property
    def may_pass(self) -> bool:
        """Whether the same request may do better in a moment."""
        return self.unreached is not None or self.status in PASSING

    @property
    def request_id(self) -> str | None:
        """By what the API's logs know the request."""
        if said := SAID_ID.search(self.text):
            return said[1]
        return next((self.headers[name] for name in REQUEST_IDS if name in self.headers), None)

    def sentence(self) -> str:
        """What an error says of itself, but for the request's id."""
        try:
            body = json.loads(self.text)
        except ValueError:
            return SAID_ID.sub("", self.text)[:SHOWN]
        fields = body if isinstance(body, dict) else {}
        said = next((fields[name] for name in SENTENCES if name in fields), None)
        return said if isinstance(said, str) else self.text[:SHOWN]


T = TypeVar("T")
Asking = Generator[Request | Pause, Any, T]


def asked(request: Request) -> Asking[Any]:
    """The JSON of the answer, None of an empty one. Raises NotReached after so many attempts, Refused from 400 on."""
    answer: Answer = yield request
    for _ in range(request.attempts - 1):
        if not answer.may_pass:
            break
        yield Pause(PAUSE)
        answer = yield request
    if answer.unreached is not None:
        raise NotReached(answer.unreached)
    if answer.status >= 400:  # noqa: PLR2004
        what = f"{request.method} {request.path}"
        raise Refused(what, answer.status, answer.sentence(), answer.request_id)
    return json.loads(answer.text) if answer.text else None


def get(path: str, **query: str | int | bool) -> Asking[Any]:
    """What is at `path`. Raises CallFailed."""
    return asked(Request("GET", path, ATTEMPTS, query=query))


def post(
    path: str, body: object, *, headers: Mapping[str, str] | None = None, is_repeatable: bool = False
) -> Asking[Any]:
    """What `path` makes of `body`, asked for once unless asking twice comes to the same. Raises CallFailed."""
    return asked(Request("POST", path, ATTEMPTS if is_repeatable else 1, body, headers=headers or {}))


def delete(path: str) -> Asking[Any]:
    """Removes what is at `path`. Raises CallFailed."""
    return asked(Request("DELETE", path))


def patch(path: str, body: object) -> Asking[Any]:
    """What `path` becomes by `body`. Raises CallFailed."""
    return asked(Request("PATCH", path, body=body))
