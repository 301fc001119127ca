"""The port Sandbox for Python code."""

import json
import os
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from assay.adapters.sandbox import calling, extras, host, outcome, telling, ways
from assay.adapters.sandbox.egress import Egress
from assay.adapters.sandbox.seccomp import ALLOWED, AUDIT_ARCH, REFUSED, assembled
from assay.adapters.sandbox.session import Session
from assay.adapters.sandbox.syscalls import HARNESS, NUMBERS, ROW
from assay.domain.egress import Destination
from assay.domain.sandbox import CodeBatch, CodeResult, CodeResults
from assay.ports import Deadline

ANSWER_BYTES = 4 * 1024 * 1024  # of one run, under Lambda's 6 MB
THREADS = 64  # that a row may have, at least: the kernel counts all of the uid together
RESERVE = 5.0  # seconds before the deadline after which no row is begun

_NO_EXTRAS = "entered = restricted = lambda *_: False"
_ONE_AT_A_TIME = threading.Lock()  # a batch ends every child of this process that came after the batch began


class PythonSandbox:
    """Runs Python code a row at a time, in processes that are refused what they do not need.

    `libraries` are directories that the code may import from, beside the standard library. The code's module body runs
    anew for each row, in that row's process, so what it prints is printed by each. Raises SandboxTainted, after which
    this process must end. With `extra`, namespaces and Landlock are tried; where what is `required` does not hold, no
    row is run. Rows may connect to `reachable`, by connections that this process carries; to nothing where it is empty.
    """

    def __init__(
        self,
        libraries: Sequence[Path] = (),
        *,
        seccomp: bool = True,
        extra: bool = False,
        required: frozenset[str] = frozenset(),
        reachable: Sequence[Destination] = (),
    ) -> None:
        host.shield()
        self._libraries = [str(path) for path in libraries]
        self._extras = Path(extras.__file__).read_text() if extra else _NO_EXTRAS
        self._required = required
        self._egress = Egress(reachable) if reachable else None
        self._filters = _filters() if seccomp else {"harness_filter": "", "row_filter": ""}
        self._level: str | None = None

    @property
    def level(self) -> str:
        """What the kernel grants, joined by `+`: "rlimits" alone where it takes no filter."""
        if self._level is None:
            nothing = CodeBatch(code="", function="", rows=())
            with _ONE_AT_A_TIME, self._session(nothing, required=frozenset()) as session:
                self._level = session.interpreter().level
        return self._level

    def run(self, batch: CodeBatch, deadline: Deadline) -> CodeResults:
        """Runs the first rows: at least one, and as many as deadline and ANSWER_BYTES allow."""
        with _ONE_AT_A_TIME, self._session(batch, self._required) as session:
            results = tuple(self._results(session, batch, deadline))
        return CodeResults(results=results, level=self.level)

    def _results(self, session: Session, batch: CodeBatch, deadline: Deadline) -> Iterator[CodeResult]:
        """The results that fit."""
        room = ANSWER_BYTES
        needed = max(RESERVE, batch.limits.wall + 3)
        for index, row in enumerate(batch.rows):
            if index and deadline.remaining() < needed:
                return
            begun = time.monotonic()
            answer = session.answer(row)
            result = answer.model_copy(update={"seconds": time.monotonic() - begun})
            room -= len(json.dumps(result.model_dump()))  # escaped to ASCII, as Lambda may send it: the longest form
            if index and room < 0:
                return
            yield result

    def _session(self, batch: CodeBatch, required: frozenset[str]) -> Session:
        """The batch, not yet begun."""
        setup: dict[str, Any] = {
            "code": batch.code,
            "function": batch.function,
            "call": batch.call,
            "calling": "" if batch.call == "positional" else Path(calling.__file__).read_text(),
            "telling": Path(telling.__file__).read_text(),
            "libraries": self._libraries,
            "ways": Path(ways.__file__).read_text() if self._egress else "",
            "extras": self._extras,
            "memory": batch.limits.memory,
            "cpu": batch.limits.cpu,
            "tasks": host.tasks() + THREADS,
            "out_of_memory": outcome.out_of_memory(batch.limits),
            **self._filters,
        }
        return Session(setup, batch.limits, required, self._egress)


def _filters() -> dict[str, str]:
    """The two filters in hexadecimal; empty where this machine is of an architecture we have no numbers for."""
    machine = os.uname().machine
    if machine not in AUDIT_ARCH:
        return {"harness_filter": "", "row_filter": ""}
    return {
        "harness_filter": assembled(machine, NUMBERS, HARNESS, REFUSED).hex(),
        "row_filter": assembled(machine, NUMBERS, ROW, ALLOWED).hex(),
    }
