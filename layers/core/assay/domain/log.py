"""Logs: what a model said outside any evaluation, as a client reports it or as we called it."""

import hashlib
from datetime import UTC, datetime
from typing import NamedTuple, Self

from pydantic import Field

from assay.domain.feedback import Feedback
from assay.domain.ids import canonical
from assay.domain.messages import Message
from assay.domain.score import AnyScore, Score
from assay.domain.value import JsonValue, Model, Value, as_text


class Said(Model):
    """What every form of a log says of a call of a model, if anything (contracts/humanloop-v4.md §3.7)."""

    session_id: str | None = None
    session_reference_id: str | None = None
    parent_id: str | None = None
    parent_reference_id: str | None = None
    reference_id: str | None = None
    source: str | None = None
    source_datapoint_id: str | None = None
    environment: str | None = None
    metadata: dict[str, JsonValue] | None = None
    save: bool = True
    output: str | None = None
    judgment: JsonValue = None
    error: str | None = None
    stdout: str | None = None
    duration: float | None = Field(default=None, allow_inf_nan=False)
    prompt_tokens: int | None = None
    output_tokens: int | None = None
    prompt_cost: float | None = Field(default=None, allow_inf_nan=False)
    output_cost: float | None = Field(default=None, allow_inf_nan=False)
    provider_request: JsonValue = None
    provider_response: JsonValue = None


class LogChange(Value):
    """What a client says later about a call of a model: of what is set here; None takes back what was said."""

    output: str | None = None
    error: str | None = None
    duration: float | None = Field(default=None, allow_inf_nan=False)


class Report(Said, Value):
    """What is said about one call of a model: by a client, or by us where we made it."""

    inputs: dict[str, JsonValue] | None = None
    messages: tuple[Message, ...] = ()
    output_message: Message | None = None
    finish_reason: str | None = None
    provider_latency: float | None = None

    def changed(self, change: LogChange) -> "Report":
        """The report as it is after a change; of one that is not to be saved no content comes in by it."""
        after = self.model_copy(update=change.model_dump(exclude_unset=True))
        return after if self.save else after.without_content()

    def without_content(self) -> "Report":
        """The report without whatever went into the model or came out of it; config and metadata stay."""
        kept = self.model_dump(exclude=CONTENT)
        return Report.model_validate(kept)


CONTENT = {
    "inputs", "messages", "output", "output_message", "judgment", "error", "stdout", "provider_request",
    "provider_response",
}  # fmt: skip
"""What is not stored of a log with `save=false`."""


class LogResult(Value):
    """What an evaluator of an evaluation says about a log that was made outside it, as a client posted it."""

    evaluation_id: str
    ordinal: int
    evaluator_id: str
    score: AnyScore
    created_at: datetime
    updated_at: datetime

    def is_in_place_of(self, other: "LogResult") -> bool:
        """Whether the other is the same evaluator's, in the same evaluation."""
        same = (self.evaluation_id, self.score.evaluator)
        return same == (other.evaluation_id, other.score.evaluator)


class LogHead(Value):
    """Who a log is: of which project, by which config, and when; with what people and evaluators say about it.

    `revision` grows by one with each change (compare-and-swap).
    """

    id: str
    created_at: datetime
    updated_at: datetime
    project_id: str
    config_id: str
    feedback: tuple[Feedback, ...] = ()
    results: tuple[LogResult, ...] = ()
    revision: int = 0


class Log(LogHead):
    """A report, kept."""

    report: Report

    def revised(self, **changes: object) -> Self:
        """The next revision, with `changes`."""
        return self.model_copy(update={**changes, "revision": self.revision + 1})


class LogEntry(Value):
    """A log's place on its project's list: what it is sorted and filtered by, so that it need not be read for that.

    `size` is that of all that is kept of it in bytes. Long texts are cut. `indices` are the other lists that it is on.
    """

    id: str
    created_at: datetime
    config_id: str
    size: int
    source: str | None = None
    feedback: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    results: dict[str, str | None] = Field(default_factory=dict)
    indices: tuple[str, ...] = ()

    @classmethod
    def of(cls, log: Log, size: int) -> Self:
        """The entry of a log."""
        report = log.report
        session = of_session(report.session_id) if report.session_id else ""
        reference = of_reference(report.reference_id) if report.reference_id else ""
        feedback: dict[str, tuple[str, ...]] = {}
        for each in log.feedback:
            feedback[each.type] = (*feedback.get(each.type, ()), *map(shortened, each.labels))
        return cls(
            id=log.id,
            created_at=log.created_at,
            config_id=log.config_id,
            size=size,
            source=None if report.source is None else shortened(report.source),
            feedback=feedback,
            results={each.evaluator_id: said(each.score) for each in log.results},
            indices=tuple(filter(None, (session, reference))),
        )

    @property
    def key(self) -> str:
        """What the list is sorted by."""
        return f"{sortable(self.created_at)} {self.id}"


EARLIEST, LATEST = " ", "~"
"""Before and after every key."""


class Mention(NamedTuple):
    """A log on a list beside its project's: of a session, or of a reference."""

    id: str
    project_id: str


LONGEST = 200
"""Characters of a text by which logs are listed; of longer ones the rest is a hash."""


def shortened(text: str) -> str:
    """A text of at most some hundred characters, that is another for every other text."""
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}#{digest(text)}"


def digest(text: str) -> str:
    """What stands for a text of any length."""
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()


def of_session(session_id: str) -> str:
    """The list of a session's logs."""
    return f"session/{digest(session_id)}"


def of_reference(reference_id: str) -> str:
    """The list of the logs that a client calls by this reference."""
    return f"reference/{digest(reference_id)}"


def sortable(moment: datetime) -> str:
    """A moment as a text that sorts as moments do, and always has as many characters."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds")


def said(score: AnyScore) -> str | None:
    """A verdict as a filter names it; None where there is none."""
    verdict = score.value if isinstance(score, Score) else None
    value: JsonValue = list(verdict) if isinstance(verdict, tuple) else verdict
    return None if value is None else shortened(as_text(canonical(value)))
