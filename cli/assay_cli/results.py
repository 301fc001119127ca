"""What an evaluation came to, as a table."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rich.table import Table
from rich.text import Text

from assay_cli.amounts import so_many

SHOWN = 3


@dataclass(frozen=True)
class EvaluatorResult:
    """One evaluator over all rows. `mean` is over the scores there are, a boolean counting as 0 or 1.

    Errors are counted by what they say.
    """

    name: str
    mean: float | None
    scored: int
    skipped: int
    errors: Counter[str]


@dataclass(frozen=True)
class Results:
    """An evaluation's rows, counted. A row without an output is an error, and has no scores."""

    rows: int
    errors: Counter[str]
    evaluators: tuple[EvaluatorResult, ...]

    @property
    def outputs(self) -> int:
        return self.rows - self.errors.total()


def count(evaluation: dict[str, Any], rows: Sequence[dict[str, Any]]) -> Results:
    """The results of an evaluation that is over, from what the API says of it and of its rows."""
    means = {each["evaluator_id"]: each["aggregate_value"] for each in evaluation.get("evaluator_aggregates") or ()}
    errors = Counter(first_line(row["log"]["error"] if row["log"] else "no output") for row in rows if failed(row))
    evaluators = [count_scores(each["id"], each["name"], means, rows) for each in evaluation["evaluators"]]
    return Results(len(rows), errors, tuple(evaluators))


def failed(row: dict[str, Any]) -> bool:
    """Whether the row has no output."""
    return row["log"] is None or row["log"].get("error") is not None


def first_line(text: str) -> str:
    """The start of an error, by which like ones are counted together."""
    return (text.splitlines() or [""])[0][:200]


def count_scores(
    evaluator_id: str, name: str, means: dict[str, float | None], rows: Sequence[dict[str, Any]]
) -> EvaluatorResult:
    """One evaluator's line."""
    results = [each for row in rows for each in row["evaluation_results"] if each["evaluator_id"] == evaluator_id]
    errors = Counter(first_line(each["error"]) for each in results if each.get("error") is not None)
    scored = sum(each.get("value") is not None for each in results)
    return EvaluatorResult(name, means.get(evaluator_id), scored, len(results) - errors.total() - scored, errors)


def table(title: str, results: Results) -> Table:
    """The results for a person to read."""
    shown = Table(title=Text(title), caption=Text(caption(results)), title_justify="left", caption_justify="left")
    shown.add_column("evaluator")
    for column in ("mean", "scored", "skipped", "errors", "no output"):
        shown.add_column(column, justify="right")
    for each in results.evaluators:
        mean = "–" if each.mean is None else f"{each.mean:.3f}"  # noqa: RUF001
        counts = (each.scored, each.skipped, each.errors.total(), results.rows - results.outputs)
        shown.add_row(each.name, mean, *map(str, counts))
    return shown


def caption(results: Results) -> str:
    """How many rows there are, and why some have no output or no score."""
    counted = (
        f"{so_many(results.rows, 'row')}: {results.outputs:,} evaluated, {so_many(results.errors.total(), 'error')}"
    )
    return "\n".join([counted, *complaints(results)])


def complaints(results: Results) -> list[str]:
    """The most frequent errors of the task and of each evaluator."""
    sources = [("no output", results.errors), *((each.name, each.errors) for each in results.evaluators)]
    return [
        f"{number} x {source}: {error}" for source, errors in sources for error, number in errors.most_common(SHOWN)
    ]
