"""What clients send about logs, feedback and sessions (contracts/humanloop-v4.md §3.7)."""

from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, TypeAdapter

from assay.dialects.humanloop.requests import Careful, ChatMessage, Open, PageQuery, RegisterRequest
from assay.dialects.humanloop.resource_requests import Some
from assay.domain.errors import InvalidRequest
from assay.domain.feedback import FeedbackValue, Withdrawal
from assay.domain.ids import content_id
from assay.domain.log import LogChange, Report, Said
from assay.domain.value import DEFERRED, JsonValue
from assay.use_cases.manage_resources.feedback import NewFeedback
from assay.use_cases.manage_resources.find_logs import Order

MOST_FEEDBACK = 100
"""In one request: each has its log read and written by itself."""
LENGTH_OF_DAY = len("2026-11-22")


class LogConfigRequest(RegisterRequest):
    """The config of a log, written out."""

    type: Literal["model"] = "model"


def in_utc(moment: datetime) -> datetime:
    """A moment in UTC, which is where one without a time zone is. Raises ValueError beyond the first and last year."""
    try:
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except OverflowError as error:
        raise ValueError("Not a moment of the years 1 to 9999 in UTC.") from error


def end_of_day(text: object) -> object:
    """The last moment of a day that is given without a time: days are inclusive."""
    return f"{text}T23:59:59.999999" if isinstance(text, str) and len(text) == LENGTH_OF_DAY else text


Moment = Annotated[datetime, AfterValidator(in_utc)]


class AnyFeedbackRequest(Open):
    """What feedback has in any form: what it is about, and who gave it when."""

    type: Annotated[str, Field(min_length=1, max_length=200)]
    user: str | None = None
    created_at: Moment | None = None

    def said(self, value: FeedbackValue) -> NewFeedback:
        """The feedback in the core's terms."""
        return NewFeedback(type=self.type, value=value, user=self.user, created_at=self.created_at)


class LogFeedbackRequest(AnyFeedbackRequest):
    """Feedback that comes with its log."""

    value: FeedbackValue


class FeedbackRequest(AnyFeedbackRequest):
    """Feedback on a log that there is: `POST /feedback`. With `unset` it is withdrawn, and needs no value."""

    value: FeedbackValue | None = None
    data_id: str
    unset: bool = False

    def given(self) -> NewFeedback:
        """The feedback in the core's terms. Raises InvalidRequest where it says nothing."""
        if self.value is None:
            raise InvalidRequest("Give the feedback's value.", ("value",), "value_error.missing")
        return self.said(self.value)

    def withdrawn(self) -> Withdrawal:
        """What is to be unset."""
        return Withdrawal(type=self.type, user=self.user, value=self.value)


FeedbackRequests: TypeAdapter[tuple[FeedbackRequest, ...]] = TypeAdapter(
    Annotated[tuple[FeedbackRequest, ...], Field(max_length=MOST_FEEDBACK)], config=DEFERRED
)


def session_of(session_id: str | None, reference: str | None) -> str | None:
    """The session that a log belongs to; one that is only referred to has an id made from the reference."""
    return session_id or (content_id("sesh_", reference) if reference else None)


Amount = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Count = Annotated[int, Field(ge=0)]


class LogRequest(Said, Open):
    """One log of `POST /logs`; nothing of it is required by itself."""

    duration: Amount | None = None
    prompt_tokens: Count | None = None
    output_tokens: Count | None = None
    prompt_cost: Amount | None = None
    output_cost: Amount | None = None

    project: str | None = None
    project_id: str | None = None
    config: LogConfigRequest | None = None
    config_id: str | None = None
    created_at: Moment | None = None
    inputs: dict[str, JsonValue] | None = None
    messages: tuple[ChatMessage, ...] | None = None
    output_message: ChatMessage | None = None
    feedback: LogFeedbackRequest | Annotated[tuple[LogFeedbackRequest, ...], Some] | None = None

    def report(self) -> Report:
        """The log in the core's terms."""
        message = self.output_message
        fields = self.model_dump(include={*Said.model_fields, "inputs"}, exclude={"session_id"})
        report = Report(
            **fields,
            session_id=session_of(self.session_id, self.session_reference_id),
            messages=tuple(each.translated() for each in self.messages or ()),
            output_message=message.translated() if message else None,
        )
        return report if self.save else report.without_content()

    def given_feedback(self) -> tuple[NewFeedback, ...]:
        """The feedback that comes with it."""
        given = (self.feedback,) if isinstance(self.feedback, LogFeedbackRequest) else self.feedback or ()
        return tuple(each.said(each.value) for each in given)


LogRequests: TypeAdapter[tuple[LogRequest, ...]] = TypeAdapter(Annotated[tuple[LogRequest, ...], Some], config=DEFERRED)


class UpdateLogRequest(Careful):
    """`PATCH /logs/{id}` and `PATCH /logs`."""

    output: str | None = None
    error: str | None = None
    duration: Amount | None = None

    def translated(self) -> LogChange:
        """The change in the core's terms: of what is sent, of which null clears what was said before."""
        return LogChange(**self.model_dump(exclude_unset=True))


class ReferenceQuery(Open):
    """`PATCH /logs`: the client's own name of the log."""

    reference_id: str


class DeleteLogsQuery(Open):
    """`DELETE /logs`; `id` can be repeated. Without any, which logs are meant would be anybody's guess."""

    id: Annotated[tuple[str, ...], Some]


SortKey = Annotated[str, Field(pattern=r"^(source|model|timestamp|feedback-.+)\.(asc|desc)$")]


class ListQuery(PageQuery):
    """A look over a project's logs. Ours is `cursor`: the `next` of an earlier look, which it goes on from."""

    cursor: str | None = None


class LogsQuery(ListQuery):
    """`GET /logs`. A date without a time stands for the whole day; `sort` and the filters can be repeated.

    There are filters for every type of feedback and every evaluator too: `feedback-{type}_filter` and
    `evaluator-{id}_filter`.
    """

    project_id: str
    search: str | None = None
    metadata_search: str | None = None
    version_status: Literal["uncommitted", "committed", "deleted"] | None = None
    start_date: Moment | None = None
    end_date: Annotated[Moment | None, BeforeValidator(end_of_day)] = None
    sort: tuple[SortKey, ...] = ()
    source_filter: tuple[str, ...] = ()
    model_filter: tuple[str, ...] = ()

    @property
    def order(self) -> tuple[Order, ...]:
        """The columns to sort by, in the core's terms."""
        return tuple(map(order_of, self.sort))


def order_of(text: str) -> Order:
    """A column to sort by and the way, as `feedback-rating.desc`."""
    column, _, way = text.rpartition(".")
    name, _, more = column.partition("-")
    return Order.model_validate({"column": name, "name": more, "descending": way == "desc"})


class ExportQuery(ListQuery):
    """`POST /projects/{id}/export`."""

    size: Annotated[int, Field(ge=1)] = 10


class SessionsQuery(ListQuery):
    """`GET /sessions`; here pages count from 1."""

    project_id: str
    page: Annotated[int, Field(ge=1)] = 1
    size: Annotated[int, Field(ge=1)] = 10
