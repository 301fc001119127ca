"""The routes of versions by environment (contracts/braintrust.md §1.3)."""

from typing import Any

from aws_lambda_powertools.event_handler import Response

from assay.dialects.braintrust.wire import Moment, Name, Open
from assay.dialects.http import Call, Route, answer
from assay.domain.environment import EnvironmentPin
from assay.domain.value import Model
from assay.use_cases.manage_resources import environments

PATH = "/environment-object/{object_type}/{object_id}/{slug}"


class PinRequest(Open):
    """The version in which an object is to stand."""

    object_version: Name


class PinResponse(Model):
    """The version in which an object stands in an environment."""

    object_type: str
    object_id: str
    object_version: str
    environment_slug: str
    created: Moment


def shown(pin: EnvironmentPin) -> PinResponse:
    """The pin in the dialect's words."""
    return PinResponse(
        object_type=pin.object_type,
        object_id=pin.object_id,
        object_version=pin.version,
        environment_slug=pin.slug,
        created=pin.created_at,
    )


def get_pin(call: Call, ports: Any, object_type: str, object_id: str, slug: str) -> Response[str]:
    """GET: the version in which an object stands in an environment."""
    return answer(
        shown(environments.pinned(call.organisation, object_type, object_id, slug, resources=ports.resources))
    )


def put_pin(call: Call, ports: Any, object_type: str, object_id: str, slug: str) -> Response[str]:
    """PUT: lets an object stand in a version."""
    version = call.body(PinRequest).object_version
    around = {"resources": ports.resources, "clock": ports.clock}
    return answer(shown(environments.pin(call.organisation, object_type, object_id, slug, version, **around)))


def delete_pin(call: Call, ports: Any, object_type: str, object_id: str, slug: str) -> Response[str]:
    """DELETE: the pin as it was."""
    return answer(shown(environments.unpin(call.organisation, object_type, object_id, slug, resources=ports.resources)))


ROUTES = (
    Route("GET", PATH, get_pin),
    Route("PUT", PATH, put_pin),
    Route("DELETE", PATH, delete_pin),
)
