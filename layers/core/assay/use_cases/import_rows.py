"""A file that was uploaded becomes rows of a dataset: all of its lines, or none."""

from collections.abc import Callable, Iterable, Iterator
from uuid import UUID

from assay.domain.errors import InvalidRequest
from assay.domain.ids import NewUuid
from assay.domain.rows import MOST_EVENTS, Event, row_id, segment_of
from assay.domain.upload import MOST_BAD_LINES, BadLine, BadLines, require_id
from assay.ports import Rows, Uploads
from assay.use_cases.manage_resources.rows import dated

SEGMENT_BYTES = 4 * 1024 * 1024

ReadLine = Callable[[bytes], Event]
"""The event that a line is; it has no id where the line has none. Raises InvalidRequest."""


def import_rows(
    organisation: str,
    dataset_id: str,
    upload_id: str,
    read: ReadLine,
    *,
    uploads: Uploads,
    rows: Rows,
    new_uuid: NewUuid,
    now: str,
) -> int:
    """Commits the lines of an upload at once, and forgets the upload; says how many there were.

    The file is read twice, never more than a segment of it at a time: at first to see whether all of it can be read.
    Raises NotFound, BadLines, InvalidRequest, and TooMuch where it is more than can be committed at once.
    """
    require_id(upload_id)
    if not require_readable(uploads.lines(organisation, dataset_id, upload_id), read):
        raise InvalidRequest("The file has no rows.", ("file",))
    again = uploads.lines(organisation, dataset_id, upload_id)
    written = rows.write_many(organisation, dataset_id, segments(again, read, new_uuid, now))
    uploads.forget(organisation, dataset_id, upload_id)
    return sum(commit.rows for commit in written)


def require_readable(lines: Iterable[bytes], read: ReadLine) -> int:
    """How many rows there are; empty lines are none. Raises BadLines, which names the first lines that are wrong."""
    bad: list[BadLine] = []
    good = 0
    for number, line in enumerate(lines, 1):
        try:
            good += 1 if line.strip() and read(line) else 0
        except InvalidRequest as error:
            bad.append(BadLine(line=number, message=str(error)))
        if len(bad) > MOST_BAD_LINES:
            break
    if bad:
        raise BadLines(bad)
    return good


def segments(lines: Iterable[bytes], read: ReadLine, new_uuid: NewUuid, now: str) -> Iterator[tuple[UUID, list[Event]]]:
    """The events, as segments of at most 10,000 and about 4 MB, each under a fresh id."""
    segment, events, size = segment_of(new_uuid()), list[Event](), 0
    for line in lines:
        if not line.strip():
            continue
        if len(events) == MOST_EVENTS or (events and size + len(line) > SEGMENT_BYTES):
            yield segment, events
            segment, events, size = segment_of(new_uuid()), [], 0
        wish = read(line)
        identified = {"id": wish.id or row_id(segment, len(events)), "content": dated(wish, now)}
        events.append(wish.model_copy(update=identified))
        size += len(line)
    if events:
        yield segment, events
