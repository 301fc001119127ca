"""Events as clients write them (contracts/braintrust.md §7.3, §7.5), in the core's words."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Any

from pydantic import Field, StringConstraints

from assay.dialects.braintrust.wire import Open, iso
from assay.domain.errors import InvalidRequest
from assay.domain.rows import MOST_EVENTS, Content, Event, Path, Removal
from assay.domain.value import JsonValue

RowId = Annotated[str, StringConstraints(min_length=1, max_length=1000)]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Number = Annotated[float, Field(allow_inf_nan=False)]

OUR_WORDS = {"input": "inputs", "expected": "target"}
THEIR_WORDS = {ours: theirs for theirs, ours in OUR_WORDS.items()}


class ArrayDelete(Open):
    """Values to be taken out of a list."""

    path: tuple[str, ...]
    delete: tuple[JsonValue, ...]


class DatasetEventRequest(Open):
    """One write to a row of a dataset."""

    id: RowId | None = None
    input: JsonValue = None
    expected: JsonValue = None
    metadata: dict[str, JsonValue] | None = None
    tags: tuple[str, ...] | None = None
    created: datetime | None = None
    origin: dict[str, JsonValue] | None = None
    facets: dict[str, JsonValue] | None = None
    classifications: dict[str, JsonValue] | None = None
    span_id: str | None = None
    root_span_id: str | None = None
    span_parents: tuple[str, ...] | None = None
    is_merge: bool | None = Field(default=None, alias="_is_merge")
    merge_paths: tuple[tuple[str, ...], ...] | None = Field(default=None, alias="_merge_paths")
    array_delete: tuple[ArrayDelete, ...] | None = Field(default=None, alias="_array_delete")
    object_delete: bool | None = Field(default=None, alias="_object_delete")
    parent_id: str | None = Field(default=None, alias="_parent_id")

    def translated(self) -> Event:
        """The event in the core's words; without an id where it has none. Raises InvalidRequest."""
        if self.object_delete:
            if self.id is None:
                raise InvalidRequest("_object_delete needs the id of the row that is to be deleted.", ("id",))
            return Event(id=self.id, change="delete")
        if not (self.is_merge or self.array_delete):
            return Event(id=self.id or "", content=self.content())
        return Event(
            id=self.id or "",
            content=self.content(),
            change="merge",
            stops=tuple(our_path(path) for path in self.merge_paths or ()),
            removals=tuple(Removal(path=our_path(one.path), values=one.delete) for one in self.array_delete or ()),
        )

    def content(self) -> Content:
        """What the event says of the row."""
        said: dict[str, Any] = self.model_dump(exclude_unset=True, exclude=CONTROLS, mode="json")
        if self.created:
            said["created"] = iso(self.created)
        if self.parent_id and not self.span_parents:
            said = {**said, "span_parents": [self.parent_id], "root_span_id": self.root_span_id or self.parent_id}
        return {OUR_WORDS.get(name, name): value for name, value in said.items()}


CONTROLS = {"id", "is_merge", "merge_paths", "array_delete", "object_delete", "parent_id"}
"""What is said of the write, and not of the row."""


class ExperimentEventRequest(DatasetEventRequest):
    """One write to a row of an experiment."""

    output: JsonValue = None
    error: JsonValue = None
    scores: dict[str, Share | None] | None = None
    metrics: dict[str, Number | None] | None = None
    context: dict[str, JsonValue] | None = None
    span_attributes: dict[str, JsonValue] | None = None


class DatasetFeedback(Open):
    """What somebody says of a row of a dataset."""

    id: RowId
    comment: str | None = None
    metadata: dict[str, JsonValue] | None = None
    source: str | None = None
    tags: tuple[str, ...] | None = None

    def translated(self) -> Event:
        """The feedback as a merge into its row."""
        said: dict[str, Any] = self.model_dump(exclude_none=True, exclude=AROUND, mode="json")
        return Event(
            id=self.id,
            content={OUR_WORDS.get(name, name): value for name, value in said.items()},
            change="merge",
            comment={"text": self.comment} if self.comment else None,
            source=self.source or "external",
            remark=self.metadata,
        )


AROUND = {"id", "comment", "metadata", "source"}
"""What is said of the feedback, and not of the row."""


class ExperimentFeedback(DatasetFeedback):
    """What somebody says of a row of an experiment."""

    scores: dict[str, Share | None] | None = None
    expected: JsonValue = None


class InsertDatasetRequest(Open):
    """Events of a dataset."""

    events: tuple[DatasetEventRequest, ...] = Field(max_length=MOST_EVENTS)


class InsertExperimentRequest(Open):
    """Events of an experiment."""

    events: tuple[ExperimentEventRequest, ...] = Field(max_length=MOST_EVENTS)


class DatasetFeedbackRequest(Open):
    """Feedback on rows of a dataset."""

    feedback: tuple[DatasetFeedback, ...] = Field(max_length=MOST_EVENTS)


class ExperimentFeedbackRequest(Open):
    """Feedback on rows of an experiment."""

    feedback: tuple[ExperimentFeedback, ...] = Field(max_length=MOST_EVENTS)


def our_path(path: Path) -> Path:
    """A path into a row in the core's words."""
    return tuple(OUR_WORDS.get(name, name) if depth == 0 else name for depth, name in enumerate(path))


def translated(requests: Iterable[DatasetEventRequest | DatasetFeedback]) -> list[Event]:
    """All of them, in order."""
    return [each.translated() for each in requests]
