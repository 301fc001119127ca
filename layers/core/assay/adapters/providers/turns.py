"""From OpenAI's requests, in which the core thinks, to those of providers with words of their own."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, TypeVar

from assay.adapters.providers.openai import PATHS, request_body
from assay.domain.errors import ProviderRefused
from assay.domain.messages import FilePart, FunctionCall, ImagePart, Message, TextPart, ToolCall
from assay.domain.prompt import texts
from assay.domain.score import Usage
from assay.domain.task import Task

T = TypeVar("T")

TRANSLATED = frozenset(
    {"model", "messages", "max_tokens", "max_completion_tokens", "stop", "tools", "tool_choice", "n", "user"}
)
"""What the wires say in their own way, or leave out since it changes nothing: who asks, and the one answer wanted."""


def parameters(task: Task, provider: str) -> dict[str, Any]:
    """A request in OpenAI's words, without its messages. Raises ProviderRefused for what is no chat."""
    if task.endpoint in PATHS:
        raise ProviderRefused(f"{provider} has no {PATHS[task.endpoint]}.")
    return request_body(task, ())


def split_system(messages: Sequence[Message]) -> tuple[str, list[Message]]:
    """What the system says, wherever it stands among the messages, and the others."""
    said = [message for message in messages if message.role in {"system", "developer"}]
    others = [message for message in messages if message.role not in {"system", "developer"}]
    return "\n\n".join(text for message in said for text in texts(message)), others


def side(message: Message) -> str:
    """Who speaks: these APIs know the two sides of a conversation, and what tools say comes from the user's."""
    return "assistant" if message.role in {"assistant", "model"} else "user"


def alternating(messages: Iterable[Message]) -> Iterator[tuple[str, Iterator[Message]]]:
    """Messages in turns: those of one side that follow each other are one turn."""
    return groupby(messages, side)


def known_parameters(asked: Mapping[str, Any], same: Sequence[str], provider: str) -> dict[str, Any]:
    """The parameters that go as they are. Raises ProviderRefused for those that the provider has no words for."""
    unknown = sorted(set(asked) - TRANSLATED - set(same))
    if asked.get("n", 1) != 1:
        unknown.append("n")
    if unknown:
        raise ProviderRefused(f"{provider} has no parameter {', '.join(unknown)}.")
    return {name: asked[name] for name in same if name in asked}


def tool_choice(asked: Mapping[str, Any], *, auto: T, required: T, none: T) -> T | str | None:
    """Which tool is to be called: one of the given words, the name of a tool, or None where nothing is said."""
    choice = asked.get("tool_choice")
    if isinstance(choice, Mapping):
        return str(choice["function"]["name"])
    return {"auto": auto, "required": required, "none": none}.get(choice or "")


def arguments_of(call: ToolCall) -> dict[str, Any]:
    """A call's arguments. Raises ProviderRefused where they are not the JSON of an object."""
    try:
        found = json.loads(call.function.arguments or "{}")
    except ValueError as error:
        raise ProviderRefused(f"The arguments of the call of {call.function.name} are no JSON.") from error
    if not isinstance(found, dict):
        raise ProviderRefused(f"The arguments of the call of {call.function.name} are no JSON object.")
    return found


def called(identifier: str, name: str, arguments: Mapping[str, Any]) -> ToolCall:
    """A call that a model asks for, in OpenAI's words: its arguments are JSON text."""
    return ToolCall(id=identifier, function=FunctionCall(name=name, arguments=json.dumps(arguments)))


def counted(output: int, prompt: int, cached: int | None, created: int | None) -> Usage:
    """Tokens of an answer whose prompt is counted in parts: what the cache gave, and what was put there, beside it."""
    whole = prompt + (cached or 0) + (created or 0)
    return Usage(
        prompt_tokens=whole,
        output_tokens=output,
        cached_tokens=cached or None,
        cache_creation_tokens=created or None,
    )


def schema_of(tool: Mapping[str, Any]) -> dict[str, Any]:
    """What a tool takes; one that names nothing takes nothing."""
    schema: dict[str, Any] = tool.get("parameters") or {"type": "object", "properties": {}}
    return schema


def most_tokens(asked: Mapping[str, Any]) -> int | None:
    """How many tokens the answer may have, in either of OpenAI's words."""
    return asked.get("max_completion_tokens") or asked.get("max_tokens")


def stops(asked: Mapping[str, Any]) -> list[str]:
    """The texts at which the answer ends."""
    stop = asked.get("stop") or []
    return [stop] if isinstance(stop, str) else list(stop)


def parts(message: Message) -> Iterable[TextPart | ImagePart | FilePart]:
    """What a message says; empty text is nothing, which these APIs insist on."""
    if isinstance(message.content, str):
        return (TextPart(text=message.content),) if message.content else ()
    return message.content or ()


def embedded(part: ImagePart | FilePart) -> tuple[str, str]:
    """The media type and the base64 of what a `data:` URL holds. Raises ProviderRefused where it is none."""
    url = part.image_url.url if isinstance(part, ImagePart) else str(part.file.get("file_data", ""))
    kind, found, data = url.removeprefix("data:").partition(";base64,")
    if not (found and url.startswith("data:")):
        raise ProviderRefused("This provider takes images and files in the message itself alone, as data:…;base64,….")
    return kind, data
