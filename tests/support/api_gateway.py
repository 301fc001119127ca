"""API Gateway in front of the functions: it finds the function of a route, asks the authorizer, and passes things on."""

import base64
import json
import re
from functools import cache
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

from samtranslator.yaml_helper import yaml_parse

from tests.support.aws import ACCOUNT, REGION
from tests.support.entry_points import FUNCTIONS, Lambda, folder_of

STAGE_ARN = f"arn:aws:execute-api:{REGION}:{ACCOUNT}:api/prod"


class Answer(NamedTuple):
    """An HTTP answer; `body` is parsed."""

    status: int
    body: Any
    headers: dict[str, str]


class Route(NamedTuple):
    """A method and path of the template with the folder of its function; `pattern` says which paths it is for."""

    method: str
    path: str
    folder: str
    is_open: bool = False

    @property
    def pattern(self) -> str:
        return re.sub(r"\{\w+\}", r"[^/]+", re.sub(r"\{\w+\+\}", r".+", self.path))

    @property
    def rank(self) -> tuple[bool, int]:
        """Explicit routes come before greedy ones, longer ones before shorter."""
        return "+}" in self.path, -len(self.path)


@cache
def routes() -> list[Route]:
    """The routes of the template, the one that wins first."""
    resources = yaml_parse((FUNCTIONS.parent / "template.yaml").read_text())["Resources"]
    found = [
        Route(event["Properties"]["Method"], event["Properties"]["Path"], folder_of(name), is_open(event))
        for name, resource in resources.items()
        for event in resource.get("Properties", {}).get("Events", {}).values()
        if event["Type"] == "Api"
    ]
    return sorted(found, key=lambda route: route.rank)


def is_open(event: dict[str, Any]) -> bool:
    """Whether the template lets anybody in."""
    return bool(event["Properties"].get("Auth", {}).get("Authorizer") == "NONE")


class Api:
    """A caller with one API key (or none, or a wrong one), and the gateway between it and the functions."""

    def __init__(self, functions: Lambda, headers: dict[str, str], root: str = "/v4") -> None:
        self.functions, self.headers, self.root = functions, headers, root

    def asking(self, **headers: str) -> "Api":
        """The same caller, with more headers."""
        return Api(self.functions, {**self.headers, **headers}, self.root)

    def get(self, path: str) -> Answer:
        return self.send("GET", path)

    def post(self, path: str, body: Any) -> Answer:
        return self.send("POST", path, json.dumps(body))

    def put(self, path: str, body: Any) -> Answer:
        return self.send("PUT", path, json.dumps(body))

    def patch(self, path: str, body: Any) -> Answer:
        return self.send("PATCH", path, json.dumps(body))

    def delete(self, path: str) -> Answer:
        return self.send("DELETE", path)

    def send(self, method: str, target: str, body: str | bytes | None = None) -> Answer:
        """The answer to a request; `target` is path and query, under the dialect's root."""
        path, _, query = target.partition("?")
        route = self.route(method, self.root + path)
        event = self.event(route, method, self.root + path, query, body)
        if not route.is_open:
            principal = self.principal(event, arn(method, path))
            if principal is None:
                return Answer(401, {"detail": "The API key is missing or not valid."}, {})
            event["requestContext"]["authorizer"] = principal
        return parsed(self.functions.called(route.folder, event))

    def principal(self, event: dict[str, Any], wanted: str) -> dict[str, str] | None:
        """Whom the authorizer lets in; None where it lets in nobody."""
        try:
            admitted = self.functions.called("authorize", {**event, "type": "REQUEST", "methodArn": wanted})
        except Exception as error:
            if str(error) != "Unauthorized":
                raise
            return None
        assert allows(admitted["policyDocument"], wanted)
        context = {name: str(value) for name, value in admitted["context"].items()}
        return {"principalId": admitted["principalId"], **context}

    def route(self, method: str, path: str) -> Route:
        """The route that answers."""
        return next(one for one in routes() if one.method == method and re.fullmatch(one.pattern, path, re.DOTALL))

    def event(self, route: Route, method: str, path: str, query: str, body: str | bytes | None) -> dict[str, Any]:
        """The request as a REST API hands it to a function (payload format 1.0)."""
        given: dict[str, list[str]] = {}
        for name, value in parse_qsl(query, keep_blank_values=True):
            given.setdefault(name, []).append(value)
        headers = {"Content-Type": "application/json", **self.headers} if body is not None else self.headers
        return {
            "resource": route.path,
            "path": path,
            "httpMethod": method,
            "headers": headers,
            "multiValueHeaders": {name: [value] for name, value in headers.items()},
            "queryStringParameters": {name: values[-1] for name, values in given.items()} or None,
            "multiValueQueryStringParameters": given or None,
            "pathParameters": None,
            "stageVariables": None,
            "requestContext": {
                "resourcePath": route.path,
                "httpMethod": method,
                "path": f"/prod{path}",
                "stage": "prod",
                "requestId": "a-request",
                "accountId": ACCOUNT,
                "apiId": "api",
                "identity": {"sourceIp": "127.0.0.1", "userAgent": "a-client"},
            },
            "body": None if body is None else carried(body),
            "isBase64Encoded": body is not None,
        }


def carried(body: str | bytes) -> str:
    """A body in base64, byte for byte; half a character of a text is no UTF-8, as a client might send it."""
    return base64.b64encode(body.encode("utf-8", "surrogatepass") if isinstance(body, str) else body).decode()


class Admitted(Api):
    """A caller who is let in once and then known: the authorizer never sees a body."""

    known: dict[str, str] | None = None

    def principal(self, event: dict[str, Any], wanted: str) -> dict[str, str] | None:
        self.known = self.known or super().principal(event, wanted)
        return self.known


def arn(method: str, path: str) -> str:
    """The ARN of a method of the API."""
    return f"{STAGE_ARN}/{method}{path}"


def allows(policy: dict[str, Any], wanted: str) -> bool:
    """Whether the authorizer's policy lets the request through."""
    patterns = [
        re.escape(one["Resource"]).replace(r"\*", ".*") for one in policy["Statement"] if one["Effect"] == "Allow"
    ]
    return any(re.fullmatch(pattern, wanted, re.DOTALL) for pattern in patterns)


def parsed(answer: dict[str, Any]) -> Answer:
    """A function's answer, as its client gets it: JSON, or a sentence, or events, or a page."""
    headers = {name: values[0] for name, values in answer.get("multiValueHeaders", {}).items()}
    headers |= answer.get("headers", {})
    if headers["Content-Type"].startswith("text/"):
        return Answer(answer["statusCode"], answer["body"], headers)
    assert headers["Content-Type"] == "application/json"
    return Answer(answer["statusCode"], json.loads(answer["body"]) if answer["body"] else None, headers)
