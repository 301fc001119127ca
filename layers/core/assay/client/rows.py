"""An experiment's rows, put together from the spans that the API has of them."""

from collections.abc import Iterable
from importlib import import_module
from typing import Any, NamedTuple

from assay.domain.value import JsonValue

Event = dict[str, Any]
"""A span of an experiment as the API has it."""


class ExperimentRow(NamedTuple):
    """One trial of a datapoint: what went in, what came out, and what the evaluators said of it.

    `scores` has None where an evaluator did not apply, `score_errors` why one has no score. `seconds` is the task's.
    """

    id: str
    ordinal: int
    inputs: JsonValue
    target: JsonValue
    output: JsonValue
    error: JsonValue
    metadata: dict[str, JsonValue]
    tags: list[str]
    scores: dict[str, float | None]
    reasons: dict[str, str]
    score_errors: dict[str, str]
    seconds: float | None


class Rows(list[ExperimentRow]):
    """The rows of an experiment."""

    def to_pandas(self) -> Any:
        """A DataFrame with a line for each row, and a column `score.…` for each score.

        Raises ImportError, and says what to install, where there is no pandas.
        """
        try:
            pandas = import_module("pandas")  # whoever wants it has it: no function needs it
        except ImportError as error:
            raise ImportError("to_pandas() needs pandas: pip install pandas") from error
        names = dict.fromkeys(name for row in self for name in row.scores)
        columns = [*(name for name in ExperimentRow._fields if name != "scores"), *(f"score.{name}" for name in names)]
        return pandas.DataFrame([line(row) for row in self], columns=columns)


def line(row: ExperimentRow) -> dict[str, Any]:
    """A row's fields, with a field for each score."""
    fields = row._asdict()
    return {**fields, **{f"score.{name}": value for name, value in fields.pop("scores").items()}}


def rows_of(events: Iterable[Event]) -> list[ExperimentRow]:
    """The rows whose spans these are; those of one row are all there."""
    traces: dict[str, Trace] = {}
    for event in events:
        traces.setdefault(event["root_span_id"], Trace()).take(event)
    return [trace.row for trace in traces.values() if trace.root]


class Trace:
    """The spans of one row, of which scores may stand on any."""

    def __init__(self) -> None:
        self.root: Event = {}
        self.scores: dict[str, float | None] = {}
        self.reasons: dict[str, str] = {}

    def take(self, span: Event) -> None:
        """Takes in a span; of all but the root only what an evaluator says."""
        if span["is_root"]:
            self.root = span
        scores = span.get("scores") or {}
        self.scores.update(scores)
        rationale = (span.get("metadata") or {}).get("rationale")
        if isinstance(rationale, str):
            self.reasons.update(dict.fromkeys(scores, rationale))

    @property
    def row(self) -> ExperimentRow:
        """The row."""
        root = self.root
        metadata = dict(root.get("metadata") or {})
        errors = metadata.pop("scorer_errors", None) or {}
        return ExperimentRow(
            id=root["id"],
            ordinal=int((root.get("span_attributes") or {}).get("exec_counter") or 0),
            inputs=root.get("input"),
            target=root.get("expected"),
            output=root.get("output"),
            error=root.get("error"),
            metadata=metadata,
            tags=list(root.get("tags") or ()),
            scores=self.scores,
            reasons=self.reasons,
            score_errors={str(name): str(text) for name, text in errors.items()},
            seconds=seconds(root.get("metrics") or {}),
        )


def seconds(metrics: dict[str, Any]) -> float | None:
    """How long a span took; None where it never began."""
    start, end = metrics.get("start"), metrics.get("end")
    return end - start if isinstance(start, int | float) and isinstance(end, int | float) else None
