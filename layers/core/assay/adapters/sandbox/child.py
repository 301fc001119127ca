"""The program below the function: the harness, and the rows that it forks (the picture is in `__init__.py`).

Started by path, with a descriptor as argument, a socket to the function; it imports nothing of Assay, since each start
costs. In comes the setup, marshalled, and back goes a report: the level reached, a line end, and why no row can run, or
nothing; each behind its LENGTH. Then a byte with two descriptors (row, output) has a row forked, a byte without has the
oldest ended, and back goes its STATUS. Where rows may connect to anything, WAYS more descriptors come with these two.
Arguments and answer pass between the function and the forked process alone.
"""

from __future__ import annotations

import _json
import _socket
import ctypes
import gc
import marshal
import os
import resource
import struct
import sys
import types

TYPE_CHECKING = False  # importing typing would take longer than all the rest
if TYPE_CHECKING:
    from typing import Any, Never

LENGTH, STATUS = struct.Struct("<I"), struct.Struct("<i")  # the latter as of waitpid
VALUE, ERROR = b"=", b"!"  # the first byte of a row's answer: JSON, or text
ERROR_BYTES = 4096
WAYS = 16  # how many connections a row may open, where it may open any
OUT_OF_MEMORY, UNCONFINED = 71, 72  # exit codes of a row that can say nothing: no memory, or not let at the code

FILTERED, UNFILTERED = "seccomp", "rlimits"
_SOURCE = "<code>"  # the file name of user code
_OWN_PID = struct.pack("<I", 0xA55A5AA5)
_KILL, _FILES, _DUMPABLE, _SECCOMP, _NO_NEW_PRIVS = 9, 64, 4, 22, 38

_libc = ctypes.CDLL(None, use_errno=True)


def main() -> None:
    """The harness, from its start to its end."""
    os.dup2(int(sys.argv[1]), 3, inheritable=False)
    os.closerange(4, max(int(sys.argv[1]) + 1, _FILES))
    control = _socket.socket(fileno=3)
    setup = marshal.loads(received(control))  # noqa: S302  # nosec B302
    setup["telling"] = program(setup["telling"])
    level = enclose(setup)
    if FILTERED not in level:
        setup.update(row_filter="", tasks=0)  # no process and no thread: then this is what stops a fork bomb
    code, error = prepared(setup)
    report = f"{'+'.join(level)}\n{error}".encode(errors="replace")
    control.sendall(LENGTH.pack(len(report)) + report)
    gc.freeze()  # the collector would otherwise touch, and so copy, every page in every row
    serve(control, setup, code)
    os._exit(0)  # without the interpreter's own farewell, which takes longer than most rows


def serve(control: _socket.socket, setup: dict[str, Any], code: Any) -> None:
    """Forks and ends rows as it is told, the oldest first; comes back when the function has closed the socket."""
    rows: list[int] = []
    while (word := requested(control)) is not None:
        if word:
            rows.append(forked(setup, code, *word))
        else:
            control.sendall(STATUS.pack(ended(rows.pop(0))))
    for pid in rows:
        ended(pid)


def received(control: _socket.socket) -> bytes:
    """What comes behind its length."""
    (size,) = LENGTH.unpack(control.recv(LENGTH.size, _socket.MSG_WAITALL))
    return control.recv(size, _socket.MSG_WAITALL)


def requested(control: _socket.socket) -> tuple[int, ...] | None:
    """The next row's descriptors; none of them where a row is to be ended; None where the function is done."""
    data, ancillary, _, _ = control.recvmsg(1, _socket.CMSG_SPACE((2 + WAYS) * struct.calcsize("i")))
    if not data:
        return None
    return tuple(memoryview(ancillary[0][2]).cast("i")) if ancillary else ()


def forked(setup: dict[str, Any], code: Any, row: int, output: int, *ways: int) -> int:
    """Forks a process for one row; it waits there for its arguments. The harness itself reads nothing of them."""
    pid = os.fork()
    if pid == 0:
        work(setup, code, row, output, ways)
    for descriptor in (row, output, *ways):
        os.close(descriptor)
    return pid


