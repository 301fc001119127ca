"""What is wrong with something that was sent, in words that people read: ours, and no more of theirs than is needed."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from pydantic import ValidationError

LONG_WORD = re.compile(r"(\S{100})\S+")
PREFIXES = ("Value error, ", "Assertion failed, ")
"""What pydantic puts before a sentence of ours."""


def brief(text: str) -> str:
    """A text without the rest of words that are too long to be read: ids and names that somebody sent."""
    return LONG_WORD.sub(r"\1…", text)


class Complaint(NamedTuple):
    """A rule that is broken: where, what it says, and what pydantic calls it."""

    place: tuple[str | int, ...]
    message: str
    rule: str

    def __str__(self) -> str:
        return f"{'.'.join(map(str, self.place))}: {self.message}" if self.place else self.message


def complaints(error: ValidationError) -> Iterator[Complaint]:
    """Every broken rule. No value that was sent is repeated."""
    for one in error.errors(include_url=False, include_context=False, include_input=False):
        place = tuple(brief(step) if isinstance(step, str) else step for step in one["loc"])
        message = one["msg"]
        for prefix in PREFIXES:
            message = message.removeprefix(prefix)
        yield Complaint(place, message, one["type"])
