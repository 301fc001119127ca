"""Which status is which error, and what its body looks like (contracts/humanloop-v4.md §1.2, §9)."""

from collections.abc import Sequence

from pydantic import ValidationError

from assay.domain.complaints import brief, complaints
from assay.domain.errors import (
    AlreadyExists,
    AssayError,
    Conflict,
    Forbidden,
    IllegalTransition,
    InvalidRequest,
    NotFound,
    TooMuch,
    Unauthenticated,
)
from assay.domain.value import JsonValue

STATUSES: dict[type[AssayError], int] = {
    InvalidRequest: 422,
    TooMuch: 422,
    NotFound: 404,
    AlreadyExists: 409,
    Conflict: 409,
    IllegalTransition: 400,
    Unauthenticated: 401,
    Forbidden: 403,
}

RULES = {
    "missing": "value_error.missing",
    "extra_forbidden": "value_error.extra",
    "json_invalid": "value_error.jsondecode",
    "string_too_long": "value_error.any_str.max_length",
    "string_too_short": "value_error.any_str.min_length",
    "literal_error": "type_error.enum",
    "enum": "type_error.enum",
    "string_type": "type_error.str",
    "int_type": "type_error.integer",
    "int_parsing": "type_error.integer",
    "int_from_float": "type_error.integer",
    "float_type": "type_error.float",
    "float_parsing": "type_error.float",
    "bool_type": "type_error.bool",
    "bool_parsing": "type_error.bool",
    "dict_type": "type_error.dict",
    "model_type": "type_error.dict",
    "model_attributes_type": "type_error.dict",
    "list_type": "type_error.list",
    "tuple_type": "type_error.list",
}
"""pydantic's names of rules, as the FastAPI of the day had them."""


class BadQuery(InvalidRequest):
    """A value of the query, or a name in it, breaks a rule that takes more than the value to tell."""


def status(error: AssayError) -> int:
    """The HTTP status of an error; 500 where the fault is ours."""
    return next((STATUSES[kind] for kind in type(error).__mro__ if kind in STATUSES), 500)


def body(error: AssayError) -> dict[str, JsonValue]:
    """The body that the clients read: a sentence, or the list of broken rules."""
    if isinstance(error, InvalidRequest):
        origin = "query" if isinstance(error, BadQuery) else "body"
        return {"detail": [entry((origin, *error.place), str(error), error.rule)]}
    if isinstance(error, TooMuch):
        return {"detail": [entry(("query", "size"), str(error), "value_error")]}
    return {"detail": brief(str(error)) or "The API key is missing or not valid."}


def validation_body(error: ValidationError, origin: str) -> dict[str, JsonValue]:
    """The body of a 422 for what pydantic found in `origin`: body, query or path. No value is repeated in it."""
    return {
        "detail": [
            entry((origin, *one.place), one.message, RULES.get(one.rule, "value_error")) for one in complaints(error)
        ]
    }


def entry(place: Sequence[str | int], message: str, rule: str) -> dict[str, JsonValue]:
    """One broken rule."""
    return {"loc": list(place), "msg": brief(message), "type": rule}
