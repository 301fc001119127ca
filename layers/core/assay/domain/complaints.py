"""What is wrong with something that was sent, in words that people read: ours, and no more of theirs than is needed."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from pydantic import ValidationError
from pydantic_core import ErrorDetails

LONG_WORD = re.compile(r"(\S{100})\S+")
PREFIXES = ("Value error, ", "Assertion failed, ")
"""What pydantic puts before a sentence of ours."""
WORDS = {
    "missing": "It is missing.",
    "extra_forbidden": "It is not known here.",
    "string_type": "It must be text.",
    "string_too_long": "It may have {max_length} characters at most.",
    "too_long": "It may have {max_length} entries at most.",
    "int_type": "It must be a whole number.",
    "int_parsing": "It must be a whole number.",
    "int_from_float": "It must be a whole number.",
    "float_type": "It must be a number.",
    "float_parsing": "It must be a number.",
    "finite_number": "It must be a finite number.",
    "bool_type": "It must be true or false.",
    "bool_parsing": "It must be true or false.",
    "greater_than": "It must be more than {gt}.",
    "greater_than_equal": "It must be at least {ge}.",
    "less_than": "It must be less than {lt}.",
    "less_than_equal": "It must be at most {le}.",
    "literal_error": "It must be {expected}.",
    "union_tag_not_found": "It must say its {discriminator}.",
    "union_tag_invalid": "Its {discriminator} must be one of {expected_tags}.",
    "list_type": "It must be a list.",
    "tuple_type": "It must be a list.",
    "dict_type": "It must be an object.",
    "model_type": "It must be an object.",
    "model_attributes_type": "It must be an object.",
    "json_invalid": "It is no JSON: {error}.",
    "path_type": "It must be the name of a file.",
}
"""What each of pydantic's rules asks, in sentences of ours."""
EMPTY = frozenset({"too_short", "string_too_short"})
"""What is broken by what has too little in it."""


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
    for one in error.errors(include_url=False, include_input=False):
        place = tuple(brief(step) if isinstance(step, str) else step for step in one["loc"])
        yield Complaint(place, worded(one), one["type"])


def worded(one: ErrorDetails) -> str:
    """What is wrong, in a sentence of ours where there is one."""
    context = one.get("ctx", {})
    if one["type"] in EMPTY and context.get("min_length") == 1:
        return "It must not be empty."
    if one["type"] in WORDS:
        return WORDS[one["type"]].format(**context)
    message = one["msg"]
    for prefix in PREFIXES:
        message = message.removeprefix(prefix)
    return message
