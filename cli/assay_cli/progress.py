"""How far an evaluation is: a bar on a terminal, a line at every change elsewhere."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn


@contextmanager
def row_progress(console: Console, rows: int) -> Iterator[Callable[[int], None]]:
    """Gives what is to be told how many of `rows` are done."""
    if not console.is_terminal:
        yield plain(console, rows)
        return
    columns = (TextColumn("Evaluate"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as bar:
        task = bar.add_task("rows", total=rows)
        yield lambda done: bar.update(task, completed=done)


def plain(console: Console, rows: int) -> Callable[[int], None]:
    """Prints a line whenever the number differs from the last one."""
    shown: list[int] = []

    def show(done: int) -> None:
        if done not in shown:
            shown.append(done)
            console.print(f"Evaluate: {done} of {rows} rows", highlight=False)

    return show
