"""The provider that needs no network: the same messages always get the same answer."""

import asyncio
import json
import math
import re
import string
import zlib
from collections.abc import Callable, Mapping, Sequence

from assay.domain.completion import Completion
from assay.domain.messages import FunctionCall, Message, ToolCall
from assay.domain.prompt import texts
from assay.domain.score import Usage
from assay.domain.task import Task
from assay.domain.value import JsonValue

NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


NO_REASON = "The mock chooses without a reason."


class MockProvider:
    """Implements ports.Provider: it multiplies the numbers of the last message, or says the message back.

    Where it is made to call a function it does, and chooses by the message's checksum wherever there is a choice.
    Texts are near each other by the letters that they share, and offend where they have an exclamation mark.
    `other.latency` of the task is the time an answer takes, in seconds (0 by default).
    """

    account = address = "mock"

    async def complete(self, task: Task, messages: Sequence[Message]) -> Completion:
        await asyncio.sleep(latency(task))
        prompt = "\n".join(texts(messages[-1])) if messages else ""
        calls = forced_calls(task, prompt)
        text = "" if calls else ANSWERS.get(task.endpoint, answer)(prompt)
        spoken = sum(len(part.split()) for message in messages for part in texts(message))
        said = [text, *(call.function.arguments or "" for call in calls)]
        usage = Usage(prompt_tokens=spoken, output_tokens=sum(len(part.split()) for part in said))
        return Completion.said(text, calls, finish_reason="stop", usage=usage)


def latency(task: Task) -> float:
    """Seconds that an answer takes; whatever is no sensible number counts as none."""
    wanted = task.other.get("latency")
    return min(max(float(wanted), 0), 60) if isinstance(wanted, int | float) else 0


def forced_calls(task: Task, prompt: str) -> list[ToolCall]:
    """The call that the task forces on its model; none where it forces none."""
    name, tools = inner(task.other.get("tool_choice"), "function", "name"), task.other.get("tools")
    wanted = [one for one in tools if inner(one, "function", "name") == name] if isinstance(tools, list) else []
    if not isinstance(name, str) or not wanted:
        return []
    fields = inner(wanted[0], "function", "parameters", "properties")
    filled = {field: chosen(schema, prompt) for field, schema in fields.items()} if isinstance(fields, dict) else {}
    return [ToolCall(id="call_mock", function=FunctionCall(name=name, arguments=json.dumps(filled)))]


def inner(value: JsonValue, *path: str) -> JsonValue:
    """What lies in an object's objects; None where nothing does."""
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def chosen(schema: JsonValue, prompt: str) -> JsonValue:
    """One of the choices that a schema leaves; where it leaves none, that the mock cannot say why."""
    choices = inner(schema, "enum")
    return choices[zlib.crc32(prompt.encode()) % len(choices)] if isinstance(choices, list) and choices else NO_REASON


def answer(prompt: str) -> str:
    """`The answer is N.` with N the product of the numbers in `prompt`; `prompt` itself where it has none."""
    numbers = [float(number) for number in NUMBER.findall(prompt)]
    return f"The answer is {math.prod(numbers):.12g}." if numbers else prompt


def embedding(prompt: str) -> str:
    """How often each letter of the alphabet stands in the text."""
    return json.dumps({"embedding": [prompt.lower().count(letter) for letter in string.ascii_lowercase]})


def moderation(prompt: str) -> str:
    """Whether the text is loud."""
    is_loud = "!" in prompt
    return json.dumps({"flagged": is_loud, "category_scores": {"loud": float(is_loud)}})


ANSWERS: Mapping[str, Callable[[str], str]] = {"embed": embedding, "moderate": moderation}
"""What is said at the endpoints where nothing is completed."""
