"""The routes of API keys, for admins: as Braintrust's clients know them, with scope, project and expiry beside it."""

from datetime import datetime, timedelta
from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from pydantic import AwareDatetime, Field

from assay.dialects.braintrust import lists
from assay.dialects.braintrust.wire import ListQuery, Moment, Name, ObjectList, Open, organisation_id
from assay.dialects.http import Call, Route, answer
from assay.domain.errors import InvalidRequest
from assay.domain.keys import ApiKey, Bounds, Scope
from assay.domain.value import Model
from assay.use_cases import manage_keys

LONGEST_GRACE = 30 * 24 * 3600


class CreateKeyRequest(Open):
    """What a new key is to be."""

    name: Name
    org_name: str | None = None
    scope: Scope = "write"
    project_id: str | None = None
    expires_at: AwareDatetime | None = None


class RotateKeyRequest(Open):
    """How long the secret that is replaced stays good, in seconds."""

    grace: Annotated[int, Field(ge=0, le=LONGEST_GRACE)] = 0


class KeysQuery(ListQuery):
    """Which keys."""

    api_key_name: str | None = None


class KeyResponse(Model):
    """A key, without its secret."""

    id: str
    org_id: str
    name: str
    preview_name: str
    created: Moment
    user_id: str | None = None
    scope: Scope
    project_id: str | None
    expires_at: Moment | None
    revoked_at: Moment | None
    last_used_at: Moment | None = None


class NewKeyResponse(KeyResponse):
    """A key with its secret, shown this once."""

    key: str


def fields(key: ApiKey) -> dict[str, Any]:
    """What is told of a key."""
    told = key.model_dump(include={"id", "name", "scope", "project_id", "expires_at", "revoked_at"})
    whose = str(organisation_id(key.organisation))
    return {**told, "org_id": whose, "preview_name": f"asy_{key.id}_…", "created": key.created_at}


def new_key(shown: manage_keys.Shown) -> Response[str]:
    """A key that can be used from now on."""
    return answer(NewKeyResponse(**fields(shown.key), key=shown.text))


def told(key: ApiKey, last_used_at: datetime | None = None) -> KeyResponse:
    """A key in the dialect's words."""
    return KeyResponse(**fields(key), last_used_at=last_used_at)


def create_api_key(call: Call, ports: Any) -> Response[str]:
    """POST /v1/api_key."""
    wish = call.body(CreateKeyRequest)
    if wish.org_name not in {None, call.organisation}:
        raise InvalidRequest(f"This key is of the organisation '{call.organisation}'.")
    bounds = Bounds(scope=wish.scope, project_id=wish.project_id, expires_at=wish.expires_at)
    made = {"resources": ports.resources, "clock": ports.clock, "new_id": ports.new_id, "entropy": ports.entropy}
    return new_key(manage_keys.create_key(call.organisation, bounds, name=wish.name, **made))


def list_api_keys(call: Call, ports: Any) -> Response[str]:
    """GET /v1/api_key."""
    query = call.query(KeysQuery)
    used = manage_keys.list_keys(call.organisation, resources=ports.resources, uses=ports.key_uses)
    at = {each.key.id: each.at for each in used}
    wanted = [each.key for each in used if query.api_key_name in {None, each.key.name}]
    return lists.answered(ObjectList[KeyResponse], wanted, query, call.organisation, lambda key: told(key, at[key.id]))


def get_api_key(call: Call, ports: Any, key_id: str) -> Response[str]:
    """GET /v1/api_key/{key_id}."""
    key = ports.resources.get(call.organisation, ApiKey, key_id)
    return answer(told(key, ports.key_uses.last(call.organisation, key_id)))


def rotate_api_key(call: Call, ports: Any, key_id: str) -> Response[str]:
    """POST /v1/api_key/{key_id}/rotate: a new secret for the key; ours, not the vendor's."""
    grace = timedelta(seconds=call.body(RotateKeyRequest).grace)
    made = {"resources": ports.resources, "clock": ports.clock, "entropy": ports.entropy}
    return new_key(manage_keys.rotate_key(call.organisation, key_id, grace, **made))


def delete_api_key(call: Call, ports: Any, key_id: str) -> Response[str]:
    """DELETE /v1/api_key/{key_id}: it opens nothing any more; what it was stays on the list."""
    return answer(told(manage_keys.revoke_key(call.organisation, key_id, resources=ports.resources, clock=ports.clock)))


ROUTES = (
    Route("POST", "/v1/api_key", create_api_key, manages=True),
    Route("GET", "/v1/api_key", list_api_keys, manages=True),
    Route("GET", "/v1/api_key/{key_id}", get_api_key, manages=True),
    Route("POST", "/v1/api_key/{key_id}/rotate", rotate_api_key, manages=True),
    Route("DELETE", "/v1/api_key/{key_id}", delete_api_key, manages=True),
)
