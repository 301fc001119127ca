"""The function's side of connections that rows of user code make (the other is `ways.py`)."""

import asyncio
import os
import re
import socket
import threading
from collections.abc import Awaitable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from functools import cached_property
from typing import NamedTuple

from assay.adapters.sandbox import host as machine
from assay.adapters.sandbox.child import WAYS
from assay.adapters.sandbox.ways import CONNECTED, FORBIDDEN, UNREACHABLE
from assay.domain.address import is_public
from assay.domain.egress import Destination, is_open

_HOST = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*")  # whatever else there is in a name, resolvers may read it otherwise
_CONNECTING, _ENDING = 10.0, 10.0  # seconds
_DIGITS = 6  # more than a port has
_LOOKING_UP = 4 * WAYS  # names at once, so that those of a row that is over keep no other waiting
_AT_ONCE = 1 << 16  # bytes that are carried at a time
_NOT_LISTED = "The sandbox may not connect to {}:{}: the stack's parameter SandboxHosts does not name it."
_NOT_OPEN = "The sandbox may not connect to {}:{}: it has an address that is not public."


class End(NamedTuple):
    """One end of a connection."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter


class Unreachable(Exception):
    """There is no connection: what the row is told, begun with the byte that says of what kind it is."""

    def __init__(self, kind: bytes, text: str) -> None:
        super().__init__(text)
        self.told = kind + text.encode()


class Egress:
    """Carries connections to `allowed`, and to nothing else, in a thread that lasts as long as this process."""

    def __init__(self, allowed: Sequence[Destination]) -> None:
        self._allowed = tuple(allowed)
        # The port of what answers for this function on this machine: never for a row.
        self._runtime = os.environ.get("AWS_LAMBDA_RUNTIME_API", "").rpartition(":")[2]

    @cached_property
    def loop(self) -> asyncio.AbstractEventLoop:
        """What runs in the thread, from the first row on."""
        loop = asyncio.new_event_loop()
        loop.set_default_executor(ThreadPoolExecutor(_LOOKING_UP))
        threading.Thread(target=loop.run_forever, daemon=True, name="egress").start()
        return loop

    async def connected(self, wish: bytes) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """A connection to what a row asks for, `host port`. Raises Unreachable."""
        name, _, number = wish.decode("ascii", "replace").strip().rpartition(" ")
        host, port = name.lower().removesuffix("."), int(number) if number.isdecimal() and len(number) < _DIGITS else 0
        if not _HOST.fullmatch(host) or not any(one.is_of(host, port) for one in self._allowed):
            raise Unreachable(FORBIDDEN, _NOT_LISTED.format(name, number))
        try:
            async with asyncio.timeout(_CONNECTING):
                address = await self._address(host, port)
                return await asyncio.open_connection(address, port, limit=_AT_ONCE)
        except (OSError, UnicodeError) as error:
            why = str(error) or "it took too long"
            raise Unreachable(UNREACHABLE, f"{name}:{number} could not be connected to: {why}") from error

    async def _address(self, host: str, port: int) -> str:
        """The host's first address, looked up once. Raises OSError, and Unreachable unless each may be connected to."""
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
        addresses = [str(one[4][0]) for one in found]
        if not all(is_open(one, host) and (is_public(one) or str(port) != self._runtime) for one in addresses):
            raise Unreachable(FORBIDDEN, _NOT_OPEN.format(host, port))
        return addresses[0]


class Ways:
    """The ways out of one row; `theirs` are the row's ends. To be closed when the row is over."""

    def __init__(self, egress: Egress) -> None:
        pairs = [socket.socketpair() for _ in range(WAYS)]
        self._egress = egress
        self._ours, self.theirs = [ours for ours, _ in pairs], [theirs for _, theirs in pairs]
        self._silent = set(self._ours)
        self._tasks: list[asyncio.Task[None]] = []
        self._writers: list[asyncio.StreamWriter] = []
        egress.loop.call_soon_threadsafe(self._watch)

    def close(self) -> None:
        """Comes back when nothing is connected any more. Raises SandboxTainted."""
        try:
            asyncio.run_coroutine_threadsafe(self._end(), self._egress.loop).result(_ENDING)
        except TimeoutError as error:
            raise machine.SandboxTainted("a connection of user code could not be ended") from error

    def _watch(self) -> None:
        """Waits for the first word on each."""
        for ours in self._ours:
            ours.setblocking(False)
            self._egress.loop.add_reader(ours, self._begin, ours)

    def _begin(self, ours: socket.socket) -> None:
        """There is a word, or the row is gone."""
        self._egress.loop.remove_reader(ours)
        self._silent.remove(ours)
        self._tasks.append(self._egress.loop.create_task(self._carry(ours)))

    async def _end(self) -> None:
        """Breaks off whatever is carried."""
        for ours in self._silent:
            self._egress.loop.remove_reader(ours)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for writer in self._writers:
            writer.transport.abort()
        await asyncio.sleep(0)  # in which the transports let go of their sockets
        for ours in self._ours:
            ours.close()

    async def _carry(self, ours: socket.socket) -> None:
        """One connection, from the row's wish to its end."""
        row = await self._opened(asyncio.open_connection(sock=ours, limit=_AT_ONCE))
        # Either side may be gone at any time, and the row may say anything.
        with closing(row.writer), suppress(OSError, EOFError, asyncio.LimitOverrunError):
            try:
                host = await self._opened(self._egress.connected(await row.reader.readuntil(b"\n")))
            except Unreachable as error:
                row.writer.write(error.told)
                return
            row.writer.write(CONNECTED)
            await asyncio.gather(carried(row, host), carried(host, row))

    async def _opened(self, opening: Awaitable[tuple[asyncio.StreamReader, asyncio.StreamWriter]]) -> End:
        """An end of a connection, which is broken off with the row."""
        end = End(*await opening)
        self._writers.append(end.writer)
        return end


async def carried(source: End, target: End) -> None:
    """Carries what is said from one to the other, and that it has ended."""
    while data := await source.reader.read(_AT_ONCE):
        target.writer.write(data)
        await target.writer.drain()
    target.writer.write_eof()
