"""How this dialect refuses, and the resolver of its functions."""

from collections.abc import Iterable
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response
from pydantic import BaseModel

from assay.dialects import http
from assay.dialects.braintrust import errors
from assay.dialects.http import Known, OpenPorts, Route, answer
from assay.domain.complaints import brief
from assay.domain.errors import AssayError

FOUND_EXISTING = {"x-bt-found-existing": "true"}


def refusal(status: int, sentence: str, call: str) -> Response[str]:
    """An error's answer: a sentence, and by what the request is found in the logs."""
    return Response(status_code=status, content_type="text/plain", body=f"{brief(sentence)} [request_id={call}]")


class BraintrustManners:
    """Implements http.Manners (contracts/braintrust.md §8.3)."""

    def refused(self, error: AssayError, call: str) -> Response[str] | None:
        status = errors.status(error)
        return refusal(status, errors.sentence(error), call) if status else None

    def broken(self, call: str) -> Response[str]:
        return refusal(500, "Something went wrong on our side.", call)

    def unknown(self, event: Any, methods: list[str]) -> Response[str]:
        call = event.request_context.request_id
        if methods and event.http_method not in methods:
            return refusal(405, f"{event.http_method} is not possible here, only {', '.join(methods)}.", call)
        return refusal(404, f"There is nothing at {event.http_method} {event.path}.", call)


def create_app(routes: Iterable[Route], ports: OpenPorts, known: Known = tuple) -> APIGatewayRestResolver:
    """The resolver of a function for routes of this dialect."""
    return http.create_app(routes, ports, BraintrustManners(), known)


def kept(value: BaseModel, *, was_there: bool) -> Response[str]:
    """The answer to a creation; a header says so where the thing was there before and is as it was."""
    return answer(value, headers=FOUND_EXISTING if was_there else None)


def writing(ports: Any) -> dict[str, Any]:
    """The ports that making something needs; whatever is made in this dialect has a UUID for an id."""
    return {"resources": ports.resources, "clock": ports.clock, "new_id": lambda _: str(ports.new_uuid())}


def made(ports: Any) -> dict[str, Any]:
    """An id and the dates of something new."""
    now = ports.clock.now()
    return {"id": str(ports.new_uuid()), "created_at": now, "updated_at": now}
