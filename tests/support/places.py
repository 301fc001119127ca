"""The places within a JSON value, and the value with another one there."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

Place = tuple[str | int, ...]


def places_in(value: Any, place: Place = ()) -> Iterator[Place]:
    """The place of every value within a value, its own first."""
    yield place
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from places_in(inner, (*place, key))


def replaced(value: Any, place: Place, new: Any) -> Any:
    """`value` with another value at a place."""
    if not place:
        return new
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[place[0]] = replaced(value[place[0]], place[1:], new)
    return copy


def placed(value: Any, ids: Mapping[str, str]) -> Any:
    """`value` with ids in place of their names in braces."""
    text = json.dumps(value)
    for name, identifier in ids.items():
        text = text.replace(f"{{{name}}}", identifier)
    return json.loads(text)
