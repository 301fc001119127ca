"""OpenAI's chat completions, embeddings and moderations, and whatever speaks them at another base URL."""

import hashlib
import json
from collections.abc import Sequence
from typing import Any

import aiohttp
import httpx
from pydantic import BaseModel, ValidationError

from assay.adapters.providers.limit_headers import pause, retry_after
from assay.domain.completion import Completion
from assay.domain.errors import (
    ProviderDenied,
    ProviderError,
    ProviderGarbled,
    ProviderRefused,
    ProviderThrottled,
    ProviderUnavailable,
)
from assay.domain.messages import FunctionCall, Message, ToolCall
from assay.domain.score import Usage
from assay.domain.task import Task
from assay.domain.value import JsonValue

MOST_BYTES = 16 * 1024 * 1024
KEPT = 2048
"""Bytes of a senseless answer that its error keeps."""


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


class WireUsage(BaseModel):
    """Tokens counted."""

    prompt_tokens: int | None = None
    completion_tokens: int | None = None


class WireCompletion(BaseModel):
    """The answer, as far as we read it."""

    choices: list[WireChoice]
    usage: WireUsage | None = None


class WireReport(BaseModel):
    """What is said of a text, as far as we read it: its embedding, or whether it offends and how."""

    data: list[dict[str, JsonValue]] | None = None
    results: list[dict[str, JsonValue]] | None = None
    usage: WireUsage | None = None


PATHS = {"embed": "embeddings", "moderate": "moderations"}
"""The endpoints that are not chat completions'."""


class OpenAIProvider:
    """Implements ports.Provider. The client's base URL and authorization header are the provider's."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client

    async def complete(self, task: Task, messages: Sequence[Message]) -> Completion:
        path = PATHS.get(task.endpoint, "chat/completions")
        try:
            async with self.client.stream("POST", path, json=request_body(task, messages)) as answer:
                content = await read(answer)
        except (httpx.HTTPError, aiohttp.ClientError, TimeoutError) as error:
            raise ProviderUnavailable(f"The provider could not be reached: {type(error).__name__}.") from error
        if not answer.is_success:
            raise refusal(answer.status_code, answer.headers, self.without_key(content))
        made_of = report if task.endpoint in PATHS else completion
        found = made_of(content, self.without_key(content[:KEPT]))
        return found.model_copy(update={"pause": pause(answer.headers)})

    @property
    def account(self) -> str:
        """Whose limits bind the calls: those of the key at this base URL; neither can be told from it."""
        whose = f"{self.client.base_url} {self.client.headers.get('Authorization', '')}"
        return hashlib.sha256(whose.encode()).hexdigest()[:32]

    @property
    def address(self) -> str:
        return str(self.client.base_url)

    def without_key(self, content: bytes) -> bytes:
        """What the provider says, without our key: some repeat it in their refusals, which people will read."""
        key = self.client.headers.get("Authorization", "").rpartition(" ")[2]
        return content.replace(key.encode(), b"(the key)") if key else content


async def read(answer: httpx.Response) -> bytes:
    """All that is answered. Raises ProviderGarbled where that is more than an answer could be."""
    content = bytearray()
    async for part in answer.aiter_bytes():
        content += part
        if len(content) > MOST_BYTES:
            raise ProviderGarbled(f"The provider's answer is longer than {MOST_BYTES} bytes.")
    return bytes(content)


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


def completion(content: bytes, start: bytes) -> Completion:
    """The answer. Raises ProviderGarbled, which shows its `start`, where it makes no sense."""
    try:
        answer = WireCompletion.model_validate_json(content)
        choice = answer.choices[0]
    except (ValidationError, IndexError) as error:
        shown = start.decode(errors="replace")
        raise ProviderGarbled(f"The provider's answer makes no sense: {shown!r}") from error
    calls = tuple(
        ToolCall(id=call.id, function=FunctionCall(name=call.function.name, arguments=call.function.arguments))
        for call in choice.message.tool_calls or ()
    )
    text = choice.message.content or choice.message.refusal or ""
    usage = answer.usage or WireUsage()
    return Completion(
        text=text,
        message=Message(role="assistant", content=text, tool_calls=calls or None),
        finish_reason=choice.finish_reason,
        usage=Usage(prompt_tokens=usage.prompt_tokens, output_tokens=usage.completion_tokens),
    )


def report(content: bytes, start: bytes) -> Completion:
    """What is said of a text, its first part as JSON. Raises ProviderGarbled, which shows its `start`."""
    try:
        answer = WireReport.model_validate_json(content)
        said = json.dumps((answer.data or answer.results or [])[0])
    except (ValidationError, IndexError) as error:
        shown = start.decode(errors="replace")
        raise ProviderGarbled(f"The provider's answer makes no sense: {shown!r}") from error
    usage = Usage(prompt_tokens=answer.usage.prompt_tokens if answer.usage else 0, output_tokens=0)
    return Completion(text=said, message=Message(role="assistant", content=said), usage=usage)


def refusal(status: int, headers: httpx.Headers, content: bytes) -> ProviderError:
    """The error that an answer other than 2xx stands for."""
    message = f"The provider answered {status}: {reason(content)}"
    if status in {429, 529}:
        return ProviderThrottled(message, retry_after(headers))
    if status in {401, 403}:
        return ProviderDenied(message)
    if status in {408, 409} or status >= 500:  # noqa: PLR2004
        return ProviderUnavailable(message)
    return ProviderRefused(message)


def reason(content: bytes) -> str:
    """What the provider says is wrong, at most KEPT characters of it."""
    text = content[:KEPT].decode(errors="replace")
    try:
        error = json.loads(content)["error"]
    except (ValueError, KeyError, TypeError):
        return text
    return str(error.get("message", text) if isinstance(error, dict) else error)[:KEPT]
