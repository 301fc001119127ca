"""Prompt templates with `{{variable}}`, as contracts/humanloop-v4.md §5.7 has them."""

import re
from collections.abc import Iterable, Mapping

from assay.domain.messages import Message, TextPart
from assay.domain.templates.values import TemplateFault
from assay.domain.value import JsonValue

VARIABLE = re.compile(r"\{\{\s?([\w.\[\]]+)\s?\}\}")


class MissingVariables(TemplateFault):
    """The inputs lack variables that the template names: the row cannot be generated."""

    def __init__(self, names: Iterable[str]) -> None:
        self.names = tuple(sorted(set(names)))
        super().__init__(f"The inputs lack the template's variables: {', '.join(self.names)}.")


def variables(text: str) -> list[str]:
    """The names of the template's variables, in order of appearance."""
    return VARIABLE.findall(text)


def populate(text: str, inputs: Mapping[str, JsonValue]) -> str:
    """`text` with every variable replaced by its input; replaced text is not looked at again.

    Raises MissingVariables, which names all that are absent or null.
    """
    missing = [name for name in variables(text) if inputs.get(name) is None]
    if missing:
        raise MissingVariables(missing)
    return VARIABLE.sub(lambda match: str(inputs[match[1]]), text)


def populate_messages(template: Iterable[Message], inputs: Mapping[str, JsonValue]) -> tuple[Message, ...]:
    """The messages with the text of each populated. Raises MissingVariables, which names those of all messages."""
    template = tuple(template)
    missing = [
        name for message in template for text in texts(message) for name in variables(text) if inputs.get(name) is None
    ]
    if missing:
        raise MissingVariables(missing)
    return tuple(populate_message(message, inputs) for message in template)


def populate_message(message: Message, inputs: Mapping[str, JsonValue]) -> Message:
    """The message with its text, or each of its text parts, populated."""
    if isinstance(message.content, str):
        return message.model_copy(update={"content": populate(message.content, inputs)})
    parts = tuple(
        part.model_copy(update={"text": populate(part.text, inputs)}) if isinstance(part, TextPart) else part
        for part in message.content or ()
    )
    return message.model_copy(update={"content": parts}) if parts else message


def texts(message: Message) -> list[str]:
    """Every stretch of text of the message."""
    if isinstance(message.content, str):
        return [message.content]
    return [part.text for part in message.content or () if isinstance(part, TextPart)]
