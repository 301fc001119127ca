"""What the function does to itself and to the processes below it: nothing reads it, and nothing outlives a batch."""

import contextlib
import os
import signal
import sys
import time
from pathlib import Path

from assay.adapters.sandbox.child import prctl
from assay.domain.errors import AssayError

_DUMPABLE, _SUBREAPER = 4, 36
_PATIENCE = 5.0  # seconds that killed processes get to be gone


class SandboxTainted(AssayError):
    """Something of a batch may still be about: this process must end at once (os._exit) and serve nobody else."""


def shield() -> None:
    """Keeps this process's memory and environment from its own uid, and has orphans below it become its children."""
    if sys.platform == "linux":
        prctl(_DUMPABLE, 0)
        prctl(_SUBREAPER, 1)


def tasks() -> int:
    """How many processes and threads this machine has, so no fewer than this uid has; 0 where it does not say."""
    try:
        return int(Path("/proc/loadavg").read_text().split()[3].partition("/")[2])
    except OSError:
        return 0


def children() -> frozenset[int]:
    """The processes whose parent this one is, dead ones that nobody waited for included."""
    if sys.platform != "linux" or not _has_children():
        return frozenset()
    pids = (int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdecimal())
    return frozenset(pid for pid in pids if _parent(pid) == os.getpid())


def kill_children_except(known: frozenset[int]) -> None:
    """Ends every child but `known`, and what becomes a child by that. Raises SandboxTainted where one remains."""
    until = time.monotonic() + _PATIENCE
    while strays := children() - known:
        for pid in strays:
            with contextlib.suppress(ProcessLookupError, ChildProcessError):
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, os.WNOHANG)
        if time.monotonic() > until:
            raise SandboxTainted(f"{len(strays)} processes of user code could not be ended")
        time.sleep(0.001)


def _has_children() -> bool:
    """Asks the kernel without taking an exit status from whoever waits for it."""
    try:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return False
    return True


def _parent(pid: int) -> int:
    """The parent of a process (proc(5): /proc/pid/stat, field 4); 0 where there is no such process any more."""
    try:
        return int(Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()[1])
    except OSError:
        return 0
