"""A model's answer to one call."""

from collections.abc import Iterable

from pydantic import Field

from assay.domain.messages import Message, ToolCall
from assay.domain.score import Usage
from assay.domain.value import JsonValue, Value


class Completion(Value):
    """The text (empty where the model only called tools), the message it came in, and what it cost in tokens.

    `pause` is how many seconds the provider wants no further call. `asked` is what it was sent, and `raw` the answer as
    it came, both without our key; they are kept nowhere by themselves.
    """

    text: str
    message: Message
    finish_reason: str | None = None
    usage: Usage = Usage()
    pause: float = 0
    asked: JsonValue = Field(default=None, exclude=True, repr=False)
    raw: bytes = Field(default=b"", exclude=True, repr=False)

    @classmethod
    def said(
        cls, text: str, calls: Iterable[ToolCall] = (), *, finish_reason: str | None = None, usage: Usage
    ) -> "Completion":
        """An assistant's answer, of its text and the tools that it calls."""
        message = Message(role="assistant", content=text, tool_calls=tuple(calls) or None)
        return cls(text=text, message=message, finish_reason=finish_reason, usage=usage)
