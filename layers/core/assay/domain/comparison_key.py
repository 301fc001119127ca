"""What makes rows of two experiments the same row: an expression over a row's fields, `input` unless told otherwise."""

import re
from typing import Self

from assay.domain.errors import InvalidRequest
from assay.domain.ids import canonical_json
from assay.domain.value import JsonValue, Value

NAME = r'(?:[A-Za-z_][\w-]*|"[^"]+")'
PATH = rf"{NAME}(?:\.{NAME})*"
EXPRESSION = re.compile(rf"\s*(?:({PATH})|\[\s*({PATH}(?:\s*,\s*{PATH})*)\s*\])\s*")
ABSENT = object()


class ComparisonKey(Value):
    """One path into a row, or several that count together, as `[input.query, metadata.category]`."""

    paths: tuple[tuple[str, ...], ...]
    is_list: bool = False

    @classmethod
    def parse(cls, expression: str) -> Self:
        """Raises InvalidRequest for what is no expression."""
        found = EXPRESSION.fullmatch(expression)
        if found is None:
            message = f"'{expression}' is no comparison key; such are: input, metadata.id, [input.query, metadata.day]."
            raise InvalidRequest(message, ("settings", "comparison_key"))
        paths = re.findall(PATH, found[1] or found[2])
        return cls(paths=tuple(map(names, paths)), is_list=found[2] is not None)

    def of(self, fields: dict[str, JsonValue]) -> str | None:
        """The key of a row as one text, equal for equal JSON. None, where no path leads anywhere, matches nothing."""
        found = [follow(fields, path) for path in self.paths]
        if all(value is ABSENT for value in found):
            return None
        values = [None if value is ABSENT else value for value in found]
        return canonical_json(values if self.is_list else values[0])  # type: ignore[arg-type]


def names(path: str) -> tuple[str, ...]:
    """A path's names, without quotes."""
    return tuple(name.strip('"') for name in re.findall(NAME, path))


def follow(fields: dict[str, JsonValue], path: tuple[str, ...]) -> object:
    """What lies at a path, or ABSENT."""
    value: object = fields
    for name in path:
        if not isinstance(value, dict) or name not in value:
            return ABSENT
        value = value[name]
    return value


BY_INPUT = ComparisonKey(paths=(("input",), ("messages",)), is_list=True)
"""What a summary compares by unasked; messages are there in Humanloop's datapoints only."""
