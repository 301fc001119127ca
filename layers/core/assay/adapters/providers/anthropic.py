"""Anthropic's Messages API (docs.anthropic.com/en/api/messages), version 2023-06-01."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from pydantic import BaseModel

from assay.adapters.providers.turns import (
    alternating,
    arguments_of,
    called,
    counted,
    embedded,
    known_parameters,
    most_tokens,
    parameters,
    parts,
    schema_of,
    split_system,
    stops,
    tool_choice,
)
from assay.adapters.providers.wire import Asked
from assay.domain.completion import Completion
from assay.domain.messages import FilePart, ImagePart, Message, TextPart
from assay.domain.task import Task

VERSION = "2023-06-01"
MOST_TOKENS = 4096
"""Of an answer for which the request names no limit: this API wants one, and every model of theirs bears this."""
SAME = ("temperature", "top_p", "top_k", "thinking", "metadata", "service_tier")
FINISHED = {
    "end_turn": "stop",
    "stop_sequence": "stop",
    "max_tokens": "length",
    "model_context_window_exceeded": "length",
    "tool_use": "tool_calls",
    "refusal": "content_filter",
}
"""Their reasons to stop in the words of OpenAI's; others stay as they are."""


class WireBlock(BaseModel):
    """A part of the answer: text, or a call of a tool; others (thinking) are not read."""

    type: str
    text: str = ""
    id: str = ""
    name: str = ""
    input: dict[str, Any] = {}


class WireUsage(BaseModel):
    """Tokens counted; those from the cache and those put into it are beside `input_tokens`."""

    input_tokens: int
    output_tokens: int
    cache_creation_input_tokens: int | None = None
    cache_read_input_tokens: int | None = None


class WireAnswer(BaseModel):
    """The answer, as far as we read it."""

    content: list[WireBlock]
    stop_reason: str | None = None
    usage: WireUsage


class AnthropicWire:
    """Implements wire.Wire."""

    def request(self, task: Task, messages: Sequence[Message]) -> Asked:
        asked = parameters(task, "Anthropic")
        system, turns = split_system(messages)
        body = {
            "model": task.model,
            "max_tokens": most_tokens(asked) or MOST_TOKENS,
            "messages": [{"role": role, "content": list(blocks(group))} for role, group in alternating(turns)],
            **known_parameters(asked, SAME, "Anthropic"),
        }
        if system:
            body["system"] = system
        if found := stops(asked):
            body["stop_sequences"] = found
        return Asked("messages", body | tools(asked))

    def completion(self, content: bytes) -> Completion:
        return completion(WireAnswer.model_validate_json(content))


def tools(asked: Mapping[str, Any]) -> dict[str, Any]:
    """The tools, and which of them is to be called."""
    if not asked.get("tools"):
        return {}
    offered = [tool["function"] for tool in asked["tools"]]
    described = [
        {"name": tool["name"], "description": tool.get("description", ""), "input_schema": schema_of(tool)}
        for tool in offered
    ]
    choice = tool_choice(asked, auto={"type": "auto"}, required={"type": "any"}, none={"type": "none"})
    forced = {"type": "tool", "name": choice} if isinstance(choice, str) else choice
    return {"tools": described, **({"tool_choice": forced} if forced else {})}


def blocks(messages: Iterable[Message]) -> Iterator[dict[str, Any]]:
    """The parts of a turn, of one message or of several that follow each other."""
    for message in messages:
        if message.role in {"tool", "function"}:
            yield {"type": "tool_result", "tool_use_id": message.tool_call_id or "", "content": message.content or ""}
            continue
        yield from (part_of(part) for part in parts(message))
        for call in message.tool_calls or ():
            yield {"type": "tool_use", "id": call.id, "name": call.function.name, "input": arguments_of(call)}


def part_of(part: TextPart | ImagePart | FilePart) -> dict[str, Any]:
    """A text, an image by its address or with its bytes, or a document with its bytes."""
    if isinstance(part, TextPart):
        return {"type": "text", "text": part.text}
    if isinstance(part, ImagePart) and not part.image_url.url.startswith("data:"):
        return {"type": "image", "source": {"type": "url", "url": part.image_url.url}}
    kind, data = embedded(part)
    block = "image" if isinstance(part, ImagePart) else "document"
    return {"type": block, "source": {"type": "base64", "media_type": kind, "data": data}}


def completion(answer: WireAnswer) -> Completion:
    """The texts of the answer as one, and the calls among them."""
    usage = answer.usage
    return Completion.said(
        "".join(block.text for block in answer.content if block.type == "text"),
        (called(block.id, block.name, block.input) for block in answer.content if block.type == "tool_use"),
        finish_reason=FINISHED.get(answer.stop_reason or "", answer.stop_reason),
        usage=counted(
            usage.output_tokens, usage.input_tokens, usage.cache_read_input_tokens, usage.cache_creation_input_tokens
        ),
    )
