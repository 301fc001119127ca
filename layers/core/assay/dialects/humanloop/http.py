"""The frame around every route: who calls, what they sent, and errors in the dialect's own shape."""

import json
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple, TypeVar

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response
from pydantic import BaseModel, ValidationError

from assay.dialects.humanloop import errors
from assay.dialects.humanloop.bodies import TooLarge, checked
from assay.domain.errors import AssayError, Forbidden
from assay.domain.keys import Principal
from assay.domain.value import JsonValue

M = TypeVar("M", bound=BaseModel)
V = TypeVar("V")

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})

logger = Logger(child=True)


class Call(NamedTuple):
    """One request: who makes it, and what it carries."""

    principal: Principal
    event: Any

    @property
    def organisation(self) -> str:
        return self.principal.organisation

    def body(self, model: type[M]) -> M:
        """The body as `model`. Raises Unprocessable where it is none, and what bodies.checked raises."""
        checked(self.text)
        return parsed("body", lambda: model.model_validate_json(self.text))

    def query(self, model: type[M]) -> M:
        """The query as `model`; a repeated parameter is a list where the model has one, else its last value counts."""
        given: dict[str, list[str]] = self.event.raw_event.get("multiValueQueryStringParameters") or {}
        lists = {name for name, field in model.model_fields.items() if "tuple" in str(field.annotation)}
        values = {name: tuple(given[name]) if name in lists else given[name][-1] for name in given}
        return parsed("query", lambda: model.model_validate(values))

    @property
    def json(self) -> JsonValue:
        """The body, parsed. Raises what bodies.checked raises."""
        return checked(self.text)

    @property
    def text(self) -> str:
        """The body as it came; none is empty."""
        return str(self.event.decoded_body or "")


class Unprocessable(AssayError):
    """What was sent breaks rules of its model. `body` says which."""

    def __init__(self, body: dict[str, JsonValue]) -> None:
        super().__init__("The request breaks the rules of its model.")
        self.body = body


Handler = Callable[..., Response[str]]


class Route(NamedTuple):
    """A method and path with what answers it; `handler` gets the call, the ports and the path's parameters."""

    method: str
    path: str
    handler: Handler


def parsed(origin: str, parse: Callable[[], V]) -> V:
    """The parsed model, with pydantic's complaint as a 422."""
    try:
        return parse()
    except ValidationError as error:
        raise Unprocessable(errors.validation_body(error, origin)) from error


def answer(value: BaseModel | Iterable[BaseModel] | None, status: int = 200) -> Response[str]:
    """A JSON answer."""
    if isinstance(value, BaseModel):
        text = value.model_dump_json(by_alias=True)
    elif value is None:
        text = "null"
    else:
        text = "[" + ",".join(one.model_dump_json(by_alias=True) for one in value) + "]"
    return Response(status_code=status, content_type="application/json", body=text)


def nothing() -> Response[str]:
    """A success without a body."""
    return Response(status_code=204, content_type="application/json", body="")


def refusal(status: int, body: dict[str, JsonValue]) -> Response[str]:
    """An error's answer."""
    return Response(status_code=status, content_type="application/json", body=json.dumps(body))


def writing(ports: Any) -> dict[str, Any]:
    """The ports that making something needs."""
    return {"resources": ports.resources, "clock": ports.clock, "new_id": ports.new_id}


def create_app(
    routes: Iterable[Route], ports: Callable[[], Any], known: Iterable[Route] = ()
) -> APIGatewayRestResolver:
    """The resolver of a function: its routes, and every error in shape. `known` are routes that others answer."""
    app = APIGatewayRestResolver()
    table = list(routes)
    for route in table:
        app.route(route.path.replace("{", "<").replace("}", ">"), method=route.method)(bound(app, route, ports))
    answer_errors(app)
    answer_unknown(app, [*table, *known])
    return app


def bound(app: APIGatewayRestResolver, route: Route, ports: Callable[[], Any]) -> Callable[..., Response[str]]:
    """The route's handler as the resolver calls it: with the path's parameters alone."""

    def handle(**parameters: str) -> Response[str]:
        return route.handler(call(app), ports(), **parameters)

    return handle


def call(app: APIGatewayRestResolver) -> Call:
    """The present request. Raises Forbidden where the key may only read and this is more."""
    context = app.current_event.raw_event["requestContext"]["authorizer"]
    principal = Principal(organisation=context["organisation"], key_id=context["key_id"], scope=context["scope"])
    if principal.scope == "read" and app.current_event.http_method not in SAFE:
        raise Forbidden("This API key may only read.")
    return Call(principal, app.current_event)


def answer_errors(app: APIGatewayRestResolver) -> None:
    """Teaches the resolver how errors are said."""

    def expected(error: AssayError) -> Response[str]:
        status = errors.status(error)
        return refusal(status, errors.body(error)) if status < 500 else unexpected(error)  # noqa: PLR2004

    def unexpected(error: Exception) -> Response[str]:
        logger.error("unexpected error", exc_info=error)
        request = app.current_event.request_context.request_id
        return refusal(500, {"detail": f"Something went wrong on our side. Request id: {request}."})

    app.exception_handler(AssayError)(expected)
    app.exception_handler(TooLarge)(lambda error: refusal(413, {"detail": str(error)}))
    app.exception_handler(Unprocessable)(lambda error: refusal(422, error.body))
    app.exception_handler(Exception)(unexpected)


def answer_unknown(app: APIGatewayRestResolver, routes: list[Route]) -> None:
    """Teaches the resolver what to say to a path or a method that does not exist."""

    def unknown(_: Exception) -> Response[str]:
        event = app.current_event
        methods = sorted({route.method for route in routes if same_path(route.path, event.path)})
        if methods and event.http_method not in methods:
            detail = f"{event.http_method} is not possible here, only {', '.join(methods)}."
            return refusal(405, {"detail": detail})
        return refusal(404, {"detail": f"There is nothing at {event.http_method} {event.path}."})

    app.not_found(unknown)


def same_path(pattern: str, path: str) -> bool:
    """Whether `path` has the form of `pattern`, in which {…} stands for any one segment."""
    wanted, given = pattern.strip("/").split("/"), path.strip("/").split("/")
    return len(wanted) == len(given) and all(w.startswith("{") or w == g for w, g in zip(wanted, given, strict=True))
