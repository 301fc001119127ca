"""What people want to know of evals and experiments, question by question (assay.client.asking)."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar
from uuid import uuid4

from pydantic_core import to_json

from assay.client.asking import Asking, Pause, get, post
from assay.client.errors import NotOver
from assay.client.rows import Event, ExperimentRow, Rows, rows_of
from assay.client.summary import ExperimentSummary
from assay.domain.ids import canonical_json, content_id
from assay.domain.value import JsonValue

TRACES_A_PAGE = 200
MOST_BYTES, MOST_ROWS = 2_000_000, 1000
"""Of rows in one request: the API takes 4 MiB, of which escaping may use up half."""
LOOK = 1.0
"""Seconds from one look at a running experiment to the next."""
GOES_ON = frozenset({"pending", "running"})

M = TypeVar("M", bound=Mapping[str, Any])
Told = Callable[[ExperimentSummary], object]
"""Is told how far a running experiment is, at each look."""


class Page(NamedTuple):
    """Some rows of an experiment, the latest first, and where the next are."""

    rows: list[ExperimentRow]
    cursor: str | None


def eval(  # noqa: A001 - the API's own word, and its own fields
    project: str,
    *,
    data: Sequence[Mapping[str, Any]] | Mapping[str, Any],
    task: Mapping[str, Any],
    scores: Sequence[Mapping[str, Any]] = (),
    key: str | None = None,
    told: Told | None = None,
    seconds: float | None = None,
    **more: JsonValue,
) -> Asking[ExperimentSummary]:
    """What an eval of a project comes to, once it is over; the project is made if there is none of that name.

    `data` are rows, or says where rows are; `more` are other fields of POST /v1/eval. Whatever is sent twice on the
    way runs once: by `key`, which is made up unless given. Raises CallFailed.
    """
    found = yield from post("/v1/project", {"name": project}, is_repeatable=True)
    source = data if isinstance(data, Mapping) else {"data": list(data)}
    body = {"project_id": found["id"], "data": source, "task": task, "scores": list(scores), **more}
    headers = {"Prefer": "respond-async", "Idempotency-Key": key or str(uuid4())}
    launched = yield from post("/v1/eval", body, headers=headers, is_repeatable=True)
    return (yield from wait(launched["experiment_id"], told=told, seconds=seconds))


def wait(experiment_id: str, *, told: Told | None = None, seconds: float | None = None) -> Asking[ExperimentSummary]:
    """What an experiment comes to, once it is over. Raises CallFailed, and NotOver after so many seconds."""
    waited = 0.0
    while True:
        found = yield from summary(experiment_id)
        if told:
            told(found)
        if found["status"] not in GOES_ON:
            return found
        if seconds is not None and waited >= seconds:
            raise NotOver(f"The experiment {experiment_id} is {found['status']}, after {waited:g} seconds.")
        yield Pause(LOOK)
        waited += LOOK


def summary(experiment_id: str, base_id: str | None = None) -> Asking[ExperimentSummary]:
    """An experiment's numbers, beside a base or its own; its status where it goes on. Raises CallFailed."""
    base = {} if base_id is None else {"comparison_experiment_id": base_id}
    path = f"/v1/experiment/{experiment_id}/summarize"
    return ExperimentSummary((yield from get(path, summarize_scores="true", **base)))


def page(experiment_id: str, cursor: str | None = None) -> Asking[Page]:
    """Rows of an experiment, from a cursor on; those of the last page there are none of. Raises CallFailed."""
    body = {"limit": TRACES_A_PAGE, **({"cursor": cursor} if cursor else {})}
    found = yield from post(f"/v1/experiment/{experiment_id}/fetch", body, is_repeatable=True)
    events: list[Event] = found["events"]
    return Page(rows_of(events), found.get("cursor") if events else None)


def rows(experiment_id: str) -> Asking[Rows]:
    """An experiment's rows in the order of its dataset, trials side by side. Raises CallFailed."""
    read = yield from page(experiment_id)
    found = list(read.rows)
    while read.cursor:
        read = yield from page(experiment_id, read.cursor)
        found += read.rows
    return Rows(sorted(found, key=lambda row: row.ordinal))


def insert(project: str, dataset: str, rows: Sequence[Mapping[str, Any]]) -> Asking[str]:
    """The id of a project's dataset, which has the rows now; both are made if they are not there.

    A row without an id gets one by what is in it: the same rows inserted again are the same rows. Raises CallFailed.
    """
    found = yield from post("/v1/project", {"name": project}, is_repeatable=True)
    wish = {"project_id": found["id"], "name": dataset}
    made = yield from post("/v1/dataset", wish, is_repeatable=True)
    for batch in cut([with_id(row) for row in rows]):
        yield from post(f"/v1/dataset/{made['id']}/insert", {"events": batch}, is_repeatable=True)
    return str(made["id"])


def with_id(row: Mapping[str, Any]) -> dict[str, Any]:
    """The row with its own id, or one that follows from it."""
    return {"id": content_id("row_", canonical_json(dict(row))), **row}


def cut(rows: Iterable[M]) -> Iterator[list[M]]:
    """The rows in their order, as many together as a request can hold; a larger one goes by itself."""
    batch, size = list[M](), 0
    for row in rows:
        weight = len(to_json(row))
        if batch and (len(batch) == MOST_ROWS or size + weight > MOST_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(row)
        size += weight
    if batch:
        yield batch
