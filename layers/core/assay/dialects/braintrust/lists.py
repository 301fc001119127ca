"""Lists of objects, the newest first, walked by the ids of objects (contracts/braintrust.md §7.1)."""

from collections.abc import Iterable, Sequence
from typing import TypeVar

from pydantic import BaseModel

from assay.dialects.braintrust.wire import ListQuery
from assay.domain.errors import InvalidRequest
from assay.domain.value import Resource

R = TypeVar("R", bound=Resource)
M = TypeVar("M", bound=BaseModel)

MOST_OBJECTS = 1000
MOST_BYTES = 4 * 1024 * 1024


def page(found: Iterable[R], query: ListQuery, organisation: str) -> list[R]:
    """The objects that the query asks for, of those `found` on a list, the newest first. Raises InvalidRequest."""
    if query.org_name not in {None, organisation}:
        return []
    objects = sorted(found, key=lambda each: (each.created_at, each.id), reverse=True)
    window = objects[between(objects, query)]
    return [each for each in window if query.ids is None or each.id in query.ids][: min(query.limit, MOST_OBJECTS)]


def between(objects: Sequence[Resource], query: ListQuery) -> slice:
    """The part of the list that the query's cursor leaves. Raises InvalidRequest."""
    if query.starting_after is not None and query.ending_before is not None:
        raise InvalidRequest("Give starting_after or ending_before, not both.")
    if query.starting_after is not None:
        return slice(place(objects, query.starting_after) + 1, None)
    if query.ending_before is not None:
        end = place(objects, query.ending_before)
        return slice(max(0, end - min(query.limit, MOST_OBJECTS)), end)
    return slice(None)


def place(objects: Sequence[Resource], identifier: str) -> int:
    """Where the object stands on the list. Raises InvalidRequest where it does not."""
    for index, each in enumerate(objects):
        if each.id == identifier:
            return index
    raise InvalidRequest(f"'{identifier}' is not on this list.")


def fitting(objects: Iterable[M]) -> list[M]:
    """The first objects that are 4 MB together, and one at least: whoever goes on after the last gets the others."""
    kept: list[M] = []
    size = 0
    for each in objects:
        size += len(each.model_dump_json())
        if kept and size > MOST_BYTES:
            break
        kept.append(each)
    return kept
