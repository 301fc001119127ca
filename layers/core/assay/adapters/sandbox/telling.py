"""What a row is told where it is refused something, and how its errors are told.

The row's process has this source from the harness, so it imports nothing of Assay.
"""

from __future__ import annotations

import _socket
import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

NO_NETWORK = "The sandbox has no network: the stack's parameter SandboxEgress is off."
NO_OTHER_NETWORK = "The sandbox lets connections out to the hosts that SandboxHosts names, and nothing else."
NO_FILES = "The sandbox keeps no files: work in memory (io.StringIO, io.BytesIO, sqlite3's :memory:)."
NO_PROGRAMS = "The sandbox starts no other programs or processes."

_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
_PROGRAM_EVENTS = ("subprocess.Popen", "os.system", "os.fork", "os.forkpty", "os.exec", "os.posix_spawn")
_NETWORK_EVENTS = ("socket.__new__", "socket.connect", "socket.getaddrinfo", "socket.gethostbyname")
_FRAMES, _TEXT = 5, 1024  # how many lines of user code an error shows, and how many characters of its text

refusals: list[str] = []
"""What the present row was refused, for its error."""


def refusing(*, is_let_out: bool) -> Callable[[str, tuple[Any, ...]], None]:
    """What says in words what the kernel would refuse by a number. It explains the boundary; it is not the boundary."""
    no_network = NO_OTHER_NETWORK if is_let_out else NO_NETWORK

    def refuse(event: str, arguments: tuple[Any, ...]) -> None:
        reason = None
        if event == "open":
            reason = NO_FILES if arguments[2] & _WRITING else None
        elif event in _PROGRAM_EVENTS:
            reason = NO_PROGRAMS
        elif event in _NETWORK_EVENTS:
            reason = None if event == "socket.__new__" and arguments[1] == _socket.AF_UNIX else no_network
        if reason:
            raise forbidden(reason)

    return refuse


def forbidden(reason: str) -> PermissionError:
    """What the code meets where it is refused something; noted, for it may be lost on the way."""
    refusals.append(reason)
    return PermissionError(reason)


def described(error: BaseException, source: str, name: str) -> str:
    """The error with the lines of the source of that file name that led to it, innermost first; no other files."""
    text = f"{type(error).__name__}: {error}".removesuffix(": ")
    notes = [note for note in dict.fromkeys(refusals) if note not in text]
    trace, frames = error.__traceback__, []
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == name:
            frames.append((trace.tb_lineno, trace.tb_frame.f_code.co_name))
        trace = trace.tb_next
    lines = source.replace("\r\n", "\n").split("\n")
    nearest = [(n, name, "".join(lines[n - 1 : n]).strip()[:100]) for n, name in frames[: -_FRAMES - 1 : -1]]
    where = [f"  line {n}, in {name}: {line}" for n, name, line in nearest]
    return "\n".join([text[:_TEXT], *notes, *where])
