"""A config is called outside any evaluation, for whoever waits; each answer, and each failure, is kept as a log."""

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from typing import NamedTuple

from pydantic_core import from_json, to_json

from assay.domain.dataset import Datapoint
from assay.domain.errors import InvalidRequest
from assay.domain.ids import NewId
from assay.domain.log import Log, Report
from assay.domain.messages import Message
from assay.domain.model_task import ModelCall
from assay.domain.price import Price
from assay.domain.project import Project
from assay.domain.retry import Random, RetryRule
from assay.domain.score import Failure
from assay.domain.task import Task
from assay.domain.templates.values import TemplateFault
from assay.domain.value import JsonValue, Value
from assay.ports import Clock, Logs, OpenProvider, Prices, ProviderLimits, Resources
from assay.use_cases.call_model import Answered, Unanswered
from assay.use_cases.callers import Callers, Means
from assay.use_cases.manage_resources.logs import NewLog, create_logs
from assay.use_cases.remembered import Way

PATIENCE = 280.0
"""Seconds until a call is given up. The gateway waits 29: who is gone by then finds the answer among the logs."""
MOST_ASKED = 1024 * 1024
"""Bytes of a request that its log repeats: most of it are the messages, which the log has anyway."""
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


class Waited(NamedTuple):
    """One answer, or why there is none; and the seconds that it took, with all calls and waits between them."""

    answer: Answered | Unanswered
    duration: float


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
    prices: Prices,
    clock: Clock,
    random: Random,
    new_id: NewId,
) -> Called:
    """The samples, each with its log. Raises InvalidRequest where inputs are missing, NotFound for the project.

    Of a project that was deleted meanwhile nothing may be kept any more: its answers are lost.
    """
    asked = question(wish)
    means = Means(open_provider, limits, RULE, clock, random, clock.now())
    every = await answered(organisation, asked, wish.samples, means)
    price = prices.price(wish.task.provider, wish.task.model)
    resources.get(organisation, Project, wish.project_id)
    made = [as_log(wish, asked.messages, one, price) for one in every]
    kept = create_logs(organisation, made, logs=logs, clock=clock, new_id=new_id)
    return Called(asked.messages, [Sample(log, one.answer) for log, one in zip(kept, every, strict=True)])


def question(wish: ConfigCall) -> ModelCall:
    """What the model is asked. Raises InvalidRequest where the template names inputs that there are not."""
    try:
        return wish.task.call_for(wish.datapoint)
    except TemplateFault as error:
        raise InvalidRequest(str(error), ("inputs",)) from error


async def answered(organisation: str, asked: ModelCall, samples: int, means: Means) -> list[Waited]:
    """The model's answers to one question, asked so many times at once."""
    async with AsyncExitStack() as stack:
        way = await Callers(organisation, samples, {}, stack, means).to(asked.task)
        return await asyncio.gather(*(waited(way, asked, means.clock) for _ in range(samples)))


async def waited(way: Way, asked: ModelCall, clock: Clock) -> Waited:
    """One answer, or why there is none in time, and how long it took."""
    started = clock.monotonic()
    found = await answer(way, asked)
    return Waited(found, clock.monotonic() - started)


async def answer(way: Way, asked: ModelCall) -> Answered | Unanswered:
    """One answer, or why there is none in time."""
    try:
        async with asyncio.timeout(PATIENCE):
            return await way.ask(asked.task, asked.messages) or Unanswered(failure=HELD, latency=0)
    except TimeoutError:
        failure = Failure(kind="timeout", message=f"The model took longer than {PATIENCE:g} seconds.")
        return Unanswered(failure=failure, latency=PATIENCE)


def as_log(wish: ConfigCall, messages: Sequence[Message], one: Waited, price: Price | None) -> NewLog:
    """The log of a sample, as far as it is known what it cost."""
    answer = one.answer
    said = said_of(answer, price) if isinstance(answer, Answered) else {"error": answer.failure.message}
    times = {"duration": one.duration, "provider_latency": answer.latency}
    asked = {"inputs": wish.datapoint.inputs, "messages": tuple(messages)}
    report = wish.report.model_copy(update={**asked, **times, **said})
    shown = report if report.save else report.without_content()
    return NewLog(project_id=wish.project_id, config_id=wish.config_id, report=shown)


def said_of(answer: Answered, price: Price | None) -> dict[str, object]:
    """What the log says of an answer."""
    completion, usage = answer.completion, answer.completion.usage
    return {
        "output": completion.text,
        "output_message": completion.message,
        "finish_reason": completion.finish_reason,
        "prompt_tokens": usage.prompt_tokens,
        "output_tokens": usage.output_tokens,
        "prompt_cost": price.of_prompt(usage) if price else None,
        "output_cost": price.of_output(usage) if price else None,
        "provider_request": request(answer),
        "provider_response": raw(answer),
    }


def request(answer: Answered) -> JsonValue:
    """What the provider was sent; None of `mock`, and where a log with it might be too large to be read at once."""
    asked = answer.completion.asked
    return asked if len(to_json(asked)) <= MOST_ASKED else None


def raw(answer: Answered) -> JsonValue:
    """The provider's answer as it came, or as text where parts that we do not read are no JSON; None of `mock`."""
    content = answer.completion.raw or b"null"
    try:
        found: JsonValue = from_json(content)
    except ValueError:
        return content.decode(errors="replace")
    return found
