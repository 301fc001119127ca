"""The frame around every route of every dialect: who calls, what they sent, and errors in the dialect's own shape."""

from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from typing import Any, NamedTuple, Protocol, TypeVar

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response
from pydantic import BaseModel, ValidationError

from assay.dialects.bodies import checked
from assay.dialects.preferences import preferences
from assay.domain.errors import AssayError, Forbidden, InvalidRequest, TooMuch
from assay.domain.keys import Principal
from assay.domain.value import JsonValue

M = TypeVar("M", bound=BaseModel)
V = TypeVar("V")

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
JSON = "application/json"

BARRED = '{"detail": "This API key may not do that."}'
"""What a key hears that is good, and not for this: of the gateway and in every dialect the same."""

MOST_BORNE = 6 * 1024 * 1024 - 64 * 1024
"""Lambda answers with 6 MB at most, headers included."""
SURELY_BORNE = 1024 * 1024
ESCAPED = ('"', "\\")

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

    def prefers(self, preference: str) -> bool:
        """Whether the header Prefer asks for it, however often it is sent. Raises InvalidRequest."""
        sent: dict[str, list[str]] = self.event.raw_event.get("multiValueHeaders") or {}
        return preference in preferences(one for name in sent if name.lower() == "prefer" for one in sent[name])

    @property
    def json(self) -> JsonValue:
        """The body, parsed. Raises what bodies.checked raises."""
        return checked(self.text)

    @property
    def text(self) -> str:
        """The body as it came; none is empty. Raises InvalidRequest where it is no UTF-8."""
        try:
            return str(self.event.decoded_body or "")
        except UnicodeDecodeError as error:
            raise InvalidRequest("The body is not UTF-8.", (), "value_error.jsondecode") from error


class Unprocessable(AssayError):
    """What was sent, in the body or the query as `origin` says, breaks rules of its model. `found` says which."""

    def __init__(self, found: ValidationError, origin: str) -> None:
        super().__init__("The request breaks the rules of its model.")
        self.found = found
        self.origin = origin


Handler = Callable[..., Response[str]]
OpenPorts = Callable[[str | None], Any]
"""The ports, for all that an organisation has or for one project of it."""


class Route(NamedTuple):
    """A method and path with what answers it; `handler` gets the call, the ports and the path's parameters."""

    method: str
    path: str
    handler: Handler
    reads: bool = False
    """Whether it changes nothing, whatever its method."""
    manages: bool = False
    """Whether it is about who may do what: for admins of all the organisation."""

    def admits(self, principal: Principal) -> bool:
        """Whether the key is for this."""
        if self.manages:
            return principal.scope == "admin" and principal.project_id is None
        return principal.scope != "read" or self.method in SAFE or self.reads


Known = Callable[[], Iterable[Route]]
"""Routes that are only looked at where a path has none of a function's own."""


class Manners(Protocol):
    """How a dialect says that something is not possible."""

    def refused(self, error: AssayError, call: str) -> Response[str] | None:
        """What is said to an error of the caller's; None where the fault is ours. `call` is the request's id."""

    def broken(self, call: str) -> Response[str]:
        """What is said where the fault is ours."""

    def unknown(self, event: Any, methods: list[str]) -> Response[str]:
        """What is said to a path that is not there, or has only other `methods`."""


class Resolver(Protocol):
    """Whatever answers the events of an API."""

    def resolve(self, event: dict[str, Any], context: Any) -> dict[str, Any]:
        """The answer, as API Gateway takes it."""


class ByRoot:
    """Several dialects behind one function: the first segment of the path says which one answers.

    Its module, which has `create`, is loaded when it is first asked for.
    """

    def __init__(self, modules: Mapping[str, str], ports: OpenPorts) -> None:
        self.modules, self.ports = modules, ports
        self.resolvers: dict[str, Resolver] = {}

    def resolve(self, event: dict[str, Any], context: Any) -> dict[str, Any]:
        name = self.modules["/" + event["path"].split("/")[1]]
        if name not in self.resolvers:
            self.resolvers[name] = import_module(name).create(self.ports)
        return self.resolvers[name].resolve(event, context)


