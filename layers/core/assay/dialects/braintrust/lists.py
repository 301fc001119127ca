"""Lists of objects, the newest first, walked by the ids of objects (contracts/braintrust.md §7.1)."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from aws_lambda_powertools.event_handler import Response
from pydantic import BaseModel

from assay.dialects.braintrust.wire import ListQuery, ObjectList
from assay.dialects.http import Call, answer
from assay.domain.dataset import Dataset
from assay.domain.errors import InvalidRequest, NotFound
from assay.domain.experiment import Experiment
from assay.domain.function import Function
from assay.domain.value import Resource
from assay.use_cases.by_name import project_called

R = TypeVar("R", bound=Resource)
M = TypeVar("M", bound=BaseModel)
P = TypeVar("P", Dataset, Experiment, Function)

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


def answered(
    kind: type[ObjectList[M]], wanted: Iterable[R], query: ListQuery, organisation: str, shown: Callable[[R], M]
) -> Response[str]:
    """The answer to a request for a list: those that are wanted, as far as the query and an answer's size let them."""
    return answer(kind(objects=fitting(map(shown, page(wanted, query, organisation)))))


def of_project(call: Call, ports: Any, kind: type[P], project_id: str | None, project_name: str | None) -> list[P]:
    """All of a kind in the project that is named, or in all of them; none where there is no such project."""
    if project_name is not None:
        try:
            named = project_called(call.organisation, project_name, resources=ports.resources).id
        except NotFound:
            return []
        if project_id not in {None, named}:
            return []
        project_id = named
    place = kind.EVERYWHERE if project_id is None else f"{project_id}/{kind.LIST}"
    found: list[P] = ports.resources.listed(call.organisation, kind, place)
    return found


def within_a_project(dataset: Dataset) -> Dataset:
    """The dataset. Raises NotFound where it is no project's: this dialect knows no such thing."""
    if dataset.project_id is None:
        raise NotFound("dataset", dataset.id)
    return dataset
