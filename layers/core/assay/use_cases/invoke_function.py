"""One function is called once, outside any evaluation, and its result handed back (contracts/braintrust.md §7.7)."""

import asyncio
import json
from collections.abc import Sequence
from contextlib import AsyncExitStack
from typing import Literal, NamedTuple

from pydantic import Field

from assay.domain.completion import Completion
from assay.domain.dataset import Datapoint
from assay.domain.errors import FunctionFailed
from assay.domain.evaluators.global_scorer import Arguments, CannotScore, arguments
from assay.domain.evaluators.scorer import GlobalScorer, NoChoice, PromptScorer
from assay.domain.function import CodeFunction, GlobalFunction, StoredRef
from assay.domain.messages import Message
from assay.domain.model_task import ModelCall, Task
from assay.domain.prompt_data import PromptData
from assay.domain.prompt_reading import Rendering, as_prompt
from assay.domain.prompt_task import Prompt, as_message, parsed, variables_of
from assay.domain.retry import Random, RetryRule
from assay.domain.task import CodeTask
from assay.domain.templates.values import TemplateFault
from assay.domain.value import JsonValue, Value
from assay.ports import Clock, CodeRunner, OpenProvider, ProviderLimits, Resources
from assay.use_cases.call_model import Unanswered
from assay.use_cases.callers import Callers, Means
from assay.use_cases.resolve_function import Found, as_global, of_version, source, stored
from assay.use_cases.run_code import run_some

PATIENCE = 25.0
"""Seconds that a call may take: whoever waits for it behind the API waits no longer."""
RULE = RetryRule(attempts=3, ceiling=4, longest=4)
PLACE = ("function",)

Mode = Literal["auto", "text", "json"]


class Invocation(Value):
    """What a function is called with. `messages` come after the prompt's own."""

    function_id: str
    transaction_id: int | None = None
    input: JsonValue = None
    expected: JsonValue = None
    metadata: dict[str, JsonValue] = Field(default_factory=dict)
    messages: tuple[JsonValue, ...] = ()
    mode: Mode = "auto"
    strict: bool = False

    @property
    def row(self) -> dict[str, JsonValue]:
        """What code is called with, and a scorer beside the fields of the input."""
        return {"input": self.input, "expected": self.expected, "metadata": self.metadata}

    @property
    def scored(self) -> dict[str, JsonValue]:
        """What a scorer is given: an input that is an object is the row itself."""
        return {**self.row, **(self.input if isinstance(self.input, dict) else {})}


class Result(NamedTuple):
    """What the function returned, and what it printed."""

    value: JsonValue
    stdout: str = ""


async def invoke_function(
    organisation: str,
    wish: Invocation,
    *,
    resources: Resources,
    code_runner: CodeRunner,
    open_provider: OpenProvider,
    limits: ProviderLimits,
    clock: Clock,
    random: Random,
) -> Result:
    """The result. Raises NotFound, InvalidRequest where the function cannot run, FunctionFailed where it fails."""
    ref = StoredRef(function_id=wish.function_id, transaction_id=wish.transaction_id)
    found = of_version(await asyncio.to_thread(stored, organisation, ref, resources))
    try:
        async with asyncio.timeout(PATIENCE), AsyncExitStack() as stack:
            means = Means(open_provider, limits, RULE, clock, random, clock.now())
            callers = Callers(organisation, 1, {}, stack, means)
            return await result(found, wish, code_runner, callers)
    except TimeoutError as error:
        raise FunctionFailed(f"The function took longer than {PATIENCE:g} seconds.") from error
    except (TemplateFault, NoChoice, CannotScore) as error:
        raise FunctionFailed(str(error)) from error


