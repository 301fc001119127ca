"""What OpenAI's Evals API answers, as far as we read it: evals, runs, output items, and lists of any of them."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from pydantic_core import from_json

from assay_cli.errors import Misused, unreadable

Object = dict[str, Any]
KINDS = ("eval", "eval.run", "eval.run.output_item")


class Saved(NamedTuple):
    """One eval with the runs and the output items that were saved of it."""

    evaluation: Object
    runs: list[Object]
    items: list[Object]


def read_saved(paths: Sequence[Path]) -> Saved:
    """What the files hold, in any order. Raises Misused unless it is of exactly one eval."""
    found = [one for path in paths for one in objects(path)]
    evals, runs, items = ([one for one in found if one.get("object") == kind] for kind in KINDS)
    if len({one.get("id") for one in evals}) != 1:
        raise Misused(f"{len(evals)} evals are in the files: import one at a time, with its runs and output items.")
    identifier = evals[0].get("id")
    return Saved(evals[0], of(runs, identifier), of(items, identifier))


def of(found: Sequence[Object], eval_id: object) -> list[Object]:
    """Those that belong to an eval."""
    return [one for one in found if one.get("eval_id") in {None, eval_id}]


def objects(path: Path) -> Iterator[Object]:
    """Every object in a file: one JSON value, or one on each line. Raises Misused."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise Misused(f"{path} cannot be read: {unreadable(error)}") from error
    for value in values(path, text):
        yield from flattened(value)


def values(path: Path, text: str) -> Iterator[Any]:
    """The JSON values of a text. Raises Misused."""
    try:
        yield from_json(text)
    except ValueError:
        for number, line in enumerate(text.split("\n"), 1):
            if line.strip():
                yield value_of_line(path, number, line)


def value_of_line(path: Path, number: int, line: str) -> Any:
    """The JSON value of a line. Raises Misused."""
    try:
        return from_json(line)
    except ValueError as error:
        raise Misused(f"{path}:{number}: neither the file nor this line is JSON: {error}") from error


def flattened(value: Any) -> Iterator[Object]:
    """The objects in a list of any kind, or the object itself."""
    inner = value.get("data") if isinstance(value, dict) and value.get("object") == "list" else value
    for one in inner if isinstance(inner, list) else [inner]:
        if isinstance(one, dict):
            yield one
