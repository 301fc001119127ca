"""How far a run is, for a person: a bar on a terminal, a line now and then elsewhere, nothing where JSON is wanted."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from assay_cli.amounts import so_many
from assay_cli.running.following import Standing, Told

SECONDS_BETWEEN_LINES = 5.0


@contextmanager
def progress(out: Console, rows: int | None) -> Iterator[Told]:
    """Gives what is to be told how far the run is."""
    if not out.is_terminal:
        yield Lines(out)
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=out, transient=True) as bar:
        task = bar.add_task("Evaluate", total=rows)

        def told(standing: Standing) -> None:
            bar.update(task, completed=standing.done, total=standing.rows, description=described(standing))

        yield told


def described(standing: Standing) -> str:
    """What is done, in a word or two."""
    return f"Evaluate ({so_many(standing.errors, 'error')})" if standing.errors else "Evaluate"


class Lines:
    """A line when anything has changed, but not too often."""

    def __init__(self, out: Console) -> None:
        self.out, self.last = out, Standing(0, 0, 0)
        self.said = time.monotonic()

    def __call__(self, standing: Standing) -> None:
        """Told how far the run is."""
        if standing == self.last or time.monotonic() - self.said < SECONDS_BETWEEN_LINES:
            return
        self.last, self.said = standing, time.monotonic()
        self.out.print(f"{described(standing)}: {standing.done} of {standing.rows} rows", soft_wrap=True)