async def result(found: Found, wish: Invocation, code_runner: CodeRunner, callers: Callers) -> Result:
    """What the function returns, whatever it is."""
    if isinstance(found.data, CodeFunction):
        runtime, code = source(found.data)
        return await by_code(CodeTask(runtime=runtime, code=code), wish, code_runner)
    if isinstance(found.data, GlobalFunction):
        return Result(await by_name(as_global(found.data, PLACE), wish, callers))
    return Result(await by_model(found, wish, callers))


async def by_code(task: CodeTask, wish: Invocation, code_runner: CodeRunner) -> Result:
    """What the code returns. Raises FunctionFailed."""
    (answer, *_) = await run_some(code_runner, task.batch(((wish.row,),)))
    if answer.error is not None:
        raise FunctionFailed(answer.error)
    return Result(answer.value, answer.stdout)


async def by_name(scorer: GlobalScorer, wish: Invocation, callers: Callers) -> JsonValue:
    """What the global scorer says. Raises CannotScore, FunctionFailed."""
    row = wish.scored
    metadata = row.get("metadata")
    values = {name: row.get(name) for name in ("input", "output", "expected")}
    given = arguments(values, metadata if isinstance(metadata, dict) else {}, scorer.config)
    if scorer.model is not None:
        return await by_catalogue(scorer, given, scorer.model, callers)
    from assay.domain.evaluators.pure.catalogue import score  # noqa: PLC0415 - its libraries load only where it is used

    return score(scorer.name, given).result()


async def by_catalogue(scorer: GlobalScorer, given: Arguments, model: Task, callers: Callers) -> JsonValue:
    """What a global scorer says that asks a model. Raises CannotScore, FunctionFailed."""
    from assay.domain.evaluators.model_scorers import Models, SenselessAnswer, score  # noqa: PLC0415 - as above

    async def ask(task: Task, messages: Sequence[Message]) -> Completion:
        return await answered(ModelCall(task=task, messages=tuple(messages)), callers)

    try:
        return (await score(scorer.name, given, scorer.config, Models(model, scorer.embedder), ask)).result()
    except SenselessAnswer as error:
        raise FunctionFailed(str(error)) from error


async def by_model(found: Found, wish: Invocation, callers: Callers) -> JsonValue:
    """What the prompt comes to; a classifier's score carries the function's name."""
    data = found.prompt or PromptData()
    prompt = as_prompt(data, PLACE, Rendering(strict=wish.strict))
    scorer = PromptScorer(prompt=prompt, classifier=data.parser)
    is_scorer = data.parser is not None or found.function_type == "scorer"
    call = scorer.call(wish.scored if is_scorer else variables_of(as_datapoint(wish)))
    messages = (*call.messages, *(as_message(each) for each in wish.messages))
    completion = await answered(call.model_copy(update={"messages": messages}), callers)
    if data.parser is None:
        return in_mode(prompt, completion, wish.mode)
    chosen = scorer.result(completion)
    return {"name": found.name, **chosen} if isinstance(chosen, dict) else chosen


def as_datapoint(wish: Invocation) -> Datapoint:
    """What the function is called with, as a row."""
    return Datapoint(id="", inputs=wish.input, target=wish.expected, metadata=wish.metadata)


async def answered(call: ModelCall, callers: Callers) -> Completion:
    """The model's answer. Raises FunctionFailed."""
    answer = await (await callers.to(call.task)).ask(call.task, call.messages)
    if answer is None:
        raise FunctionFailed("The model's provider wants its callers to wait: try again later.")
    if isinstance(answer, Unanswered):
        raise FunctionFailed(answer.failure.message)
    return answer.completion


def in_mode(prompt: Prompt, completion: Completion, mode: Mode) -> JsonValue:
    """The answer as it is asked for (contracts/braintrust.md §4.4). Raises TemplateFault where it is no JSON."""
    if mode == "text":
        return completion.text
    answer = prompt.answer(completion)
    if answer.form == "json":
        value: JsonValue = json.loads(answer.text)
        return value
    return parsed(answer.text, "The model's answer is") if mode == "json" else answer.text
