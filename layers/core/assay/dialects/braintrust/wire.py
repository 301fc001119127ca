"""What requests and answers are made of."""

from datetime import UTC, datetime
from typing import Annotated, Any, Generic, TypeVar
from uuid import NAMESPACE_DNS, UUID, uuid5

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, StringConstraints

from assay.domain.value import Model

M = TypeVar("M", bound=BaseModel)

ORGANISATIONS = uuid5(NAMESPACE_DNS, "organisations.assay")


def iso(moment: datetime) -> str:
    """A moment as the wire has it: UTC, milliseconds, Z."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


Moment = Annotated[datetime, PlainSerializer(iso, return_type=str)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=1000)]


def separated(value: Any) -> Any:
    """Ids, in repeated parameters or with commas between them."""
    return tuple(one for each in value for one in each.split(",") if one) if isinstance(value, tuple) else value


class Open(Model):
    """A request that may carry keys we do not know."""

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)


class ListQuery(Open):
    """What every list can be asked (contracts/braintrust.md §7.1)."""

    limit: int = Field(default=1000, ge=0)
    starting_after: str | None = None
    ending_before: str | None = None
    ids: Annotated[tuple[str, ...] | None, BeforeValidator(separated)] = None
    org_name: str | None = None


class ObjectList(Model, Generic[M]):
    """A page of a list, the newest first."""

    objects: list[M]


def organisation_id(organisation: str) -> UUID:
    """The id that clients know the organisation by."""
    return uuid5(ORGANISATIONS, organisation)


def place_of(event: Any, path: str) -> str:
    """Where clients find what has a path, on the host and under the stage by which the present request came."""
    headers = {name.lower(): value for name, value in (event.raw_event.get("headers") or {}).items()}
    context = event.raw_event["requestContext"]
    root = context["path"].removesuffix(event.path)
    host = headers.get("host") or context.get("domainName") or "localhost"
    return f"{headers.get('x-forwarded-proto', 'https')}://{host}{root}{path}"
