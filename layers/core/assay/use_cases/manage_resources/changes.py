"""Resources changed in part: objects are merged into objects, all else is replaced, and nothing is removed."""

from typing import Any, TypeVar

from assay.domain.rows import merged
from assay.domain.value import Resource
from assay.ports import Clock, Resources
from assay.use_cases.races import settled

R = TypeVar("R", bound=Resource)


def change(
    organisation: str, kind: type[R], identifier: str, wished: dict[str, Any], *, resources: Resources, clock: Clock
) -> R:
    """The resource with what is wished; None changes nothing. Raises NotFound, AlreadyExists, Conflict."""

    def decide() -> R:
        before = resources.get(organisation, kind, identifier)
        changes = {name: blended(getattr(before, name), value) for name, value in wished.items() if value is not None}
        if not changes:
            return before
        after = before.revised(clock.now(), **changes)
        resources.replace(organisation, before, after)
        return after

    return settled(decide)


def blended(before: Any, after: Any) -> Any:
    """A field's new value."""
    return merged(before, after) if isinstance(before, dict) and isinstance(after, dict) else after


def remove(organisation: str, kind: type[R], identifier: str, *, resources: Resources) -> R:
    """Deletes the resource, whose name is free then, and returns it as it was. Raises NotFound, Conflict."""
    resource = resources.get(organisation, kind, identifier)
    resources.delete(organisation, resource)
    return resource
