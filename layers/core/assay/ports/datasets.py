"""The row log: datasets whose rows are only added, and rows that are written again and again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Protocol
from uuid import UUID

if TYPE_CHECKING:
    from assay.domain.dataset import Commit, Datapoint, DatasetHead, SnapshotIndex
    from assay.domain.identity import DatapointPlace
    from assay.domain.rows import BaseRows, Event, LogVersion, Place, Row


class Datasets(Protocol):
    """The row log of datasets: atomic commits, immutable versions."""

    def head(self, organisation: str, dataset_id: str) -> DatasetHead:
        """The latest version."""

    def heads(self, organisation: str, dataset_ids: Sequence[str]) -> list[DatasetHead]:
        """The latest version of each dataset."""

    def append(self, organisation: str, dataset_id: str, segment: str, rows: Sequence[Datapoint]) -> Commit:
        """Commits `rows` in one segment, under the name `segment`, which must be fresh."""

    def commits(self, organisation: str, dataset_id: str, sequence: int) -> Iterable[Commit]:
        """The commits that make up version `sequence`, in order."""

    def rows(self, organisation: str, dataset_id: str, sequence: int, span: range) -> list[Datapoint]:
        """The datapoints at the indices `span` of version `sequence`, in dataset order."""

    def find(self, organisation: str, place: DatapointPlace) -> Datapoint:
        """The datapoint at a place. Raises NotFound, also where its segment was never committed."""

    def freeze(self, organisation: str, dataset_id: str, sequence: int) -> SnapshotIndex:
        """Writes the snapshot of a version, unless there is one, and returns its index."""

    def snapshot(self, organisation: str, dataset_id: str, sequence: int, span: range) -> list[Datapoint]:
        """As `rows`, read from the version's snapshot. Raises TooMuch where they are over 16 MB."""


class Rows(Protocol):
    """The row log where rows are written again and again: of Braintrust's datasets, of experiments."""

    def write(self, organisation: str, log_id: str, segment: UUID, events: Sequence[Event]) -> Commit:
        """Commits `events` in one segment, under the id `segment` (rows.segment_of), which must be fresh."""

    def write_many(self, organisation: str, log_id: str, parts: Iterable[tuple[UUID, Sequence[Event]]]) -> list[Commit]:
        """As `write`, for events in several segments: all are committed at once. Raises TooMuch."""

    def version(self, organisation: str, log_id: str, transaction: int | None = None) -> LogVersion:
        """The latest version, or the one as of a transaction."""

    def count(self, organisation: str, log_id: str, sequence: int) -> int:
        """How many rows a version has."""

    def has(self, organisation: str, log_id: str, sequence: int, identifier: str) -> bool:
        """Whether a row was written in a version and not deleted."""

    def down(
        self,
        organisation: str,
        log_id: str,
        sequence: int,
        before: Place | None = None,
        base: BaseRows | None = None,
    ) -> Iterator[Row]:
        """The rows of a version that stand before a place (None: all of them), the last first, over those of `base`."""
