"""Rows of datasets and experiments: written, and read page by page."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from assay.domain.errors import NotFound
from assay.domain.ids import NewUuid
from assay.domain.rows import BaseRows, Content, Event, Place, Row, row_id, segment_of
from assay.ports import Clock, Rows

MOST_BYTES = 4 * 1024 * 1024


class Asked(NamedTuple):
    """Which page: at most so many traces, of which version (None: the latest), before which place (None: the first)."""

    traces: int
    transaction: int | None = None
    sequence: int | None = None
    before: Place | None = None


class Page(NamedTuple):
    """The rows of a page as they are shown, and where the page ends; None where it is empty."""

    rows: list[str]
    sequence: int
    end: Place | None


def write_rows(
    organisation: str,
    log_id: str,
    wishes: Sequence[Event],
    *,
    rows: Rows,
    clock: Clock,
    new_uuid: NewUuid,
    written: Callable[[datetime], str],
) -> list[str]:
    """Commits the events at once and returns the ids of their rows, in order; an event without an id makes a row.

    `written` puts the time at which rows are made as clients read it.
    """
    segment = segment_of(new_uuid())
    now = written(clock.now())
    events = [
        wish.model_copy(update={"id": wish.id or row_id(segment, line), "content": dated(wish, now)})
        for line, wish in enumerate(wishes)
    ]
    if events:
        rows.write(organisation, log_id, segment, events)
    return [event.id for event in events]


def dated(event: Event, now: str) -> Content:
    """The event's content, with the time of creation where a row is made."""
    made = event.change == "replace" and not event.content.get("created")
    return {**event.content, "created": now} if made else event.content


def require_rows(organisation: str, log_id: str, identifiers: Iterable[str], *, rows: Rows, base: BaseRows) -> None:
    """Raises NotFound unless there is a row of each id."""
    sequence = rows.version(organisation, log_id).sequence
    for identifier in identifiers:
        if not rows.has(organisation, log_id, sequence, identifier) and base.find(identifier) is None:
            raise NotFound("row", identifier)


def read_page(
    organisation: str,
    log_id: str,
    asked: Asked,
    *,
    rows: Rows,
    base: BaseRows,
    shown: Callable[[Row], str],
    weight: Callable[[str], int],
) -> Page:
    """A page of the rows, those written last first: as many traces as asked for, but no more than 4 MB by `weight`."""
    sequence = asked.sequence
    if sequence is None:
        sequence = rows.version(organisation, log_id, asked.transaction).sequence
    page = Page([], sequence, None)
    traces: set[str] = set()
    size = 0
    for row in rows.down(organisation, log_id, sequence, asked.before, base):
        if asked.transaction is not None and row.transaction > asked.transaction:
            continue
        traces.add(trace_of(row))
        text = shown(row)
        size += weight(text)
        if len(traces) > asked.traces or (page.rows and size > MOST_BYTES):
            break
        page.rows.append(text)
        page = page._replace(end=row.place)
    return page


def trace_of(row: Row) -> str:
    """The id of the trace that a row belongs to."""
    trace = row.content.get("root_span_id")
    return trace if isinstance(trace, str) else row.id
