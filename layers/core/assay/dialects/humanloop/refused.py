"""Calls that old clients may still make and that are refused, with a sentence that says why."""

from typing import Any

from aws_lambda_powertools.event_handler import Response

from assay.dialects.http import Call, Handler, Route
from assay.dialects.humanloop.http import refusal


def refusing(status: int, detail: str) -> Handler:
    """A handler that always refuses."""

    def refuse(call: Call, ports: Any, **_: str) -> Response[str]:  # noqa: ARG001
        return refusal(status, {"detail": detail})

    return refuse


withdrawn = refusing(410, "This call was withdrawn by the service before it closed, and is not offered here.")

ROUTES = (
    Route("PATCH", "/v4/datapoints/{id}", withdrawn),
    Route("DELETE", "/v4/datapoints", withdrawn),
    Route("PATCH", "/v4/projects/{id}/feedback-types", withdrawn),
)
