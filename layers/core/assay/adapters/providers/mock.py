"""The provider that needs no network: the same messages always get the same answer."""

import asyncio
import math
import re
from collections.abc import Sequence

from assay.domain.completion import Completion
from assay.domain.messages import Message
from assay.domain.prompt import texts
from assay.domain.score import Usage
from assay.domain.task import Task

NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


class MockProvider:
    """Implements ports.Provider: it multiplies the numbers of the last message, or says the message back.

    `other.latency` of the task is the time an answer takes, in seconds (0 by default).
    """

    account = address = "mock"

    async def complete(self, task: Task, messages: Sequence[Message]) -> Completion:
        await asyncio.sleep(latency(task))
        prompt = "\n".join(texts(messages[-1])) if messages else ""
        text = answer(prompt)
        spoken = sum(len(part.split()) for message in messages for part in texts(message))
        return Completion(
            text=text,
            message=Message(role="assistant", content=text),
            finish_reason="stop",
            usage=Usage(prompt_tokens=spoken, output_tokens=len(text.split())),
        )


def latency(task: Task) -> float:
    """Seconds that an answer takes; whatever is no sensible number counts as none."""
    wanted = task.other.get("latency")
    return min(max(float(wanted), 0), 60) if isinstance(wanted, int | float) else 0


def answer(prompt: str) -> str:
    """`The answer is N.` with N the product of the numbers in `prompt`; `prompt` itself where it has none."""
    numbers = [float(number) for number in NUMBER.findall(prompt)]
    return f"The answer is {math.prod(numbers):.12g}." if numbers else prompt