def parsed(origin: str, parse: Callable[[], V]) -> V:
    """The parsed model, with pydantic's complaint as Unprocessable."""
    try:
        return parse()
    except ValidationError as error:
        raise Unprocessable(error, origin) from error


def answer(
    value: BaseModel | Iterable[BaseModel] | None, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response[str]:
    """A JSON answer. Raises TooMuch where Lambda could not bear it."""
    if isinstance(value, BaseModel):
        text = value.model_dump_json(by_alias=True)
    elif value is None:
        text = "null"
    else:
        text = "[" + ",".join(one.model_dump_json(by_alias=True) for one in value) + "]"
    if len(text) > SURELY_BORNE and weight(text) > MOST_BORNE:
        raise TooMuch(f"The answer has {weight(text)} bytes, more than can be carried: ask for less.")
    return Response(status_code=status, content_type=JSON, body=text, headers=dict(headers or {}))


def weight(text: str) -> int:
    """The bytes of an answer on its way through Lambda, where it is a string within JSON."""
    return len(text.encode()) + sum(map(text.count, ESCAPED))


def nothing() -> Response[str]:
    """A success without a body."""
    return Response(status_code=204, content_type=JSON, body="")


def writing(ports: Any) -> dict[str, Any]:
    """The ports that making something needs."""
    return {"resources": ports.resources, "clock": ports.clock, "new_id": ports.new_id}


def create_app(
    routes: Iterable[Route], ports: OpenPorts, manners: Manners, known: Known = tuple
) -> APIGatewayRestResolver:
    """The resolver of a function: its routes, and every error in shape. `known` has those that others answer."""
    app = APIGatewayRestResolver()
    table = list(routes)
    for route in table:
        app.route(route.path.replace("{", "<").replace("}", ">"), method=route.method)(bound(app, route, ports))
    answer_errors(app, manners)
    answer_unknown(app, manners, lambda: [*table, *known()])
    return app


def bound(app: APIGatewayRestResolver, route: Route, ports: OpenPorts) -> Callable[..., Response[str]]:
    """The route's handler as the resolver calls it: with the path's parameters alone."""

    def handle(**parameters: str) -> Response[str]:
        present = call(app, route)
        return route.handler(present, ports(present.principal.project_id), **parameters)

    return handle


def call(app: APIGatewayRestResolver, route: Route) -> Call:
    """The present request. Raises Forbidden where the route is not for the key."""
    context = app.current_event.raw_event["requestContext"]["authorizer"]
    principal = Principal.model_validate({name: context[name] for name in Principal.model_fields if name in context})
    if not route.admits(principal):
        raise Forbidden
    return Call(principal, app.current_event)


def answer_errors(app: APIGatewayRestResolver, manners: Manners) -> None:
    """Teaches the resolver how errors are said."""

    def expected(error: AssayError) -> Response[str]:
        if isinstance(error, Forbidden):
            return Response(status_code=403, content_type=JSON, body=BARRED)
        return manners.refused(error, request_id(app)) or unexpected(error)

    def unexpected(error: Exception) -> Response[str]:
        logger.error("unexpected error", exc_info=error)
        return manners.broken(request_id(app))

    app.exception_handler(AssayError)(expected)
    app.exception_handler(Exception)(unexpected)


def request_id(app: APIGatewayRestResolver) -> str:
    """What the present request is called in the logs."""
    return str(app.current_event.request_context.request_id)


def answer_unknown(app: APIGatewayRestResolver, manners: Manners, known: Known) -> None:
    """Teaches the resolver what to say to a path or a method that does not exist."""

    def unknown(_: Exception) -> Response[str]:
        event = app.current_event
        methods = {route.method for route in known() if same_path(route.path, event.path)}
        return manners.unknown(event, sorted(methods))

    app.not_found(unknown)


def same_path(pattern: str, path: str) -> bool:
    """Whether `path` has the form of `pattern`, in which {…} stands for any one segment."""
    wanted, given = pattern.strip("/").split("/"), path.strip("/").split("/")
    return len(wanted) == len(given) and all(w.startswith("{") or w == g for w, g in zip(wanted, given, strict=True))
