"""Values in templates: how they look as text, where a path leads, and how much of them there may be."""

import json
from collections.abc import Mapping

from assay.domain.errors import AssayError
from assay.domain.ids import canonical
from assay.domain.value import JsonValue

MOST = 4_000_000
"""Characters of one rendering; a prompt has thousands."""
TURN = 10
"""What a step counts beside the characters that it makes."""


class TemplateFault(AssayError):
    """The template cannot be rendered: it is malformed, lacks a variable that it must have, or takes too much."""


class Missing:
    """What a path that leads nowhere leads to."""


MISSING = Missing()


class Budget:
    """How much one rendering may still take."""

    def __init__(self, most: int = MOST) -> None:
        self.left = most

    def take(self, amount: int) -> None:
        """Takes a number of characters. Raises TemplateFault where there are not so many left."""
        self.left -= amount
        if self.left < 0:
            raise TemplateFault("The template takes too long, or makes too long a text.")


def text_of(value: JsonValue) -> str:
    """A value in a text: text as it is, nothing for null, all else as JSON."""
    if isinstance(value, str):
        return value
    return "" if value is None else json.dumps(canonical(value), ensure_ascii=False, separators=(",", ":"))


def followed(value: JsonValue, path: str) -> JsonValue | Missing:
    """What `path`, such as `history.0.content`, leads to from `value`."""
    for step in path.split("."):
        found = stepped(value, step)
        if isinstance(found, Missing):
            return found
        value = found
    return value


def stepped(value: JsonValue, step: str) -> JsonValue | Missing:
    """One field of an object, one item of a list, or a list's length."""
    if isinstance(value, Mapping):
        return value.get(step, MISSING)
    if isinstance(value, list) and step == "length":
        return len(value)
    if isinstance(value, list) and step.isascii() and step.isdigit() and int(step[:9]) < len(value):
        return value[int(step)]
    return MISSING
