"""Requests made from the OpenAPI document of a dialect, and what every answer must be."""

from typing import Any

import schemathesis
from schemathesis.specs.openapi import checks

CHECKS = [checks.status_code_conformance, checks.content_type_conformance, checks.response_schema_conformance]
UNPROCESSABLE = 422

# Methods that no route has are the gateway's to answer, not the document's to describe.
CONFIG = schemathesis.Config.from_dict({"phases": {"coverage": {"unexpected-methods": []}}})


def schema_of(dialect: Any) -> Any:
    """The document of a dialect's module `openapi`, as what cases are made from."""
    return schemathesis.openapi.from_dict(dialect.document(dialect.DESCRIBED), config=CONFIG)


def require_conformance(case: schemathesis.Case, answer: Any) -> None:
    """Raises AssertionError for a 5xx, an undocumented status or media type, and a shape that is not documented."""
    assert answer.status_code < 500, f"{case.as_curl_command()}: {answer.status_code} {answer.text}"
    case.validate_response(answer, checks=CHECKS)


def placed(case: schemathesis.Case, known: dict[str, Any]) -> schemathesis.Case:
    """The same request about things that there are: `known` has them by the name of a field, or of a collection."""
    return case.operation.Case(
        path_parameters={name: known[place(case, name, known)] for name in case.path_parameters or {}},
        query=asked(case, known),
        body=known_in(case.body, known),
        media_type=case.media_type,
        headers=case.headers,
    )


def asked(case: schemathesis.Case, known: dict[str, Any]) -> Any:
    """The query, in which a mere `id` is of the collection that the path starts with, too."""
    query = known_in(case.query, known)
    if isinstance(query, dict) and "id" in query:
        query["id"] = known.get(place(case, "id", known), query["id"])
    return query


def place(case: schemathesis.Case, parameter: str, known: dict[str, Any]) -> str:
    """What a path's parameter is called in `known`: a mere `id` is of the collection that the path starts with."""
    return parameter if parameter in known else str(case.operation.path).split("/")[1]


def known_in(value: Any, known: dict[str, Any]) -> Any:
    """A part of a request, in which whatever names a thing names one that there is."""
    if not isinstance(value, dict):
        return value
    return {name: known[name] if name in known else known_in(one, known) for name, one in value.items()}
