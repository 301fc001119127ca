"""Bodies that can be kept: valid JSON of a sensible size, with numbers that are numbers, and no deeper than we read."""

import math
from typing import Annotated

from pydantic import Field
from pydantic_core import from_json

from assay.domain.errors import InvalidRequest
from assay.domain.value import JsonValue

Dollars = Annotated[float, Field(strict=True, gt=0, allow_inf_nan=False)]
"""An amount; true and "1" are none."""
MOST_BYTES = 4 * 1024 * 1024
DEEPEST = 100
"""Parsers stop at 200 levels, and what is kept lies some levels deeper than it was sent."""


class TooLarge(InvalidRequest):
    """The body is over the limit."""


def checked(text: str) -> JsonValue:
    """The body, parsed. Raises TooLarge, and InvalidRequest where it is nothing that can be kept and read again."""
    if len(text.encode(errors="replace")) > MOST_BYTES:
        raise TooLarge(f"The body is larger than {MOST_BYTES} bytes. Send the rows in several requests.")
    try:
        body: JsonValue = from_json(text.encode(), allow_inf_nan=False)
    except ValueError as error:
        raise InvalidRequest(f"Invalid JSON: {error}", (), "value_error.jsondecode") from error
    require_keepable(body)
    return body


def require_keepable(body: JsonValue) -> None:
    """Raises InvalidRequest where the body nests too deep, or has a number beyond all floats, such as 1e999."""
    level: list[JsonValue] = [body]
    for _ in range(DEEPEST):
        if any(isinstance(one, float) and not math.isfinite(one) for one in level):
            raise InvalidRequest("A number of the body is too large.")
        level = [inner for one in level for inner in within(one)]
        if not level:
            return
    raise InvalidRequest(f"The body nests deeper than {DEEPEST} levels.")


def within(value: JsonValue) -> list[JsonValue]:
    """What a list or an object holds; nothing else holds anything."""
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []
