"""Datasets: named, versioned sets of datapoints. A version, once committed, never changes."""

from collections.abc import Iterable
from datetime import datetime
from itertools import accumulate
from typing import ClassVar, NamedTuple, Self

from pydantic import Field

from assay.domain.messages import Message
from assay.domain.rows import Row, listed
from assay.domain.value import JsonValue, Resource, Value


def is_missing(value: object) -> bool:
    """Whether nothing is said by it, so that it need not be kept."""
    return value is None or value == ()


def count_of(value: JsonValue) -> int | None:
    """A number of trials, where it is one."""
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else None


class Datapoint(Value):
    """One row of a dataset: what goes into the task and, if known, what should come out.

    `trial_count` is the row's own, `origin` what a client says of where it is from. Of a dataset's row that may change,
    `transaction` is that of its last change, and `created` when it was made.
    """

    id: str
    inputs: JsonValue = Field(default_factory=dict)
    messages: tuple[Message, ...] = ()
    target: JsonValue = None
    metadata: dict[str, JsonValue] = Field(default_factory=dict)
    tags: tuple[str, ...] = Field(default=(), exclude_if=is_missing)
    origin: JsonValue = Field(default=None, exclude_if=is_missing)
    trial_count: int | None = Field(default=None, exclude_if=is_missing)
    transaction: int | None = Field(default=None, exclude_if=is_missing)
    created: str | None = Field(default=None, exclude_if=is_missing)

    @classmethod
    def of(cls, row: Row) -> Self:
        """A row of a dataset whose rows may change, as it stands."""
        return cls.model_validate(fields_of(row))


def fields_of(row: Row) -> dict[str, object]:
    """The fields of a row's Datapoint, in order, as far as they are kept: JSON already, which needs no checking."""
    content = row.content
    metadata, created = content.get("metadata"), content.get("created")
    optional = {
        "tags": tuple(str(tag) for tag in listed(content.get("tags"))),
        "origin": content.get("origin"),
        "trial_count": count_of(content.get("trial_count")),
        "transaction": row.transaction,
        "created": created if isinstance(created, str) else None,
    }
    return {
        "id": row.id,
        "inputs": content.get("inputs"),
        "messages": (),
        "target": content.get("target"),
        "metadata": metadata if isinstance(metadata, dict) else {},
        **{name: value for name, value in optional.items() if not is_missing(value)},
    }


class Dataset(Resource):
    """The name under which versions stand.

    A dataset of a project has rows that may change and a name of its own there; any other only grows. It belongs to
    no project, but a key that is confined to one sees it if it was `made_in` that.
    """

    LIST: ClassVar[str] = "datasets"
    EVERYWHERE: ClassVar[str] = "project-datasets"
    """The lists on which a project's datasets stand: the project's own, and that of all projects."""

    name: str
    description: str | None = ""
    project_id: str | None = None
    made_in: str | None = Field(default=None, exclude_if=lambda project: project is None)
    tags: tuple[str, ...] | None = None
    metadata: dict[str, JsonValue] | None = None

    @property
    def cluster_by(self) -> str | None:
        """The metadata field that is equal in datapoints that belong together; the dataset's own metadata names it."""
        named = (self.metadata or {}).get("cluster_by")
        return named if isinstance(named, str) else None

    @property
    def listed_in(self) -> tuple[str, ...]:
        if self.project_id is None:
            return ("datasets",)
        return (self.EVERYWHERE, f"{self.project_id}/{self.LIST}")

    @property
    def unique_name(self) -> str | None:
        return f"{self.project_id}/{self.LIST}/{self.name}" if self.project_id else None


class Commit(Value):
    """One atomic change of a row log: `rows` lines of `size` bytes in an immutable segment, one of `longest`.

    The lines are datapoints, or `events` (domain/rows.py).
    """

    sequence: int
    segment: str
    rows: int
    size: int
    longest: int
    sha256: str
    committed_at: datetime
    transaction: int = 0
    events: bool = False


def heaviest_page(commits: Iterable[Commit], size: int) -> int:
    """An upper bound of the bytes of every page, where the rows of the commits are cut into pages of `size`."""
    pages: dict[int, int] = {}
    first = 0
    for commit in commits:
        end = first + commit.rows
        for page in range(first // size, -(-end // size)):
            shared = min((page + 1) * size, end) - max(page * size, first)
            pages[page] = pages.get(page, 0) + min(commit.size, shared * commit.longest)
        first = end
    return max(pages.values(), default=0)


class DatasetHead(Value):
    """The latest version: the last commit's sequence number (0 = nothing yet) and the datapoints it holds.

    Of a log of events, `datapoints` is how many there were.
    """

    sequence: int = 0
    datapoints: int = 0
    committed_at: datetime | None = None
    transaction: int = 0


class DatasetVersion(Value):
    """A version frozen for an evaluation, as it stood at `sequence`; `cluster_by` as the dataset had it then."""

    dataset_id: str
    sequence: int
    datapoints: int
    name: str
    description: str
    created_at: datetime
    updated_at: datetime
    cluster_by: str | None = Field(default=None, exclude_if=is_missing)

    @property
    def id(self) -> str:
        """The version's own id, unique within the organisation."""
        return f"evtsv_{self.dataset_id.partition('_')[2] or self.dataset_id}_{self.sequence}"


OFFSET_BYTES = 8


class SnapshotIndex(NamedTuple):
    """Where the rows of a version's snapshot start: the first byte of each, and last the byte where the snapshot ends.

    Packed, each is OFFSET_BYTES long, so a reader of a few rows needs a few bytes of it, wherever the rows stand.
    """

    packed: bytes

    @classmethod
    def of(cls, lengths: Iterable[int]) -> Self:
        """The index of a snapshot whose rows have these lengths in bytes."""
        return cls(b"".join(offset.to_bytes(OFFSET_BYTES, "little") for offset in accumulate(lengths, initial=0)))

    @staticmethod
    def part(first: int, last: int) -> tuple[int, int]:
        """(first byte, byte after the last) of the packed index that tell where rows `first` up to `last` lie."""
        return first * OFFSET_BYTES, (last + 1) * OFFSET_BYTES

    @property
    def rows(self) -> int:
        """How many rows the index is of: all of a snapshot's, or those of a part of it."""
        return len(self.packed) // OFFSET_BYTES - 1

    def span(self, first: int, last: int) -> tuple[int, int]:
        """(first byte, byte after the last) of rows `first` up to `last` in the snapshot."""
        return self.offset(first), self.offset(last)

    def size(self, first: int, last: int) -> int:
        """The bytes of rows `first` up to `last`."""
        return self.offset(last) - self.offset(first)

    def offset(self, row: int) -> int:
        """The first byte of a row."""
        return int.from_bytes(self.packed[row * OFFSET_BYTES : (row + 1) * OFFSET_BYTES], "little")
