"""The gateway of tests/support/api_gateway as a WSGI application, for tools that speak WSGI (PEP 3333)."""

import json
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any

from tests.support.api_gateway import Answer, Api

GATEWAYS_OWN = Answer(404, {"detail": "There is nothing here."}, {"Content-Type": "application/json"})
"""What the gateway says by itself to a path that no route has, such as one with an empty segment."""
IN_A_SENTENCE = Answer(404, "There is nothing here.", {"Content-Type": "text/plain"})
"""The same in the words of the dialect that refuses by sentences."""


class Gateway:
    """One caller's API, under the path that it has in the world."""

    def __init__(self, api: Api, nothing: Answer = GATEWAYS_OWN) -> None:
        self.api, self.nothing = api, nothing

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        answer = self.answer(environ)
        is_text = answer.status == HTTPStatus.NO_CONTENT or answer.headers["Content-Type"].startswith("text/")
        text = (answer.body or "") if is_text else json.dumps(answer.body)
        start_response(f"{answer.status} {HTTPStatus(answer.status).phrase}", list(answer.headers.items()))
        return [text.encode()]

    def answer(self, environ: dict[str, Any]) -> Answer:
        """What the API says to the request."""
        sent = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        target = f"{environ['REQUEST_URI'].removeprefix(self.api.root)}?{environ['QUERY_STRING']}"
        try:
            return self.api.send(environ["REQUEST_METHOD"], target, sent or None)
        except StopIteration:
            return self.nothing
