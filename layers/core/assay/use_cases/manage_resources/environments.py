"""Versions of objects by environment: pinned, found, forgotten."""

from assay.domain import transaction_id
from assay.domain.dataset import Dataset
from assay.domain.environment import EnvironmentPin, pin_id
from assay.domain.errors import AlreadyExists, InvalidRequest, NotFound
from assay.domain.function import Function
from assay.domain.value import Resource
from assay.ports import Clock, Resources
from assay.use_cases.races import settled

KINDS: dict[str, type[Resource]] = {"dataset": Dataset, "prompt": Function, "function": Function}


def pin(
    organisation: str, object_type: str, object_id: str, slug: str, version: str, *, resources: Resources, clock: Clock
) -> EnvironmentPin:
    """Lets an object stand in a version under a slug, in place of an earlier one. Raises NotFound, InvalidRequest."""
    require_object(organisation, object_type, object_id, resources=resources)
    transaction = transaction_id.parse(version)
    if transaction is None:
        raise InvalidRequest(f"object_version: {transaction_id.unreadable(version)}", ("object_version",))

    def decide() -> EnvironmentPin:
        now, said = clock.now(), {"version": str(transaction)}
        identifier = pin_id(kind_of(object_type), object_id, slug)
        fresh = EnvironmentPin(
            id=identifier,
            created_at=now,
            updated_at=now,
            object_type=kind_of(object_type),
            object_id=object_id,
            slug=slug,
            **said,
        )
        try:
            resources.create(organisation, fresh)
        except AlreadyExists:
            before = resources.get(organisation, EnvironmentPin, identifier)
            after = before.revised(now, **said)
            resources.replace(organisation, before, after)
            return after
        return fresh

    return settled(decide)


def pinned(organisation: str, object_type: str, object_id: str, slug: str, *, resources: Resources) -> EnvironmentPin:
    """The pin of an object under a slug. Raises NotFound."""
    require_object(organisation, object_type, object_id, resources=resources)
    return resources.get(organisation, EnvironmentPin, pin_id(kind_of(object_type), object_id, slug))


def unpin(organisation: str, object_type: str, object_id: str, slug: str, *, resources: Resources) -> EnvironmentPin:
    """Forgets a pin and returns it as it was. Raises NotFound, Conflict."""
    found = pinned(organisation, object_type, object_id, slug, resources=resources)
    resources.delete(organisation, found)
    return found


def pinned_version(organisation: str, object_type: str, object_id: str, slug: str, *, resources: Resources) -> int:
    """The transaction id of the version in which an object stands under a slug. Raises NotFound."""
    return int(pinned(organisation, object_type, object_id, slug, resources=resources).version)


def require_object(organisation: str, object_type: str, object_id: str, *, resources: Resources) -> None:
    """Raises NotFound unless there is such an object, InvalidRequest where its kind has no environments."""
    if object_type not in KINDS:
        raise InvalidRequest(f"Only {', '.join(KINDS)} can stand in an environment.", ("object_type",))
    try:
        resources.get(organisation, KINDS[object_type], object_id)
    except NotFound as error:
        raise NotFound(object_type, object_id) from error


def kind_of(object_type: str) -> str:
    """The kind under which a pin is kept: a prompt is a function."""
    return "function" if object_type == "prompt" else object_type
