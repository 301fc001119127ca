"""Sessions: made, got, listed by the project of their logs."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import datetime
from itertools import islice
from typing import NamedTuple

from assay.domain.errors import AlreadyExists, NotFound
from assay.domain.ids import NewId
from assay.domain.log import Log, LogEntry, Mention, of_session
from assay.domain.project import Project
from assay.domain.session import Session
from assay.domain.value import JsonValue
from assay.ports import Clock, Logs, Resources
from assay.use_cases.if_there import if_there

MOST_COUNTED = 10_000
"""Logs of one session."""


class SessionView(NamedTuple):
    """A session with what its logs say: of the first the inputs, of the last the output."""

    id: str
    reference_id: str | None
    projects: list[Project]
    logs: int
    first_inputs: dict[str, JsonValue] | None
    last_output: str | None
    created_at: datetime
    updated_at: datetime


def create_session(organisation: str, *, resources: Resources, clock: Clock, new_id: NewId) -> Session:
    """A session that has no logs yet."""
    now = clock.now()
    session = Session(id=new_id("sesh_"), created_at=now, updated_at=now)
    resources.create(organisation, session)
    return session


def see_made(organisation: str, session_id: str, *, resources: Resources, clock: Clock) -> None:
    """Makes the session of an id, unless it is there: of logs that no list has, it would not be known otherwise."""
    now = clock.now()
    with suppress(AlreadyExists):
        resources.create(organisation, Session(id=session_id, created_at=now, updated_at=now))


def get_session(organisation: str, session_id: str, *, logs: Logs, resources: Resources) -> SessionView:
    """The session. Raises NotFound where nobody made it and no log names it."""
    found = seen(organisation, of_session(session_id), logs=logs, resources=resources)
    if found:
        return found
    made = if_there(organisation, Session, session_id, resources=resources)
    if made is None:
        raise NotFound("session", session_id)
    return SessionView(made.id, None, [], 0, None, None, made.created_at, made.updated_at)


def require_sessions(organisation: str, session_ids: Iterable[str | None], *, logs: Logs, resources: Resources) -> None:
    """Raises NotFound for a session that nobody made and no log names; None is no session."""
    for session_id in filter(None, dict.fromkeys(session_ids)):
        if next(logs.mentioned(organisation, of_session(session_id)), None) is None:
            resources.get(organisation, Session, session_id)


def seen(organisation: str, index: str, *, logs: Logs, resources: Resources) -> SessionView | None:
    """The session as its logs show it; None where it has none."""
    mentions = list(islice(logs.mentioned(organisation, index), MOST_COUNTED))
    ends = logs.present(organisation, [mention.id for mention in mentions[:1] + mentions[-1:]])
    if not ends:
        return None
    first, last = min(ends.values(), key=age), max(ends.values(), key=age)
    return SessionView(
        id=first.report.session_id or "",
        reference_id=first.report.session_reference_id,
        projects=projects_of(organisation, mentions, resources=resources),
        logs=len(mentions),
        first_inputs=first.report.inputs,
        last_output=last.report.output,
        created_at=first.created_at,
        updated_at=max(first.updated_at, last.updated_at),
    )


def age(log: Log) -> str:
    """Where a log stands among others of its session."""
    return LogEntry.of(log, 0).key


def projects_of(organisation: str, mentions: list[Mention], *, resources: Resources) -> list[Project]:
    """The projects of a session's logs that there still are."""
    wanted = dict.fromkeys(mention.project_id for mention in mentions)
    found = (if_there(organisation, Project, one, resources=resources) for one in wanted)
    return [project for project in found if project]


def sessions_of(entries: list[LogEntry]) -> list[str]:
    """The sessions of logs that are newest first, by their lists: the one with the newest log first."""
    return list(dict.fromkeys(index for entry in entries for index in entry.indices if index.startswith("session/")))


def views(organisation: str, indices: list[str], *, logs: Logs, resources: Resources) -> Iterator[SessionView]:
    """The sessions with these lists, as they are asked for: what their logs say may be large."""
    for index in indices:
        if found := seen(organisation, index, logs=logs, resources=resources):
            yield found
