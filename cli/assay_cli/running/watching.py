"""Files that somebody is at work on."""

import time
from collections.abc import Iterable
from pathlib import Path

SECONDS_BETWEEN_LOOKS = 0.3

State = dict[Path, tuple[int, int] | None]


def state(files: Iterable[Path]) -> State:
    """When each file was written last, and how large it is; None where it is not there."""
    return {file: stamp(file) for file in files}


def stamp(file: Path) -> tuple[int, int] | None:
    """As `state`, of one file."""
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


def await_change(before: State) -> None:
    """Comes back when any of the files is no longer as it was."""
    while state(before) == before:
        time.sleep(SECONDS_BETWEEN_LOOKS)
