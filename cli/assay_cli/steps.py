"""Says what is being done: a spinner and a tick on a terminal, plain lines elsewhere."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console


class Steps:
    """Tells a person the steps of a command as they are taken."""

    def __init__(self, console: Console) -> None:
        self.console = console

    @contextmanager
    def step(self, doing: str) -> Iterator[None]:
        """Shows `doing` while the body runs, and how long it took when it is done."""
        if not self.console.is_terminal:
            self.say(f"{doing} ...")
        started = time.monotonic()
        with self.console.status(doing):
            yield
        if self.console.is_terminal:
            self.say(f"✓ {doing} ({time.monotonic() - started:.1f} s)")

    def say(self, text: str) -> None:
        """Prints the text as it is, lines however long."""
        self.console.print(text, soft_wrap=True, highlight=False, markup=False)
