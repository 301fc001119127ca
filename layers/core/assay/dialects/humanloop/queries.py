"""Queries whose names must be right, and the cursors by which a look goes on."""

import re
from typing import TypeVar

from assay.dialects.http import Call
from assay.dialects.humanloop.errors import BadQuery
from assay.dialects.humanloop.requests import Open
from assay.dialects.unknown_fields import MISSPELT, meant
from assay.domain.log import digest

Q = TypeVar("Q", bound=Open)

NAMED = re.compile(r"(feedback|evaluator)-(.+)_filter", re.DOTALL)
"""Filters whose names say whose values they are about."""
NARROWING = ("_filter", "_id")
"""How names end that would make a list shorter: one that is passed over would show all of it."""
CHECK = 12
"""Characters of a cursor that tell whether it is one."""


def names(call: Call) -> dict[str, list[str]]:
    """Everything that stands in the query."""
    return call.event.raw_event.get("multiValueQueryStringParameters") or {}


def careful_query(call: Call, model: type[Q]) -> Q:
    """The query. Raises BadQuery for a filter that there is not, and for a name that is nearly one that there is."""
    for name in names(call):
        if name not in model.model_fields and not NAMED.fullmatch(name):
            hint = meant(name, model.model_fields, MISSPELT)
            if hint or name.endswith(NARROWING):
                raise BadQuery(f"{name} is not a parameter{hint}.", (name,), "value_error.extra")
    return call.query(model)


def named_filters(call: Call, kind: str) -> dict[str, tuple[str, ...]]:
    """The filters of a kind, by what they are about."""
    matches = ((NAMED.fullmatch(name), values) for name, values in names(call).items())
    return {match[2]: tuple(values) for match, values in matches if match and match[1] == kind}


def cursor(project_id: str, key: str | None) -> str | None:
    """Where another look over the project's logs goes on: at a place of their list; None where there is no more."""
    return None if key is None else f"{key} {digest(f'{project_id} {key}')[:CHECK]}"


def place(project_id: str, given: str | None) -> str | None:
    """The place that a cursor of the same project stands for. Raises BadQuery for any other text."""
    if given is None:
        return None
    key = given.rpartition(" ")[0]
    if cursor(project_id, key) != given:
        raise BadQuery("This is not the `next` of an earlier page of this project's.", ("cursor",))
    return key
