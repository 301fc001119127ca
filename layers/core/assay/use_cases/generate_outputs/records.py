"""What is kept of a row: the output that it has, or why it has none."""

from datetime import datetime

from assay.domain.dataset import Datapoint
from assay.domain.messages import Message
from assay.domain.model_task import Answer
from assay.domain.score import FailedOutput, Failure, Output
from assay.use_cases.call_model import Answered, Unanswered
from assay.use_cases.suspects import FATAL


def generated(ordinal: int, datapoint: Datapoint, answer: Answer, by: Answered, now: datetime) -> Output:
    """A row whose output a model gave."""
    said = by.completion
    return Output(
        ordinal=ordinal,
        datapoint_id=datapoint.id,
        text=answer.text,
        form=answer.form,
        message=said.message,
        finish_reason=said.finish_reason,
        usage=said.usage,
        latency=by.latency,
        attempts=by.attempts,
        is_cached=by.is_cached,
        created_at=now,
    )


def computed(ordinal: int, datapoint: Datapoint, answer: Answer, seconds: float, now: datetime) -> Output:
    """A row whose output code made in so many seconds."""
    return Output(
        ordinal=ordinal,
        datapoint_id=datapoint.id,
        text=answer.text,
        form=answer.form,
        message=Message(role="assistant", content=answer.text),
        latency=seconds,
        created_at=now,
    )


def failed(ordinal: int, datapoint: Datapoint, answer: Unanswered, now: datetime) -> FailedOutput:
    """A row without an output."""
    return FailedOutput(
        ordinal=ordinal,
        datapoint_id=datapoint.id,
        failure=answer.failure,
        latency=answer.latency,
        created_at=now,
    )


def deadly(ordinal: int, datapoint: Datapoint, now: datetime) -> FailedOutput:
    """A row on which one worker after another died."""
    failure = Failure(kind="lost", message=f"{FATAL} workers died on this row.", attempts=FATAL)
    return failed(ordinal, datapoint, Unanswered(failure=failure, latency=0), now)


def too_late(ordinal: int, datapoint: Datapoint, now: datetime) -> FailedOutput:
    """A row that was not done when the time was over."""
    failure = Failure(kind="timeout", message="The evaluation's time was over before this row was done.")
    return failed(ordinal, datapoint, Unanswered(failure=failure, latency=0), now)
