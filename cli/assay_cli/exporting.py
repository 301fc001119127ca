"""The rows of an experiment in a file: JSON lines, CSV that no spreadsheet runs, Parquet."""

import csv
import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Literal

from assay.client import ExperimentRow
from assay_cli.errors import CommandFailed

Format = Literal["jsonl", "csv", "parquet"]
FORMULA = re.compile(r"^[\s\x00]*[=+\-@|%＝＋－＠]|^[\t\r]")  # noqa: RUF001
"""What a spreadsheet takes for a formula, or for the start of one."""
PLAIN_NUMBER = re.compile(r"-?\d+(\.\d+)?([eE][+-]?\d+)?")


def write_jsonl(path: Path, rows: Sequence[ExperimentRow]) -> None:
    """A row on each line, with all its structure."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for row in rows:
            file.write(json.dumps(row._asdict(), ensure_ascii=False) + "\n")


def write_csv(path: Path, rows: Sequence[ExperimentRow]) -> None:
    """A column for each field and each score; what is no text or number is JSON. No cell begins a formula."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        names = columns(rows)
        writer.writerow([safe(name) for name in names])
        for row in rows:
            flat = flattened(row)
            writer.writerow([cell(flat.get(name)) for name in names])


def write_parquet(path: Path, rows: Sequence[ExperimentRow]) -> None:
    """As CSV has it, with numbers as numbers. Raises CommandFailed without pyarrow."""
    try:
        import pyarrow as pa  # noqa: PLC0415
        from pyarrow import parquet  # noqa: PLC0415
    except ImportError as error:
        raise CommandFailed("Parquet needs pyarrow: pip install 'assay-evaluations[parquet]'") from error
    flat = [flattened(row) for row in rows]
    made = {name: [typed(name, one.get(name)) for one in flat] for name in columns(rows)}
    schema = pa.schema([(name, pa.float64() if is_number(name) else pa.string()) for name in made])
    parquet.write_table(pa.table(made, schema=schema), path)


def columns(rows: Sequence[ExperimentRow]) -> list[str]:
    """Every field that any row has, in the order of their first appearance."""
    return list(dict.fromkeys(name for row in rows for name in flattened(row)))


def flattened(row: ExperimentRow) -> dict[str, Any]:
    """A row with a name for each input, score, reason and error of its own."""
    inputs = row.inputs if isinstance(row.inputs, dict) else {"": row.inputs}
    flat: dict[str, Any] = {"id": row.id}
    flat |= {f"inputs.{name}" if name else "inputs": value for name, value in inputs.items()}
    flat |= {"target": row.target, "output": row.output, "error": row.error, "seconds": row.seconds}
    for field in ("scores", "reasons", "score_errors", "metadata"):
        flat |= {f"{field}.{name}": value for name, value in getattr(row, field).items()}
    return flat


def is_number(name: str) -> bool:
    """Whether a column holds numbers."""
    return name == "seconds" or name.startswith("scores.")


def typed(name: str, value: Any) -> float | str | None:
    """A cell of Parquet."""
    if value is None:
        return None
    return float(value) if is_number(name) else written(value)


def written(value: Any) -> str:
    """A value as text: JSON, unless it is one."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def cell(value: Any) -> str:
    """A cell of CSV. What a spreadsheet would run gets an apostrophe before it; a number does not."""
    return "" if value is None else safe(written(value))


def safe(text: str) -> str:
    """The text, so that no spreadsheet runs it."""
    return f"'{text}" if FORMULA.search(text) and not PLAIN_NUMBER.fullmatch(text) else text


WRITERS: dict[Format, Callable[[Path, Sequence[ExperimentRow]], None]] = {
    "jsonl": write_jsonl,
    "csv": write_csv,
    "parquet": write_parquet,
}