def ended(pid: int) -> int:
    """Ends a row's process; its wait status."""
    os.kill(pid, _KILL)
    return os.waitpid(pid, 0)[1]


def enclose(setup: dict[str, Any]) -> list[str]:
    """Gives up, for the harness and all below it, whatever a row must not have. Returns what holds it now."""
    for name in ("PYTHONHASHSEED", "MALLOC_ARENA_MAX", "LD_LIBRARY_PATH"):
        os.environ.pop(name, None)
    sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    for kind, most in (("CORE", 0), ("FSIZE", 0), ("NOFILE", _FILES), ("AS", setup["memory"])):
        limited(f"RLIMIT_{kind}", most, most)
    if sys.platform != "linux":
        return [UNFILTERED]
    extras = program(setup["extras"])
    level = ["namespaces"] * extras["entered"]()
    prctl(_DUMPABLE, 0)
    prctl(_NO_NEW_PRIVS, 1)
    level += ["landlock"] * extras["restricted"](setup["libraries"])
    drop_capabilities()
    return [*level, *[FILTERED] * filtered(setup["harness_filter"]), UNFILTERED]


def program(source: str) -> dict[str, Any]:
    """What a part of Assay's defines, which came in the setup: this process finds no modules of ours."""
    defined: dict[str, Any] = {"__name__": "assay"}
    exec(source, defined)  # noqa: S102  # nosec B102
    return defined


def limited(kind: str, soft: int, hard: int) -> None:
    """Sets a resource limit, no higher than it is. Not every one can be had on macOS, where a developer is at home."""
    number = getattr(resource, kind)
    highest = resource.getrlimit(number)[1]
    if highest != resource.RLIM_INFINITY:
        soft, hard = min(soft, highest), min(hard, highest)
    try:
        resource.setrlimit(number, (soft, hard))
    except (OSError, ValueError):
        if sys.platform == "linux":
            raise


def prctl(option: int, argument: int) -> None:
    """The Linux call of that name, as far as one argument serves. Raises OSError."""
    if _libc.prctl(option, argument, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), f"prctl {option}")


def drop_capabilities() -> None:
    """Leaves root no more than its files: what reads other processes' memory goes."""
    header, none = struct.pack("<Ii", 0x20080522, 0), bytes(24)  # _LINUX_CAPABILITY_VERSION_3, this process
    if _libc.capset(header, none) != 0:
        raise OSError(ctypes.get_errno(), "capset")


def filtered(program: str) -> bool:
    """Installs a seccomp filter, given in hexadecimal; whether there is one and the kernel took it."""
    steps = bytes.fromhex(program).replace(_OWN_PID, struct.pack("<I", os.getpid()))
    buffer = ctypes.create_string_buffer(steps, len(steps))
    described = struct.pack("@HP", len(steps) // 8, ctypes.addressof(buffer))
    return bool(steps) and _libc.prctl(_SECCOMP, 2, described, 0, 0) == 0


def prepared(setup: dict[str, Any]) -> tuple[Any, str]:
    """The compiled source, and why there is none. Neither this nor the imports run a line of it."""
    sys.path.extend(setup["libraries"])
    if setup["ways"]:
        setup["ways"] = program(setup["ways"])
        setup["ways"]["install"](setup["telling"]["forbidden"])
    try:
        if "import" in setup["code"] or "async" in setup["code"]:
            preload(setup["code"])
        return compile(setup["code"], _SOURCE, "exec", dont_inherit=True), ""
    except MemoryError:
        return None, setup["out_of_memory"]
    except BaseException as error:  # noqa: BLE001 - a library may end its import in any way it likes
        return None, setup["telling"]["described"](error, setup["code"], _SOURCE)


def preload(source: str) -> None:
    """Imports what the source will import, so that each row finds it there. What cannot be had is the row's to say."""
    import ast  # noqa: PLC0415 - most sources import nothing, and each start costs

    names: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module)
        elif isinstance(node, ast.AsyncFunctionDef):
            names.add("asyncio")
    for name in sorted(names):
        try:
            __import__(name)
        except BaseException:  # noqa: BLE001, S112 - as above; the row meets the same error, and there it is told
            continue


