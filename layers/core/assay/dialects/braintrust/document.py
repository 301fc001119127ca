"""The dialect's OpenAPI document, which is made when somebody asks for it: that takes long, and is seldom."""

from collections.abc import Iterable
from typing import Any

from aws_lambda_powertools.event_handler import Response

from assay.dialects.http import JSON, Call, Route


def serve(call: Call, ports: Any) -> Response[str]:  # noqa: ARG001
    """GET /v1/openapi.json."""
    from assay.dialects.braintrust.openapi import text  # noqa: PLC0415

    return Response(status_code=200, content_type=JSON, body=text())


def described() -> Iterable[Route]:
    """Every route of the dialect, whichever function answers it."""
    from assay.dialects.braintrust.openapi import DESCRIBED  # noqa: PLC0415

    return DESCRIBED


ROUTES = (Route("GET", "/v1/openapi.json", serve),)
