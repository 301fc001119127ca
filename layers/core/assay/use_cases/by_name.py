"""Resources that clients call by names; a refusal repeats the client's word, not the name under which it is kept."""

from typing import TypeVar

from assay.domain.errors import NotFound
from assay.domain.function import FunctionVersion, version_id
from assay.domain.project import Project
from assay.domain.transaction_id import both
from assay.domain.value import Resource
from assay.ports import Resources

R = TypeVar("R", bound=Resource)


def called(organisation: str, kind: type[R], place: str, name: str, *, resources: Resources) -> R:
    """What is called so in a place. Raises NotFound."""
    try:
        return resources.named(organisation, kind, f"{place}/{name}")
    except NotFound as error:
        raise NotFound(error.kind, name, by="named") from error


def project_called(organisation: str, name: str, *, resources: Resources) -> Project:
    """The project. Raises NotFound."""
    return called(organisation, Project, "projects", name, resources=resources)


def in_transaction(organisation: str, function_id: str, transaction: int, *, resources: Resources) -> FunctionVersion:
    """The version of a function that a transaction made. Raises NotFound."""
    try:
        return resources.get(organisation, FunctionVersion, version_id(function_id, transaction))
    except NotFound as error:
        raise NotFound(f"version {both(transaction)} of the function", function_id) from error