def work(setup: dict[str, Any], code: Any, row: int, output: int, ways: tuple[int, ...]) -> Never:
    """One row, from its arguments to its answer. Never returns into the harness."""
    try:
        confine(setup, row, output, ways)
    except BaseException:  # noqa: BLE001 - then no line of the code may run
        os._exit(UNCONFINED)
    try:
        answer = answered(setup, code)
        while answer:
            answer = answer[os.write(3, answer) :]
        os.close(3)  # the function need not wait for the process to be taken down
    except MemoryError:
        os._exit(OUT_OF_MEMORY)
    except BaseException:  # noqa: BLE001 - code may have broken anything here: it costs this row its answer, no more
        os._exit(1)
    os._exit(0)


def confine(setup: dict[str, Any], row: int, output: int, ways: tuple[int, ...]) -> None:
    """Leaves the row its own descriptors, its limits and, of the calls that the harness has, those in ROW."""
    os.dup2(output, 1)
    os.dup2(output, 2)
    os.dup2(row, 3)
    for low, high in zip((3, *sorted(ways)), (*sorted(ways), _FILES)):  # noqa: B905 - each import and word costs
        os.closerange(low + 1, high)
    os.setsid()
    limited("RLIMIT_CPU", setup["cpu"], setup["cpu"] + 1)
    limited("RLIMIT_NPROC", setup["tasks"], setup["tasks"])
    if setup["row_filter"] and not filtered(setup["row_filter"]):
        raise OSError("the kernel took the harness's filter and not the row's")
    if setup["ways"]:
        setup["ways"]["free"].extend(ways)
    sys.addaudithook(setup["telling"]["refusing"](is_let_out=bool(setup["ways"])))


def answered(setup: dict[str, Any], code: Any) -> bytes:
    """What the row has to say: its value, or its error."""
    try:
        value = evaluated(setup, code)
    except MemoryError:
        raise
    except BaseException as error:  # noqa: BLE001 - SystemExit and KeyboardInterrupt are user code's errors too
        told: str = setup["telling"]["described"](error, setup["code"], _SOURCE)
        return ERROR + told.encode(errors="replace")
    try:
        return VALUE + "".join(_encoded(value, 0)).encode()
    except RecursionError:
        return ERROR + b"The result is nested too deeply."
    except (TypeError, ValueError) as error:
        return ERROR + f"The result is not JSON: {error}"[:ERROR_BYTES].encode(errors="replace")


def not_json(value: object) -> Never:
    """What json.dumps says of a value that JSON has no form for."""
    raise TypeError(f"Object of type {type(value).__name__} is not JSON serializable")


def evaluated(setup: dict[str, Any], code: Any) -> object:
    """Runs the source as a module, then the function with the row's arguments, or as the source `calling` has it."""
    calling = program(setup["calling"])
    module = sys.modules["user_code"] = types.ModuleType("user_code")  # dataclasses and pickle look there
    row = b"".join(iter(lambda: os.read(3, 1 << 16), b""))  # from the function: nobody else can write there
    arguments = marshal.loads(row)  # noqa: S302  # nosec B302
    exec(code, module.__dict__)  # noqa: S102  # nosec B102
    found = module.__dict__.get(setup["function"], module)
    if found is module:
        raise NameError(f"the code defines no function '{setup['function']}'")
    value = calling["called"](found, setup["call"], arguments[0]) if setup["calling"] else found(*arguments)
    if not hasattr(value, "__await__"):
        return value
    import asyncio  # noqa: PLC0415 - as `ast` above

    async def awaited() -> object:
        return await value

    return asyncio.run(awaited())


# The encoder below json.dumps, without the module, whose import would double the time that a harness takes to start.
_encoded = _json.make_encoder({}, not_json, _json.encode_basestring, None, ": ", ", ", False, False, False)


if __name__ == "__main__":
    main()
