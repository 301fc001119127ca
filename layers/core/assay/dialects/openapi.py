"""A dialect as an OpenAPI document, made from its routes and models."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, NamedTuple

from pydantic import BaseModel, TypeAdapter

from assay.dialects.http import JSON, Route

EVENTS = "text/event-stream"
EVENT = {
    "type": "object",
    "properties": {"event": {"type": "string"}, "data": {"type": "string"}},
    "required": ["event", "data"],
}
"""One of the events of a stream."""
SCHEMAS = "#/components/schemas/"
DETAIL = {"schema": {"type": "object", "properties": {"detail": {"type": "string"}}, "required": ["detail"]}}
"""How the gateway itself refuses, in every dialect: by the key, by the pace, by the size."""
UNKNOWN = {"description": "The key is missing or not valid.", "content": {JSON: DETAIL}}
BARRED = {"description": "The key is good, and not for this.", "content": {JSON: DETAIL}}


class Shape(NamedTuple):
    """What a route takes and gives. `gives` None is no body; Any is any JSON.

    `headers` are those that say more about a request; `events` says that it may be answered by events; `also` has what
    else it may be answered with, by status: a sentence and the type of its JSON, None where there is none.
    """

    gives: Any = Any
    takes: Any = None
    query: type[BaseModel] | None = None
    status: int = 200
    headers: tuple[str, ...] = ()
    events: bool = False
    also: tuple[tuple[int, str, Any], ...] = ()

    @property
    def given(self) -> list[Any]:
        """Every type of JSON that it may be answered with."""
        return [self.gives, *(kind for _, _, kind in self.also)]


class Dialect(NamedTuple):
    """What is said of a dialect: its title and version, the `root` of its routes, how it refuses and takes keys.

    `shapes` are by method and path; a route without one takes nothing and gives any JSON, or always refuses.
    """

    title: str
    version: str
    root: str
    shapes: Mapping[tuple[str, str], Shape]
    refusal: Any
    refusal_type: str
    key_name: str
    key: Mapping[str, str]


def document(dialect: Dialect, routes: Sequence[Route]) -> dict[str, Any]:
    """The OpenAPI document of the routes."""
    shapes = dialect.shapes
    schemas = Schemas(dialect.refusal, (shape for route in routes if (shape := shapes.get(route[:2]))))
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        path = route.path.removeprefix(dialect.root)
        described = operation(dialect, route, shapes.get(route[:2], Shape()), schemas)
        paths.setdefault(path, {})[route.method.lower()] = described
    return {
        "openapi": "3.1.0",
        "info": {"title": dialect.title, "version": dialect.version},
        "servers": [{"url": dialect.root or "/"}],
        "security": [{dialect.key_name: []}],
        "paths": paths,
        "components": {"schemas": schemas.definitions, "securitySchemes": {dialect.key_name: dict(dialect.key)}},
    }


def text(document: Mapping[str, Any]) -> str:
    """A document as JSON that people can read."""
    return json.dumps(document, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


class Schemas:
    """The JSON schemas of everything that the shapes take and give; a model that stands in several is said once."""

    def __init__(self, refusal: Any, shapes: Iterable[Shape]) -> None:
        wanted: dict[tuple[str, str], tuple[str, Literal["validation", "serialization"], TypeAdapter[Any]]] = {}
        for shape in (*shapes, Shape(gives=refusal)):
            for kind in shape.given:
                wanted[repr(kind), "out"] = (repr(kind), "serialization", TypeAdapter(kind))
            wanted[repr(shape.takes), "in"] = (repr(shape.takes), "validation", TypeAdapter(shape.takes))
        found, rest = TypeAdapter.json_schemas(wanted.values(), ref_template=SCHEMAS + "{model}")
        self.found = {(name, mode): schema for (name, mode), schema in found.items()}
        self.definitions: dict[str, Any] = rest.get("$defs", {})

    def of(self, kind: Any, mode: Literal["validation", "serialization"]) -> dict[str, Any]:
        """A type's schema; that of any JSON where nothing is known of it."""
        return self.found.get((repr(kind), mode), {})


def operation(dialect: Dialect, route: Route, shape: Shape, schemas: Schemas) -> dict[str, Any]:
    """One route."""
    path = route.path.removeprefix(dialect.root)
    said_of = (route.handler.__doc__ or "").partition("\n")[0]
    described: dict[str, Any] = {
        "operationId": f"{route.method.lower()}{re.sub(r'[^a-z]+', '_', path)}".rstrip("_"),
        "summary": said_of,
        "parameters": parameters(route.path, shape),
        "responses": responses(dialect, shape, schemas),
    }
    if shape.takes is not None:
        content = {JSON: {"schema": schemas.of(shape.takes, "validation")}}
        described["requestBody"] = {"required": True, "content": content}
    return described


def responses(dialect: Dialect, shape: Shape, schemas: Schemas) -> dict[str, Any]:
    """Everything that a route may be answered with, by status."""
    success = response("Success.", shape.gives, schemas)
    if shape.events:
        success["content"][EVENTS] = {"schema": EVENT}
    why = {"schema": schemas.of(dialect.refusal, "serialization")}
    content = {JSON: DETAIL, dialect.refusal_type: why}
    refused = {"description": "Refused; by the gateway itself in JSON.", "content": content}
    others = {str(status): response(said, kind, schemas) for status, said, kind in shape.also}
    for status, other in others.items():
        if status.startswith("4"):
            other.setdefault("content", {}).setdefault(dialect.refusal_type, why)
    return {str(shape.status): success, **others, "401": UNKNOWN, "403": BARRED, "4XX": refused}


def response(said: str, kind: Any, schemas: Schemas) -> dict[str, Any]:
    """One answer: what it means, and its JSON if it has any."""
    body = {} if kind is None else {"content": {JSON: {"schema": schemas.of(kind, "serialization")}}}
    return {"description": said, **body}


def parameters(path: str, shape: Shape) -> list[dict[str, Any]]:
    """The parameters in the path, then those of the query, then headers."""
    in_path = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in re.findall(r"\{(\w+)\}", path)
    ]
    given = shape.query.model_json_schema() if shape.query else {}
    required = given.get("required", [])
    in_query = [
        {"name": name, "in": "query", "required": name in required, "schema": schema}
        for name, schema in given.get("properties", {}).items()
    ]
    text = {"type": "string"}
    return (
        in_path + in_query + [{"name": one, "in": "header", "required": False, "schema": text} for one in shape.headers]
    )
