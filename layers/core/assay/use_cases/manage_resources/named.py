"""Resources that are found by their names, or else made."""

from contextlib import suppress
from typing import Generic, NamedTuple, TypeVar

from assay.domain.errors import AlreadyExists, NotFound
from assay.domain.value import Resource
from assay.ports import Resources

R = TypeVar("R", bound=Resource)


class Kept(NamedTuple, Generic[R]):
    """A resource as it is kept now, and whether it was there before."""

    resource: R
    was_there: bool


def find_or_create(organisation: str, wish: R, *, resources: Resources) -> Kept[R]:
    """`wish`, or what holds its name already, unchanged."""
    kind, name = type(wish), wish.unique_name or ""
    with suppress(NotFound):
        return Kept(resources.named(organisation, kind, name), was_there=True)
    try:
        resources.create(organisation, wish)
    except AlreadyExists:
        return Kept(resources.named(organisation, kind, name), was_there=True)
    return Kept(wish, was_there=False)
