"""Rows that are written again and again: each write is an event, and a row is what its events come to.

An event replaces its row, is merged into it, or deletes it (contracts/braintrust.md §7.3). Rows stand in the order of
the events that touched them last.
"""

from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple, Protocol
from uuid import UUID

from pydantic import Field

from assay.domain.value import JsonValue, Value

Content = dict[str, JsonValue]
Path = tuple[str, ...]

LINE_BITS = 16
MOST_EVENTS = 10_000
"""In one write. A line has 16 bits in an id; and what the index needs of a write must fit an item of the table."""


class Removal(Value):
    """Values that are taken out of the list at `path`."""

    path: Path
    values: tuple[JsonValue, ...]


class Event(Value):
    """One write to one row. A merge goes into objects, but not below the paths `stops`; it replaces everything else."""

    id: str
    content: Content = Field(default_factory=dict)
    change: Literal["replace", "merge", "delete"] = "replace"
    stops: tuple[Path, ...] = ()
    removals: tuple[Removal, ...] = ()
    comment: Content | None = None
    source: str = "api"
    remark: Content | None = None
    """What is said about the write itself, in the row's audit."""

    def applied(self, before: Content | None) -> Content | None:
        """The row after the event; None where it is deleted."""
        if self.change == "delete":
            return None
        old = before or {}
        after = merged(old, self.content, self.stops) if self.change == "merge" else dict(self.content)
        for removal in self.removals:
            after = without(after, removal.path, removal.values)
        if self.comment:
            after["comments"] = [*listed(after.get("comments")), self.comment]
        return after


def merged(before: Content, after: Content, stops: Sequence[Path] = ()) -> Content:
    """`after` merged into `before`: objects into objects. All else is replaced, and so is what stands at `stops`."""
    result = dict(before)
    for name, value in after.items():
        old = before.get(name)
        below = [path[1:] for path in stops if path and path[0] == name]
        if isinstance(old, dict) and isinstance(value, dict) and () not in below:
            result[name] = merged(old, value, below)
        else:
            result[name] = value
    return result


def without(content: Content, path: Path, values: Sequence[JsonValue]) -> Content:
    """The content without the values in the list at `path`; where there is no list, as it is."""
    if not path or path[0] not in content:
        return content
    inner = content[path[0]]
    if len(path) == 1 and isinstance(inner, list):
        return {**content, path[0]: [one for one in inner if one not in values]}
    if isinstance(inner, dict):
        return {**content, path[0]: without(inner, path[1:], values)}
    return content


def listed(value: JsonValue) -> list[JsonValue]:
    """A list, or none where it is none."""
    return value if isinstance(value, list) else []


def row_id(segment: UUID, line: int) -> str:
    """The id of the row that line `line` of a segment makes; the segment's own has zeros there."""
    return str(UUID(int=segment.int | line))


def segment_of(fresh: UUID) -> UUID:
    """A segment's id, made of a fresh UUID: room is left for the number of a line."""
    return UUID(int=fresh.int >> LINE_BITS << LINE_BITS)


class Place(NamedTuple):
    """Where an event stands: in which commit, in which line of it. Commit 0 is what was there before all of them."""

    sequence: int
    line: int


class Audit(NamedTuple):
    """What is known of one write to a row."""

    transaction: int
    change: str
    source: str
    remark: Content | None


class Row(NamedTuple):
    """A row as it stands in a version; `place` and `transaction` are those of the event that touched it last."""

    id: str
    content: Content
    place: Place
    transaction: int
    audit: tuple[Audit, ...] = ()


class LogVersion(NamedTuple):
    """A version of a row log: its last commit, and that one's transaction id; zeros before the first."""

    sequence: int
    transaction: int


class BaseRows(Protocol):
    """Rows that stand before everything that was logged, such as those of a run. Their places are (0, 0), (0, 1), …"""

    def down(self, before: int | None) -> Iterator[Row]:
        """The rows whose line is less than `before` (None: all there are), the last first."""

    def find(self, identifier: str) -> Row | None:
        """The row of that id; None where there is none."""


class NoRows:
    """A log that begins empty."""

    def down(self, before: int | None) -> Iterator[Row]:  # noqa: ARG002
        return iter(())

    def find(self, identifier: str) -> Row | None:  # noqa: ARG002
        return None
