"""The rows of a data file, as datapoints: JSON lines, CSV, or one JSON array."""

import csv
import hashlib
import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from pydantic import JsonValue
from pydantic_core import from_json

from assay_cli.declared.model import DataFile
from assay_cli.declared.reading import Invalid, Problem
from assay_cli.errors import Misused, unreadable

Row = dict[str, JsonValue]
OWN = ("id", "target", "metadata", "tags")
"""Fields that are what they say; all others are inputs, unless there is a field `inputs`."""


class NumberedRow(NamedTuple):
    """A row with its line, or in a JSON array its number."""

    line: int
    row: JsonValue


def read_rows(path: Path, data: DataFile) -> list[Row]:
    """The datapoints of a file, each with an id of its own. Raises Invalid, Misused."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise Misused(f"{path} cannot be read: {unreadable(error)}") from error
    parse = PARSERS.get(path.suffix.lower())
    if parse is None:
        raise Misused(f"{path}: data are {', '.join(PARSERS)}.")
    found = [(line, datapoint(path, line, row, data)) for line, row in parse(path, text)]
    if not found:
        raise Misused(f"{path} holds no rows.")
    return identified(path, found)


def json_lines(path: Path, text: str) -> Iterator[NumberedRow]:
    """A value on each line; empty lines are passed over."""
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            yield NumberedRow(number, parsed(path, number, line))


def json_array(path: Path, text: str) -> Iterator[NumberedRow]:
    """The members of an array."""
    rows = parsed(path, 1, text)
    if not isinstance(rows, list):
        raise Invalid([Problem(path, 1, "it is no JSON array of rows")])
    for number, row in enumerate(rows, 1):
        yield NumberedRow(number, row)


def parsed(path: Path, line: int, text: str) -> JsonValue:
    """The JSON of a text. Raises Invalid."""
    try:
        value: JsonValue = from_json(text, allow_inf_nan=False)
    except ValueError as error:
        raise Invalid([Problem(path, line, f"it is no JSON: {error}")]) from error
    return value


def table(path: Path, text: str) -> Iterator[NumberedRow]:
    """The rows of CSV, whose first line names the columns; every cell is text."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        names = next(reader, [])
        if len(set(names)) < len(names) or "" in names:
            raise Invalid([Problem(path, 1, "each column needs a name of its own")])
        for cells in reader:
            if cells and len(cells) != len(names):
                raise Invalid([Problem(path, reader.line_num, f"{len(cells)} cells in {len(names)} columns")])
            if cells:
                yield NumberedRow(reader.line_num, dict(zip(names, cells, strict=True)))
    except csv.Error as error:
        raise Invalid([Problem(path, reader.line_num, str(error))]) from error


PARSERS: dict[str, Callable[[Path, str], Iterator[NumberedRow]]] = {
    ".jsonl": json_lines,
    ".ndjson": json_lines,
    ".csv": table,
    ".json": json_array,
}


def datapoint(path: Path, line: int, row: JsonValue, data: DataFile) -> Row:
    """The row by the names of the dialect that it is sent in. Raises Invalid."""
    if not isinstance(row, dict):
        raise Invalid([Problem(path, line, "a row is an object")])
    try:
        made = chosen(row, data) if data.inputs or data.target or data.metadata or data.id else guessed(row)
    except (KeyError, TypeError) as error:
        raise Invalid([Problem(path, line, str(error.args[0]))]) from error
    if data.cluster_by and data.cluster_by not in mapping(made["metadata"]):
        raise Invalid([Problem(path, line, f"its metadata have no '{data.cluster_by}' to cluster by")])
    return made


def mapping(value: JsonValue) -> Row:
    """An object, or an empty one."""
    return value if isinstance(value, dict) else {}


def chosen(row: Row, data: DataFile) -> Row:
    """The row as the declaration names its columns. Raises KeyError."""
    own = {*data.metadata, *filter(None, (data.target, data.id))}
    inputs = data.inputs or tuple(name for name in row if name not in own)
    missing = [name for name in (*inputs, *own) if name not in row]
    if missing:
        raise KeyError(f"it has no {', '.join(sorted(missing))}")
    return wired(
        {name: row[name] for name in inputs},
        row.get(data.target) if data.target else None,
        {name: row[name] for name in data.metadata},
        identifier=row.get(data.id) if data.id else None,
    )


def guessed(row: Row) -> Row:
    """The row as its own names tell. Raises TypeError."""
    inputs = row["inputs"] if "inputs" in row else {name: row[name] for name in row if name not in OWN}
    unknown = [name for name in row if name not in (*OWN, "inputs")] if "inputs" in row else []
    if unknown:
        raise TypeError(f"beside inputs stands {', '.join(unknown)}, which is neither {', '.join(OWN)}")
    metadata, tags = row.get("metadata") or {}, row.get("tags") or []
    if not isinstance(metadata, dict):
        raise TypeError("metadata is an object")
    if not isinstance(tags, list):
        raise TypeError("tags is a list")
    return wired(inputs, row.get("target"), metadata, tags, row.get("id"))


def wired(
    inputs: JsonValue,
    target: JsonValue,
    metadata: dict[str, JsonValue],
    tags: list[JsonValue] | None = None,
    identifier: JsonValue = None,
) -> Row:
    """A datapoint as it is sent. Raises TypeError."""
    if identifier is not None and not (isinstance(identifier, str) and identifier):
        raise TypeError("id is a text")
    made: Row = {"input": inputs, "expected": target, "metadata": metadata or None, "tags": tags or None}
    return {"id": identifier, **made} if identifier else made


def identified(path: Path, rows: list[tuple[int, Row]]) -> list[Row]:
    """The rows, each with an id: its own, else one made of what is in it and of how often that was there before."""
    lines: dict[str, int] = {}
    seen: dict[str, int] = {}
    made = []
    for line, row in rows:
        identifier = row.get("id")
        if not isinstance(identifier, str):
            content = digest(row)
            seen[content] = seen.get(content, 0) + 1
            identifier = f"{content[:24]}-{seen[content]}"
        if identifier in lines:
            raise Invalid([Problem(path, line, f"its id '{identifier}' is that of line {lines[identifier]}, too")])
        lines[identifier] = line
        made.append({**row, "id": identifier})
    return made


def digest(value: JsonValue) -> str:
    """What a value is known by: equal values have equal ones."""
    written = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(written.encode(errors="surrogatepass")).hexdigest()
