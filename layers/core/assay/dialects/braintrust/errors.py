"""Which status is which error, and the sentence that clients show (contracts/braintrust.md §8.3)."""

from assay.dialects.bodies import TooLarge
from assay.dialects.http import Unprocessable
from assay.domain.complaints import complaints
from assay.domain.errors import AssayError, Conflict, Forbidden, KeyReused, NotFound, RequestError, Unauthenticated

STATUSES: dict[type[AssayError], int] = {
    TooLarge: 413,
    Unauthenticated: 401,
    Forbidden: 403,
    Conflict: 409,
    KeyReused: 422,
    RequestError: 400,
    Unprocessable: 400,
}


def status(error: AssayError) -> int | None:
    """The HTTP status of an error; None where the fault is ours. What does not exist is a bad request, as of old."""
    return next((STATUSES[kind] for kind in type(error).__mro__ if kind in STATUSES), None)


def sentence(error: AssayError) -> str:
    """What is wrong. No value that was sent is repeated, but for ids."""
    if isinstance(error, NotFound):
        return f"The {error.kind} '{error.identifier}' does not exist, or this key has no access to it."
    if isinstance(error, Unprocessable):
        return f"Invalid {error.origin}: " + "; ".join(map(str, complaints(error.found)))
    return str(error)
