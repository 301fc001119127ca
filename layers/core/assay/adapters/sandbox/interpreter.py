"""The harness from the outside: started for one source, asked one row at a time."""

import contextlib
import marshal
import os
import socket
import subprocess  # nosec B404
import sys
import time
from typing import Any, NamedTuple

from assay.adapters.sandbox import child, host
from assay.adapters.sandbox.egress import Egress, Ways
from assay.adapters.sandbox.listener import Listener
from assay.domain.sandbox import SandboxLimits

_START = 10.0  # seconds for starting, compiling and importing
_GRACE = 5.0  # seconds for the harness, which runs no user code, to do as it is told

_TOO_WEAK = "No code was run: what holds it here is {}, and the stack parameter SandboxMin asks for {}."


class Unstartable(Exception):
    """No row of this source can run; the message says why."""


class Broken(Exception):
    """The harness answers no more."""


class Heard(NamedTuple):
    """What came of a row: answer and output, each cut one byte past its limit, and how its process ended."""

    answer: bytes
    stdout: bytes
    in_time: bool
    status: int


class Row(NamedTuple):
    """Our ends of a forked row that waits for its arguments."""

    arguments: socket.socket
    stdout: int
    ways: Ways | None

    def close(self) -> None:
        """Lets go of all."""
        self.arguments.close()
        os.close(self.stdout)
        if self.ways:
            self.ways.close()


class Interpreter:
    """One harness. Raises Unstartable where it does not take the source or is not held by all that is `required`,
    Broken where it is lost later on.
    """

    def __init__(
        self,
        setup: dict[str, Any],
        limits: SandboxLimits,
        directory: str,
        required: frozenset[str] = frozenset(),
        egress: Egress | None = None,
    ) -> None:
        self._limits, self._egress = limits, egress
        self._known = host.children()
        self._next: Row | None = None
        self._control, theirs = socket.socketpair()
        with theirs:
            self._process = _spawned(theirs.fileno(), directory)
        try:
            self.level = self._introduce(marshal.dumps(setup), required)
        except BaseException:
            self.end()
            raise

    def ask(self, arguments: bytes) -> Heard:
        """Runs the function on one row's arguments, marshalled. Meanwhile the next row's process is made."""
        until = time.monotonic() + self._limits.wall
        row, self._next = self._next or self._forked(), None
        with contextlib.closing(row):
            with contextlib.suppress(OSError):  # it died or does not read: its silence will tell
                row.arguments.settimeout(self._limits.wall)
                row.arguments.sendall(arguments)
                row.arguments.shutdown(socket.SHUT_WR)
            self._next = self._forked()
            most = max(self._limits.result, child.ERROR_BYTES) + 2, self._limits.stdout + 1
            listener = Listener(row.arguments.fileno(), row.stdout, most)
            in_time = listener.listen(until)
            status = self._ended()
            listener.drain()
            return Heard(listener.answer, listener.stdout, in_time, status)

    def end(self) -> None:
        """Ends the harness and whatever it left. Raises SandboxTainted where that cannot be done."""
        if self._next is not None:
            self._next.close()
        self._control.close()
        try:
            self._process.wait(_GRACE)
        except subprocess.TimeoutExpired:
            self._kill()
        host.kill_children_except(self._known)

    def _kill(self) -> None:
        """Ends the harness against its will."""
        self._process.kill()
        try:
            self._process.wait(_GRACE)
        except subprocess.TimeoutExpired as error:
            raise host.SandboxTainted("a sandbox process could not be ended") from error

    def _introduce(self, setup: bytes, required: frozenset[str]) -> str:
        """Hands the source over; what holds the harness."""
        self._control.settimeout(_START)
        try:
            self._control.sendall(child.LENGTH.pack(len(setup)) + setup)
            (size,) = child.LENGTH.unpack(self._received(child.LENGTH.size))
            level, _, error = self._received(size).decode().partition("\n")
        except (Broken, OSError) as trouble:
            raise Unstartable("The code could not be loaded: compiling it and its imports took too much.") from trouble
        if required - set(level.split("+")):
            raise Unstartable(_TOO_WEAK.format(level, "+".join(sorted(required))))
        if error:
            raise Unstartable(error)
        self._control.settimeout(_GRACE)
        return level

    def _forked(self) -> Row:
        """Has a row forked. Its ends are closed here, so that ours come to an end with it."""
        out = Ways(self._egress) if self._egress else None
        mine, theirs = socket.socketpair()
        stdout, printed = os.pipe()
        row, ways = Row(mine, stdout, out), out.theirs if out else []
        try:
            socket.send_fds(self._control, [b"."], [theirs.fileno(), printed, *(way.fileno() for way in ways)])
        except OSError as error:
            row.close()
            raise Broken from error
        finally:
            os.close(printed)
            for end in (theirs, *ways):
                end.close()
        return row

    def _ended(self) -> int:
        """Has the oldest row's process ended; its wait status."""
        try:
            self._control.sendall(b".")
        except OSError as error:
            raise Broken from error
        return int(child.STATUS.unpack(self._received(child.STATUS.size))[0])

    def _received(self, size: int) -> bytes:
        """The next `size` bytes from the harness."""
        data = bytearray()
        while len(data) < size:
            try:
                chunk = self._control.recv(size - len(data))
            except OSError as error:
                raise Broken from error
            if not chunk:
                raise Broken
            data += chunk
        return bytes(data)


def _spawned(control: int, directory: str) -> subprocess.Popen[bytes]:
    """The child program. Not `python -I`, which would overrule our hash seed: sets must have one order in every run."""
    environment = {
        "HOME": directory,
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "PYTHONHASHSEED": "0",
        "MALLOC_ARENA_MAX": "1",  # else each thread reserves 64 MB of the address space, which is what is limited
        "LD_LIBRARY_PATH": f"{sys.base_prefix}/lib",  # where an interpreter built like Lambda's finds its own library
    }
    try:
        return subprocess.Popen(  # noqa: S603  # nosec B603
            [sys.executable, "-P", "-s", "-S", "-B", "-u", "-X", "utf8", child.__file__, str(control)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=(control,),
            cwd=directory,
            env=environment,
            start_new_session=True,
        )
    except OSError as error:
        raise host.SandboxTainted("no process could be started") from error
