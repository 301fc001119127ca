"""`assay` as it is typed, against a stack of the real handlers on a port of this machine."""

import atexit
import os
import pty
import select
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

from typer.testing import CliRunner

from assay_cli.main import app

ASSAY = Path(sys.executable).with_name("assay")
PATIENCE = 60


def hear_ctrl_c():
    """As a shell at a terminal has it for a command, though whoever runs the tests may ignore it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class Said(NamedTuple):
    """What a command came to."""

    code: int
    out: str
    err: str


def assay(*words, **environment):
    """The command in this process, without a terminal."""
    done = CliRunner().invoke(app, [str(word) for word in words], env=environment)
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return Said(done.exit_code, done.stdout, done.stderr)


def heed_interrupts():
    """Undoes, for what this process starts, that a shell has what it starts in the background ignore Ctrl-C."""
    if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


class Terminal:
    """The command in a process of its own, at a terminal of 120 columns."""

    def __init__(self, *words, **environment):
        self.ours, theirs = pty.openpty()
        heed_interrupts()
        kept = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
        self.process = subprocess.Popen(
            [ASSAY, *map(str, words)],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env={**kept, "COLUMNS": "120", "LINES": "40", "TERM": "xterm-256color", **environment},
            start_new_session=True,
            preexec_fn=hear_ctrl_c,  # noqa: PLW1509 no thread of ours holds a lock that it wants
        )
        atexit.register(self.process.kill)
        os.close(theirs)
        self.text = ""

    def until(self, found):
        """Reads until `found` is true of all that was said."""
        deadline = time.monotonic() + PATIENCE
        while not found(self.text):
            assert time.monotonic() < deadline, self.text
            if select.select([self.ours], [], [], 0.1)[0] and not self.read():
                break
        return self.text

    def read(self):
        """What is there to be read now; nothing at the end."""
        try:
            data = os.read(self.ours, 65536).decode(errors="replace")
        except OSError:
            data = ""
        self.text += data
        return data

    def ended(self):
        """All that was said, and the exit code."""
        self.until(lambda _: False)
        code = self.process.wait(PATIENCE)
        os.close(self.ours)
        return Said(code, self.text, "")
