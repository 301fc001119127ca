"""What clients read about lists of logs, and about sessions (contracts/humanloop-v4.md §3.7)."""

from typing import Literal

from assay.dialects.humanloop.responses import LogResponse, Page, Timestamp
from assay.domain.value import JsonValue, Model


class LogsPage(Page[LogResponse]):
    """One page of logs. Where one look does not go over all of them, `total` counts those that it went over.

    Then `next` is the cursor by which another look goes on.
    """

    next: str | None = None


class CreateSessionResponse(Model):
    """A session that was just made."""

    id: str


class SessionProjectResponse(Model):
    """A project that a session has logs in."""

    id: str
    name: str
    type: Literal["prompt"] = "prompt"


class SessionResponse(Model):
    """A session."""

    id: str
    reference_id: str | None = None
    projects: list[SessionProjectResponse]
    datapoints_count: int
    first_inputs: dict[str, JsonValue] | None = None
    last_output: str | None = None
    created_at: Timestamp
    updated_at: Timestamp


class SessionsPage(Page[SessionResponse]):
    """One page of sessions; `next` as with logs."""

    next: str | None = None
