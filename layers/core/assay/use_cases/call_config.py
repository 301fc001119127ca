"""A config is called outside any evaluation, for whoever waits; each answer, and each failure, is kept as a log."""

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from typing import NamedTuple

from pydantic_core import from_json

from assay.domain.dataset import Datapoint
from assay.domain.errors import InvalidRequest
from assay.domain.ids import NewId
from assay.domain.log import Log, Report
from assay.domain.messages import Message
from assay.domain.model_task import ModelCall
from assay.domain.project import Project
from assay.domain.retry import Random, RetryRule
from assay.domain.score import Failure
from assay.domain.task import Task
from assay.domain.templates.values import TemplateFault
from assay.domain.value import JsonValue, Value
from assay.ports import Clock, Logs, OpenProvider, ProviderLimits, Resources
from assay.use_cases.call_model import Answered, Unanswered
from assay.use_cases.callers import Callers, Means
from assay.use_cases.manage_resources.logs import NewLog, create_logs
from assay.use_cases.remembered import Way

PATIENCE = 280.0
"""Seconds until a call is given up. The gateway waits 29: who is gone by then finds the answer among the logs."""
RULE = RetryRule(attempts=3, ceiling=4, longest=4)
HELD = Failure(kind="provider", message="The model's provider wants its callers to wait: try again later.", attempts=0)


class ConfigCall(Value):
    """What a config is asked, `samples` times, with the inputs and messages of a datapoint.

    `task` is the config's, as this call changes it; `report` is what its logs say beside what was asked and answered,
    of which they say nothing where it is not to be saved.
    """

    project_id: str
    config_id: str
    task: Task
    datapoint: Datapoint
    samples: int = 1
    report: Report


class Sample(NamedTuple):
    """One answer, or why there is none; and the log that is kept of it."""

    log: Log
    answer: Answered | Unanswered


class Called(NamedTuple):
    """What was asked, and what came of it."""

    messages: tuple[Message, ...]
    samples: list[Sample]


async def call_config(
    organisation: str,
    wish: ConfigCall,
    *,
    resources: Resources,
    logs: Logs,
    open_provider: OpenProvider,
    limits: ProviderLimits,
    clock: Clock,
    random: Random,
    new_id: NewId,
) -> Called:
    """The samples, each with its log. Raises InvalidRequest where inputs are missing, NotFound for the project.

    Of a project that was deleted meanwhile nothing may be kept any more: its answers are lost.
    """
    asked = question(wish)
    means = Means(open_provider, limits, RULE, clock, random, clock.now())
    answers = await answered(organisation, asked, wish.samples, means)
    resources.get(organisation, Project, wish.project_id)
    made = [as_log(wish, asked.messages, answer) for answer in answers]
    kept = create_logs(organisation, made, logs=logs, clock=clock, new_id=new_id)
    return Called(asked.messages, list(map(Sample, kept, answers)))


def question(wish: ConfigCall) -> ModelCall:
    """What the model is asked. Raises InvalidRequest where the template names inputs that there are not."""
    try:
        return wish.task.call_for(wish.datapoint)
    except TemplateFault as error:
        raise InvalidRequest(str(error), ("inputs",)) from error


async def answered(organisation: str, asked: ModelCall, samples: int, means: Means) -> list[Answered | Unanswered]:
    """The model's answers to one question, asked so many times at once."""
    async with AsyncExitStack() as stack:
        way = await Callers(organisation, samples, {}, stack, means).to(asked.task)
        return await asyncio.gather(*(answer(way, asked) for _ in range(samples)))


async def answer(way: Way, asked: ModelCall) -> Answered | Unanswered:
    """One answer, or why there is none in time."""
    try:
        async with asyncio.timeout(PATIENCE):
            return await way.ask(asked.task, asked.messages) or Unanswered(failure=HELD, latency=0)
    except TimeoutError:
        failure = Failure(kind="timeout", message=f"The model took longer than {PATIENCE:g} seconds.")
        return Unanswered(failure=failure, latency=PATIENCE)


def as_log(wish: ConfigCall, messages: Sequence[Message], answer: Answered | Unanswered) -> NewLog:
    """The log of a sample."""
    said = said_of(answer) if isinstance(answer, Answered) else {"error": answer.failure.message}
    times = {"duration": answer.latency, "provider_latency": answer.latency}
    asked = {"inputs": wish.datapoint.inputs, "messages": tuple(messages)}
    report = wish.report.model_copy(update={**asked, **times, **said})
    shown = report if report.save else report.without_content()
    return NewLog(project_id=wish.project_id, config_id=wish.config_id, report=shown)


def said_of(answer: Answered) -> dict[str, object]:
    """What the log says of an answer."""
    completion = answer.completion
    return {
        "output": completion.text,
        "output_message": completion.message,
        "finish_reason": completion.finish_reason,
        "prompt_tokens": completion.usage.prompt_tokens,
        "output_tokens": completion.usage.output_tokens,
        "provider_response": raw(answer),
    }


def raw(answer: Answered) -> JsonValue:
    """The provider's answer as it came, or as text where parts that we do not read are no JSON; None of `mock`."""
    content = answer.completion.raw or b"null"
    try:
        found: JsonValue = from_json(content)
    except ValueError:
        return content.decode(errors="replace")
    return found
