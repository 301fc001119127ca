"""Resources that may be gone."""

from typing import TypeVar

from assay.domain.errors import NotFound
from assay.domain.value import Resource
from assay.ports import Resources

R = TypeVar("R", bound=Resource)


def if_there(organisation: str, kind: type[R], identifier: str, *, resources: Resources) -> R | None:
    """The resource; None where there is none."""
    try:
        return resources.get(organisation, kind, identifier)
    except NotFound:
        return None
