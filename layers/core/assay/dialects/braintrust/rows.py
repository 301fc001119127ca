"""Pages of rows, as datasets and experiments have them (contracts/braintrust.md §7.4)."""

import base64
import binascii
import struct
from collections.abc import Callable
from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from pydantic import BeforeValidator, Field
from pydantic_core import to_json

from assay.dialects.braintrust.event_requests import THEIR_WORDS
from assay.dialects.braintrust.wire import Open, iso
from assay.dialects.http import JSON, Call, weight
from assay.domain import transaction_id
from assay.domain.errors import InvalidRequest
from assay.domain.rows import Audit, BaseRows, Content, Event, Place, Row
from assay.domain.value import JsonValue, Model
from assay.ports import Rows
from assay.use_cases.manage_resources.rows import Asked, Page, read_page, require_rows, write_rows

MOST_TRACES = 1000
CURSOR = struct.Struct(">QQQ")
ACTIONS = {"replace": "upsert", "merge": "merge", "delete": "delete"}

EVERYWHERE = ("inputs", "target", "metadata", "tags", "origin", "comments", "facets", "classifications")
OF_EXPERIMENTS = ("output", "error", "scores", "metrics", "context", "span_attributes", "span_parents")


def empty_as_none(value: Any) -> Any:
    """A parameter without a value is one that was not given."""
    return None if value == "" else value


Text = Annotated[str | None, BeforeValidator(empty_as_none)]


class FetchRequest(Open):
    """Which rows; `limit` counts traces."""

    limit: int | None = Field(default=None, ge=0)
    cursor: Text = None
    version: Text = None
    max_xact_id: Text = None
    max_root_span_id: Text = None

    def asked(self) -> Asked:
        """The same in the core's words. Raises InvalidRequest."""
        if self.max_xact_id is not None or self.max_root_span_id is not None:
            raise InvalidRequest("max_xact_id and max_root_span_id are not supported: go on with `cursor`.")
        traces = MOST_TRACES if self.limit is None else min(self.limit, MOST_TRACES)
        version = None if self.version is None else transaction(self.version)
        if self.cursor is None:
            return Asked(traces, version)
        sequence, *place = parsed_cursor(self.cursor)
        return Asked(traces, version, sequence, Place(*place))


def transaction(text: str) -> int:
    """A version in either of its forms. Raises InvalidRequest."""
    found = transaction_id.parse(text)
    if found is None:
        raise InvalidRequest(f"version: {transaction_id.unreadable(text)}", ("version",))
    return found


def parsed_cursor(text: str) -> tuple[int, ...]:
    """What a cursor says: the version that is walked through, and the place of the last row. Raises InvalidRequest."""
    try:
        return CURSOR.unpack(base64.urlsafe_b64decode(text.encode()))
    except (binascii.Error, struct.error, ValueError) as error:
        raise InvalidRequest("`cursor` is not one that a page came with.", ("cursor",)) from error


def cursor_of(page: Page) -> str | None:
    """The cursor that a page comes with; an empty one has none."""
    return base64.urlsafe_b64encode(CURSOR.pack(page.sequence, *page.end)).decode() if page.end else None


def fetch(call: Call, log_id: str, *, rows: Rows, base: BaseRows, shown: Callable[[Row], Content]) -> Response[str]:
    """A page of rows, by GET and POST alike."""
    method = call.event.http_method
    request = call.query(FetchRequest) if method == "GET" or not call.text else call.body(FetchRequest)
    page = read_page(
        call.organisation,
        log_id,
        request.asked(),
        rows=rows,
        base=base,
        shown=lambda row: to_json(shown(row)).decode(),
        weight=weight,
    )
    cursor = cursor_of(page)
    last = f',"cursor":"{cursor}"' if cursor else ""
    return Response(
        status_code=200,
        content_type=JSON,
        body=f'{{"events":[{",".join(page.rows)}]{last}}}',
        headers={"x-bt-cursor": cursor} if cursor else {},
    )


def event(row: Row, names: tuple[str, ...], place: Content) -> Content:
    """A row as clients read it: what it has under `names`, nulls written out, and where it is kept."""
    content = row.content
    span = text_or(content.get("span_id"), row.id)
    return {
        "id": row.id,
        "_xact_id": str(row.transaction),
        "_pagination_key": pagination_key(row),
        "created": text_or(content.get("created"), iso(transaction_id.moment(row.transaction))),
        **place,
        **{THEIR_WORDS.get(name, name): content.get(name) for name in names},
        "span_id": span,
        "root_span_id": text_or(content.get("root_span_id"), span),
        "is_root": not content.get("span_parents"),
        "audit_data": [audited(each) for each in row.audit],
    }


def text_or(value: JsonValue, default: str) -> str:
    """A text, or what stands for it where there is none."""
    return value if isinstance(value, str) and value else default


def pagination_key(row: Row) -> str:
    """`p` and 20 digits that order rows: the second, the transaction within it, the row within that.

    A run's spans may have more lines than a transaction; they are before all that is logged in later seconds still.
    """
    number = (row.transaction % (1 << 48) << 16) + row.place.line
    return f"p{number:020d}"


def audited(audit: Audit) -> JsonValue:
    """One write to a row."""
    return {
        "_xact_id": str(audit.transaction),
        "audit_data": {"action": ACTIONS[audit.change]},
        "metadata": audit.remark or {},
        "source": audit.source,
    }


class RowsResponse(Model):
    """A page of rows; `cursor` leads to the next and is left out where the page is empty."""

    events: list[dict[str, JsonValue]]
    cursor: str | None = Field(default=None, exclude_if=lambda found: found is None)


class Inserted(Model):
    """The ids of the rows written, in order."""

    row_ids: list[str]


class Success(Model):
    """That it is done."""

    status: str = "success"


def insert(call: Call, ports: Any, rows: Rows, log_id: str, events: list[Event]) -> list[str]:
    """Writes events to a log and returns the ids of their rows, in order."""
    return write_rows(
        call.organisation, log_id, events, rows=rows, clock=ports.clock, new_uuid=ports.new_uuid, written=iso
    )


def require(call: Call, rows: Rows, log_id: str, events: list[Event], base: BaseRows) -> None:
    """Raises NotFound unless each event is about a row that is there."""
    require_rows(call.organisation, log_id, {event.id for event in events}, rows=rows, base=base)
