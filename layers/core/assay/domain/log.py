"""Logs: what a model said, as a client reports it, outside any evaluation."""

from datetime import datetime
from typing import NamedTuple

from pydantic import BaseModel, Field

from assay.domain.messages import Message
from assay.domain.value import JsonValue, Value


class Said(BaseModel):
    """What every form of a log says of a call of a model, if anything (contracts/humanloop-v4.md §3.7)."""

    session_id: str | None = None
    parent_id: str | None = None
    reference_id: str | None = None
    source: str | None = None
    source_datapoint_id: str | None = None
    environment: str | None = None
    metadata: dict[str, JsonValue] | None = None
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


class Report(Said, Value):
    """What a client says about one call of a model."""

    inputs: dict[str, JsonValue] | None = None
    messages: tuple[Message, ...] = ()
    output_message: Message | None = None

    def without_content(self) -> "Report":
        """The report without whatever went into the model or came out of it; config and metadata stay."""
        kept = self.model_dump(exclude=CONTENT)
        return Report.model_validate(kept)


CONTENT = {
    "inputs", "messages", "output", "output_message", "judgment", "error", "stdout", "provider_request",
    "provider_response",
}  # fmt: skip
"""What is not stored of a log with `save=false`."""


class Log(Value):
    """A report, kept: of which project, by which config, and when."""

    id: str
    created_at: datetime
    updated_at: datetime
    project_id: str
    config_id: str
    report: Report


class LogEntry(NamedTuple):
    """A log's place on its project's list, with its size in bytes."""

    id: str
    size: int
