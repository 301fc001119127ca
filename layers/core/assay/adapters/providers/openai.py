"""OpenAI's chat completions, embeddings and moderations, and whatever speaks them at another base URL."""

import json
from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator

from assay.adapters.providers.wire import Asked
from assay.domain.completion import Completion
from assay.domain.messages import FunctionCall, Message, ToolCall
from assay.domain.score import Usage
from assay.domain.task import Task
from assay.domain.value import JsonValue


class WireFunction(BaseModel):
    """Part of a tool call."""

    name: str
    arguments: str | None = None


class WireToolCall(BaseModel):
    """A tool call of the answer."""

    id: str
    function: WireFunction


class WireMessage(BaseModel):
    """The answer's message."""

    content: str | None = None
    refusal: str | None = None
    tool_calls: list[WireToolCall] | None = None


class WireChoice(BaseModel):
    """One alternative; we ask for one."""

    message: WireMessage
    finish_reason: str | None = None


MOST_TOKENS = 10**9


def counted(said: object) -> object:
    """What a server says that it counted; none where that cannot be: there are servers of all kinds."""
    return None if isinstance(said, int) and not 0 <= said <= MOST_TOKENS else said


Count = Annotated[int | None, BeforeValidator(counted)]


class WireParts(BaseModel):
    """Tokens among those counted that came from the cache, or were thoughts."""

    cached_tokens: Count = None
    reasoning_tokens: Count = None


class WireUsage(BaseModel):
    """Tokens counted. Google has those of thoughts in the total only: `totalTokenCount` is the sum of what the prompt,
    the candidates and the thoughts have.
    """

    prompt_tokens: Count = None
    completion_tokens: Count = None
    total_tokens: Count = None
    prompt_tokens_details: WireParts | None = None
    completion_tokens_details: WireParts | None = None

    def counted(self) -> Usage:
        """The tokens in the core's words; parts that are none are not said."""
        prompt, output = self.prompt_tokens_details, self.completion_tokens_details
        return Usage(
            prompt_tokens=self.prompt_tokens,
            output_tokens=self.output_tokens,
            cached_tokens=(prompt and prompt.cached_tokens) or None,
            reasoning_tokens=(output and output.reasoning_tokens) or self.unnamed or None,
        )

    @property
    def output_tokens(self) -> int | None:
        """All that is paid for as output: whatever the total has beyond the prompt, if that is more."""
        if self.total_tokens is None or self.prompt_tokens is None:
            return self.completion_tokens
        return max(self.completion_tokens or 0, self.total_tokens - self.prompt_tokens)

    @property
    def unnamed(self) -> int:
        """The tokens of the output that are not the completion's: thoughts."""
        return (self.output_tokens or 0) - (self.completion_tokens or 0)


class WireAnswer(BaseModel):
    """The answer, as far as we read it: choices, or of a text its embedding, or whether it offends and how."""

    choices: list[WireChoice] | None = None
    data: list[dict[str, JsonValue]] | None = None
    results: list[dict[str, JsonValue]] | None = None
    usage: WireUsage | None = None


PATHS = {"embed": "embeddings", "moderate": "moderations"}
"""The endpoints that are not chat completions'."""


class OpenAIWire:
    """Implements wire.Wire."""

    def request(self, task: Task, messages: Sequence[Message]) -> Asked:
        return Asked(PATHS.get(task.endpoint, "chat/completions"), request_body(task, messages))

    def completion(self, content: bytes) -> Completion:
        answer = WireAnswer.model_validate_json(content)
        return report(answer) if answer.choices is None else completion(answer.choices[0], answer.usage or WireUsage())


def request_body(task: Task, messages: Sequence[Message]) -> dict[str, Any]:
    """The request; parameters at their default are left out, since some models refuse to be told them."""
    if task.endpoint in PATHS:
        return {"model": task.model, "input": messages[-1].content, **task.other}
    defaults = Task(model=task.model)
    named = {
        name: getattr(task, name)
        for name in ("temperature", "top_p", "presence_penalty", "frequency_penalty", "max_tokens", "seed", "stop")
        if getattr(task, name) != getattr(defaults, name)
    }
    body = {"model": task.model, "messages": [message.wire() for message in messages], **named, **task.other}
    if task.response_format:
        body["response_format"] = task.response_format
    if task.tools:
        body["tools"] = [{"type": "function", "function": function(tool)} for tool in task.tools]
    return body


def function(tool: dict[str, Any]) -> dict[str, Any]:
    """A tool as the provider wants it described."""
    return {key: tool[key] for key in ("name", "description", "parameters", "strict") if tool.get(key) is not None}


def completion(choice: WireChoice, usage: WireUsage) -> Completion:
    """The answer that is a choice."""
    calls = (
        ToolCall(id=call.id, function=FunctionCall(name=call.function.name, arguments=call.function.arguments))
        for call in choice.message.tool_calls or ()
    )
    text = choice.message.content or choice.message.refusal or ""
    return Completion.said(text, calls, finish_reason=choice.finish_reason, usage=usage.counted())


def report(answer: WireAnswer) -> Completion:
    """What is said of a text, its first part as JSON; moderations are free. Raises IndexError where nothing is said."""
    said = json.dumps((answer.data or answer.results or [])[0])
    tokens = answer.usage.prompt_tokens if answer.usage else 0
    return Completion.said(said, usage=Usage(prompt_tokens=tokens, output_tokens=0))
