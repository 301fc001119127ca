"""Where an export has what: a folder for each file, and in it its versions, datapoints and evaluations."""

from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from assay.domain.complaints import complaints
from assay_cli.errors import Misused, unreadable

S = TypeVar("S", bound=BaseModel)
HEAD = "file.json"
WANTED = "Name the folder that the export tool made, such as exports/20250605-120000."


class Unreadable(Exception):
    """A part of the export that is not as the export tool wrote it. Its text names the file."""


def folders(export: Path) -> list[Path]:
    """The folder of each file. Raises Misused where no export is."""
    if not export.is_dir():
        raise Misused(f"There is no folder {export}. {WANTED}")
    found = sorted(head.parent for head in root(export).glob(f"*/{HEAD}"))
    if not found and root(export) == export:
        raise Misused(f"{export} has no export of Humanloop's in it: no folder there has a {HEAD}. {WANTED}")
    return found


def root(export: Path) -> Path:
    """The folder of the folders: `files`, or the export itself."""
    inner = export / "files"
    return inner if inner.is_dir() else export


def headless(export: Path) -> list[Path]:
    """The folders of which nothing says what they are."""
    return [one for one in children(root(export)) if one.is_dir() and not (one / HEAD).exists()]


def missing(path: Path) -> str:
    """What is said of a part of the export that is not there."""
    return f"{path}: it is missing"


def without(folder: Path) -> str:
    """What is said of a folder that has nothing in it, or is not there itself."""
    return f"{folder}: there is nothing in it"


def read(path: Path, kind: type[S]) -> S:
    """The one object of a file. Raises Unreadable."""
    return parsed(f"{path}", text_of(path), kind)


def read_all(folder: Path, kind: type[S]) -> Iterator[S]:
    """The objects of a folder of `1.jsonl`, `2.jsonl`, …, in their order. Raises Unreadable."""
    for number, path in enumerate(sorted(folder.glob("*.jsonl"), key=lambda one: (len(one.stem), one.stem)), 1):
        if path.stem != f"{number}":
            raise Unreadable(missing(folder / f"{number}.jsonl"))
        for place, line in enumerate(text_of(path).split("\n"), 1):
            if line.strip():
                yield parsed(f"{path}:{place}", line, kind)


def children(folder: Path) -> list[Path]:
    """What is in a folder, without what is hidden; nothing where there is no such folder."""
    return sorted(one for one in folder.glob("*") if not one.name.startswith("."))


def text_of(path: Path) -> str:
    """What a file says. Raises Unreadable."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Unreadable(f"{path}: it cannot be read: {unreadable(error)}") from error


def parsed(place: str, text: str, kind: type[S]) -> S:
    """The object in a text. Raises Unreadable, naming the place."""
    try:
        return kind.model_validate_json(text)
    except ValidationError as error:
        raise Unreadable(f"{place}: {next(complaints(error))}") from error
