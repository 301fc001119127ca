"""API Gateway's authorizer: the request it shows, and the policy it wants to hear."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from assay.domain.errors import Unauthenticated
from assay.domain.keys import Principal
from assay.domain.value import Value

BEARER = "bearer "
UNAUTHORIZED = "Unauthorized"
"""API Gateway answers 401 to an authorizer that fails with exactly this message, and 500 to any other failure."""


def presented_key(event: dict[str, Any]) -> str | None:
    """The API key of either header, `X-API-KEY` or `Authorization: Bearer`; None where there is none."""
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    bearer = headers.get("authorization", "")
    if bearer.lower().startswith(BEARER):
        return str(bearer[len(BEARER) :]).strip()
    return headers.get("x-api-key")


def admitted(event: dict[str, Any], principal: Principal) -> dict[str, Any]:
    """The policy that lets the principal call the whole stage; what the key may do there its handler judges."""
    api, stage = event["methodArn"].split("/")[:2]
    statement = {"Action": "execute-api:Invoke", "Effect": "Allow", "Resource": f"{api}/{stage}/*"}
    return {
        "principalId": principal.key_id,
        "policyDocument": {"Version": "2012-10-17", "Statement": [statement]},
        "context": principal.model_dump(exclude_none=True),
    }


def json_answer(value: Value) -> dict[str, Any]:
    """A success, as API Gateway takes it from a function."""
    return {"statusCode": 200, "headers": {"Content-Type": "application/json"}, "body": value.model_dump_json()}


@contextmanager
def refused_as_unauthorized() -> Iterator[None]:
    """Turns a caller away in the one word that API Gateway understands. Raises Unauthenticated."""
    try:
        yield
    except Unauthenticated as refusal:
        raise Unauthenticated(UNAUTHORIZED) from refusal
