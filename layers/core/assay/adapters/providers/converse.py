"""Amazon Bedrock's Converse (docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote

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
from assay.domain.prompt import texts
from assay.domain.task import Task

INFERENCE = {"temperature": "temperature", "top_p": "topP"}
FINISHED = {
    "end_turn": "stop",
    "stop_sequence": "stop",
    "max_tokens": "length",
    "model_context_window_exceeded": "length",
    "tool_use": "tool_calls",
    "guardrail_intervened": "content_filter",
    "content_filtered": "content_filter",
}
"""Their reasons to stop in the words of OpenAI's; others stay as they are."""


class WireToolUse(BaseModel):
    """A call of a tool."""

    toolUseId: str  # noqa: N815 - the name on the wire
    name: str
    input: dict[str, Any] = {}


class WireBlock(BaseModel):
    """A part of the answer: text, or a call of a tool; others (reasoning) are not read."""

    text: str | None = None
    toolUse: WireToolUse | None = None  # noqa: N815


class WireMessage(BaseModel):
    """The answer's message."""

    content: list[WireBlock]


class WireOutput(BaseModel):
    """Where the message lies."""

    message: WireMessage


class WireUsage(BaseModel):
    """Tokens counted; those from the cache and those put into it are beside `inputTokens`."""

    inputTokens: int  # noqa: N815
    outputTokens: int  # noqa: N815
    cacheReadInputTokens: int | None = None  # noqa: N815
    cacheWriteInputTokens: int | None = None  # noqa: N815


class WireAnswer(BaseModel):
    """The answer, as far as we read it."""

    output: WireOutput
    stopReason: str | None = None  # noqa: N815
    usage: WireUsage


class ConverseWire:
    """Implements wire.Wire."""

    def request(self, task: Task, messages: Sequence[Message]) -> Asked:
        asked = parameters(task, "Bedrock")
        system, turns = split_system(messages)
        body: dict[str, Any] = {
            "messages": [{"role": role, "content": list(blocks(group))} for role, group in alternating(turns)]
        }
        if system:
            body["system"] = [{"text": system}]
        if limits := inference(asked):
            body["inferenceConfig"] = limits
        return Asked(f"model/{quote(task.model, safe='')}/converse", body | tools(asked))

    def completion(self, content: bytes) -> Completion:
        return completion(WireAnswer.model_validate_json(content))


def inference(asked: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters that Converse has for every model. Raises ProviderRefused for others."""
    found = {INFERENCE[name]: value for name, value in known_parameters(asked, tuple(INFERENCE), "Bedrock").items()}
    if (most := most_tokens(asked)) is not None:
        found["maxTokens"] = most
    if stop := stops(asked):
        found["stopSequences"] = stop
    return found


def tools(asked: Mapping[str, Any]) -> dict[str, Any]:
    """The tools, and which of them is to be called; Converse has no word for `none`, so then none is offered."""
    choice = tool_choice(asked, auto={"auto": {}}, required={"any": {}}, none="")
    if not asked.get("tools") or choice == "":
        return {}
    offered = [tool["function"] for tool in asked["tools"]]
    config: dict[str, Any] = {"tools": [{"toolSpec": spec(tool)} for tool in offered]}
    if choice:
        config["toolChoice"] = {"tool": {"name": choice}} if isinstance(choice, str) else choice
    return {"toolConfig": config}


def spec(tool: Mapping[str, Any]) -> dict[str, Any]:
    """A tool as Converse wants it described; an empty description is refused there."""
    described = {"description": tool["description"]} if tool.get("description") else {}
    return {"name": tool["name"], **described, "inputSchema": {"json": schema_of(tool)}}


def blocks(messages: Iterable[Message]) -> Iterator[dict[str, Any]]:
    """The parts of a turn, of one message or of several that follow each other."""
    for message in messages:
        if message.role in {"tool", "function"}:
            said = [{"text": text} for text in texts(message)]
            yield {"toolResult": {"toolUseId": message.tool_call_id or "", "content": said}}
            continue
        yield from (part_of(part) for part in parts(message))
        for call in message.tool_calls or ():
            use = {"toolUseId": call.id, "name": call.function.name, "input": arguments_of(call)}
            yield {"toolUse": use}


def part_of(part: TextPart | ImagePart | FilePart) -> dict[str, Any]:
    """A text, or the bytes of an image or of a document; its format is the second half of its media type."""
    if isinstance(part, TextPart):
        return {"text": part.text}
    kind, data = embedded(part)
    content = {"format": kind.rpartition("/")[2], "source": {"bytes": data}}
    if isinstance(part, ImagePart):
        return {"image": content}
    return {"document": {**content, "name": "file"}}


def completion(answer: WireAnswer) -> Completion:
    """The texts of the answer as one, and the calls among them."""
    content, usage = answer.output.message.content, answer.usage
    uses = (block.toolUse for block in content)
    return Completion.said(
        "".join(block.text or "" for block in content),
        (called(use.toolUseId, use.name, use.input) for use in uses if use),
        finish_reason=FINISHED.get(answer.stopReason or "", answer.stopReason),
        usage=counted(usage.outputTokens, usage.inputTokens, usage.cacheReadInputTokens, usage.cacheWriteInputTokens),
    )
