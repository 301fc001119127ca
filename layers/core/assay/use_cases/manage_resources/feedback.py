"""Feedback: given on logs, withdrawn; and the types of it that a project defines."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from assay.domain.errors import AlreadyExists, InvalidRequest
from assay.domain.feedback import Feedback, FeedbackType, FeedbackValue, Withdrawal, with_feedback, without_feedback
from assay.domain.ids import NewId
from assay.domain.project import Project
from assay.domain.value import Value
from assay.ports import Clock, Logs, Resources
from assay.use_cases.one_log import one_log
from assay.use_cases.races import settled

MOST_BYTES = 20_000
"""Of all feedback on one log, as JSON."""


class NewFeedback(Value):
    """Feedback that has no id yet. `created_at` None means now."""

    type: str
    value: FeedbackValue
    user: str | None = None
    created_at: datetime | None = None


def all_given(
    before: Sequence[Feedback], wishes: Iterable[NewFeedback], *, now: datetime, new_id: NewId
) -> tuple[Feedback, ...]:
    """The feedback of a log after more is given. Raises InvalidRequest where that is more than is kept of one log."""
    every = tuple(before)
    for wish in wishes:
        made = Feedback(id=new_id("ann_"), created_at=wish.created_at or now, **wish.model_dump(exclude={"created_at"}))
        every = with_feedback(every, made)
    if sum(len(one.model_dump_json().encode()) for one in every) > MOST_BYTES:
        raise InvalidRequest(f"At most {MOST_BYTES} bytes of feedback are kept of one log.", ("feedback",))
    return every


def create_feedback_type(
    organisation: str, project_id: str, wish: FeedbackType, *, resources: Resources, clock: Clock
) -> FeedbackType:
    """A type of feedback that the project defines. Raises NotFound, AlreadyExists for a type that it has, Conflict."""

    def created() -> FeedbackType:
        project = resources.get(organisation, Project, project_id)
        if any(each.type == wish.type for each in project.feedback_types):
            raise AlreadyExists(f"'{wish.type}' exists already.")
        after = project.revised(clock.now(), feedback_types=(*project.feedback_types, wish))
        resources.replace(organisation, project, after)
        return wish

    return settled(created)


def give_feedback(
    organisation: str, log_id: str, wish: NewFeedback, *, logs: Logs, clock: Clock, new_id: NewId
) -> Feedback:
    """The feedback, kept with the log. Raises NotFound, InvalidRequest."""

    def given() -> Feedback:
        log = one_log(organisation, log_id, logs=logs)
        feedback = all_given(log.feedback, [wish], now=clock.now(), new_id=new_id)
        logs.replace(organisation, log, log.revised(feedback=feedback))
        return feedback[-1]

    return settled(given)


def withdraw_feedback(organisation: str, log_id: str, wish: Withdrawal, *, logs: Logs) -> tuple[Feedback, ...]:
    """What was withdrawn: nothing where there was none. Raises NotFound."""

    def withdrawn() -> tuple[Feedback, ...]:
        log = one_log(organisation, log_id, logs=logs)
        left = without_feedback(log.feedback, wish)
        logs.replace(organisation, log, log.revised(feedback=left))
        return tuple(one for one in log.feedback if one not in left)

    return settled(withdrawn)
