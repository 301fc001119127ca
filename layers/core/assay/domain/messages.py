"""Chat messages, as both dialects and the OpenAI wire format have them."""

from typing import Literal

from assay.domain.value import JsonValue, Value


class TextPart(Value):
    """A stretch of text within a message."""

    type: Literal["text"] = "text"
    text: str


class ImageUrl(Value):
    """Where an image is, and how closely to look at it."""

    url: str
    detail: Literal["high", "low", "auto"] | None = None


class ImagePart(Value):
    """An image within a message."""

    type: Literal["image_url"] = "image_url"
    image_url: ImageUrl


class FilePart(Value):
    """A file within a message, as the provider wants it described."""

    type: Literal["file"] = "file"
    file: dict[str, JsonValue]


class FunctionCall(Value):
    """A call that a model asks for; `arguments` is JSON text."""

    name: str
    arguments: str | None = None


class ToolCall(Value):
    """One call among those of an assistant's message."""

    id: str
    type: Literal["function"] = "function"
    function: FunctionCall


class Message(Value):
    """One turn of a conversation."""

    role: Literal["user", "assistant", "system", "tool", "function", "developer", "model"]
    content: str | tuple[TextPart | ImagePart | FilePart, ...] | None = None
    name: str | None = None
    tool_call_id: str | None = None
    tool_calls: tuple[ToolCall, ...] | None = None

    def wire(self) -> dict[str, JsonValue]:
        """The message as JSON without its empty fields."""
        return self.model_dump(mode="json", exclude_none=True)
