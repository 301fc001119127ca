"""How this dialect refuses, and the resolver of its functions."""

import json
from collections.abc import Iterable
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response

from assay.dialects import http
from assay.dialects.bodies import TooLarge
from assay.dialects.http import JSON, Known, OpenPorts, Route, Unprocessable
from assay.dialects.humanloop import errors
from assay.domain.complaints import brief
from assay.domain.errors import AssayError
from assay.domain.value import JsonValue


def refusal(status: int, body: dict[str, JsonValue]) -> Response[str]:
    """An error's answer."""
    return Response(status_code=status, content_type=JSON, body=json.dumps(body))


class HumanloopManners:
    """Implements http.Manners (contracts/humanloop-v4.md §1.2)."""

    def refused(self, error: AssayError, call: str) -> Response[str] | None:  # noqa: ARG002
        if isinstance(error, TooLarge):
            return refusal(413, {"detail": str(error)})
        if isinstance(error, Unprocessable):
            return refusal(422, errors.validation_body(error.found, error.origin))
        status = errors.status(error)
        return refusal(status, errors.body(error)) if status < 500 else None  # noqa: PLR2004

    def broken(self, call: str) -> Response[str]:
        return refusal(500, {"detail": f"Something went wrong on our side. Request id: {call}."})

    def unknown(self, event: Any, methods: list[str]) -> Response[str]:
        if methods and event.http_method not in methods:
            detail = f"{event.http_method} is not possible here, only {', '.join(methods)}."
            return refusal(405, {"detail": detail})
        return refusal(404, {"detail": brief(f"There is nothing at {event.http_method} {event.path}.")})


def create_app(routes: Iterable[Route], ports: OpenPorts, known: Known = tuple) -> APIGatewayRestResolver:
    """The resolver of a function for routes of this dialect."""
    return http.create_app(routes, ports, HumanloopManners(), known)
