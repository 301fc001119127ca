"""The provider that needs no network: the same messages always get the same answer."""

import asyncio
import json
import math
import re
import string
from collections.abc import Callable, Mapping, Sequence

from assay.domain.completion import Completion
from assay.domain.messages import Message
from assay.domain.prompt import texts
from assay.domain.score import Usage
from assay.domain.task import Task

NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


class MockProvider:
    """Implements ports.Provider: it multiplies the numbers of the last message, or says the message back.

    Texts are near each other by the letters that they share, and offend where they have an exclamation mark.
    `other.latency` of the task is the time an answer takes, in seconds (0 by default).
    """

    account = address = "mock"

    async def complete(self, task: Task, messages: Sequence[Message]) -> Completion:
        await asyncio.sleep(latency(task))
        prompt = "\n".join(texts(messages[-1])) if messages else ""
        text = ANSWERS.get(task.endpoint, answer)(prompt)
        spoken = sum(len(part.split()) for message in messages for part in texts(message))
        usage = Usage(prompt_tokens=spoken, output_tokens=len(text.split()))
        return Completion.said(text, finish_reason="stop", usage=usage)


def latency(task: Task) -> float:
    """Seconds that an answer takes; whatever is no sensible number counts as none."""
    wanted = task.other.get("latency")
    return min(max(float(wanted), 0), 60) if isinstance(wanted, int | float) else 0


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
