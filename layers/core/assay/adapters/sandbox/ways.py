"""How a row connects to what SandboxEgress lets it reach, though it may open no socket.

The row's process has this source from the harness, so it imports nothing of Assay. A row comes with a few descriptors,
each one end of a pair whose other end the function holds. A socket that the code makes is one of these; to connect it
asks the function, which answers CONNECTED, or why not, and then carries what is sent. TLS is between the row and the
host: the function sees no more of it than any router.
"""

from __future__ import annotations

import errno
import socket

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

CONNECTED, FORBIDDEN, UNREACHABLE = b"=", b"!", b"?"
PORTS = {"http": 80, "https": 443}
KIND = 0xF  # of a socket's type; the rest are flags
INTERNET = (-1, socket.AF_INET, socket.AF_INET6)

free: list[int] = []
"""The row's descriptors that no socket has taken yet."""

forbidden: Callable[[str], OSError] = PermissionError
"""Makes the error of what the row may not do."""


class Way(socket.socket):
    """A connection that the function carries; whatever is none of the internet is a socket as ever."""

    def __init__(self, family: int = -1, type: int = -1, proto: int = -1, fileno: int | None = None) -> None:  # noqa: A002
        self.peer: tuple[str, int] | None = None
        if fileno is None and family in INTERNET:
            super().__init__(socket.AF_UNIX, socket.SOCK_STREAM, 0, taken(type))
        else:
            super().__init__(family, type, proto, fileno)

    def connect(self, address: Any) -> None:
        """As a socket's; comes back once the function has connected, also where the socket does not block."""
        host, port = address[0].decode() if isinstance(address[0], bytes) else address[0], address[1]
        if self.peer:
            raise OSError(errno.EISCONN, "It is connected already.")
        if not host.isprintable() or " " in host:
            raise forbidden("That is no name of a host.")
        timeout = self.gettimeout()
        self.settimeout(timeout or None)
        try:
            self.sendall(f"{host} {port}\n".encode("ascii", "backslashreplace"))
            answer = self.recv(1)
            if answer != CONNECTED:
                raise trouble(answer, b"".join(iter(lambda: self.recv(1024), b"")).decode())
        finally:
            self.settimeout(timeout)
        self.peer = (str(host), int(port))

    def connect_ex(self, address: Any) -> int:
        """As a socket's."""
        try:
            self.connect(address)
        except OSError as error:
            return error.errno or errno.ECONNREFUSED
        return 0

    def getpeername(self) -> Any:
        """As a socket's."""
        return self.peer or super().getpeername()

    def getsockname(self) -> Any:
        """As a socket's, as far as it is known: from here, from no port that could be called."""
        return ("", 0) if self.peer else super().getsockname()

    def bind(self, _: Any) -> None:
        """Refused: nobody could connect to it."""
        raise forbidden("The sandbox lets connections out, and takes none in.")

    def setsockopt(self, *_: Any) -> None:
        """Nothing: there is no TCP on this side."""


def taken(kind: int) -> int:
    """A free descriptor. Raises OSError where there is none, or none for that kind of socket."""
    if kind != -1 and kind & KIND != socket.SOCK_STREAM:
        raise forbidden("The sandbox lets connections out, and no datagrams.")
    if not free:
        raise OSError(errno.EMFILE, "A row of user code may open 16 connections.")
    return free.pop(0)


def trouble(answer: bytes, text: str) -> OSError:
    """The error that the function's answer stands for."""
    return forbidden(text) if answer == FORBIDDEN else ConnectionRefusedError(errno.ECONNREFUSED, text)


def unresolved(host: Any, port: Any, family: int = 0, type: int = 0, proto: int = 0, flags: int = 0) -> Any:  # noqa: A002, ARG001
    """The name as it is, where an address would stand: it is looked up once, and by the function. Raises gaierror."""
    name = host.decode() if isinstance(host, bytes) else host
    if not name or (type and type & KIND != socket.SOCK_STREAM):
        raise socket.gaierror(socket.EAI_NONAME, "The sandbox looks up names of hosts to connect to, and nothing else.")
    number = PORTS.get(port) or int(port or 0)
    return [(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", (name.encode("idna").decode(), number))]


def install(forbid: Callable[[str], OSError]) -> None:
    """Has all sockets of this process be such; `forbid` makes the error of what they may not do."""
    global forbidden  # noqa: PLW0603 - this is not a module, but a part of the process that runs it
    forbidden = forbid
    socket.socket = Way  # type: ignore[misc]
    socket.getaddrinfo = unresolved
