"""What holds user code on hosts that have it, beside what holds everywhere: Linux's namespaces and Landlock.

The harness has this source from the function and runs it before anything else, so it imports nothing of Assay.
"""

from __future__ import annotations

import ctypes
import os
import struct
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

NAMESPACES, LANDLOCK = "namespaces", "landlock"
READABLE = (
    *("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/usr/share/zoneinfo", "/proc"),
    *("/etc/ld.so.cache", "/etc/localtime", "/dev/null", "/dev/zero", "/dev/random", "/dev/urandom"),
)
"""What an interpreter reads, beside where it and its libraries lie."""

# clone(2): a network without a device, queues and names of its own; and of no rights outside, where we are not root.
_EMPTY, _OWN_USER = 0x40000000 | 0x08000000 | 0x04000000, 0x10000000

# landlock(7). The calls have one number on every machine; what a version of the interface knows, it must be asked for.
_CREATE, _ADD, _RESTRICT, _VERSION, _BENEATH = 444, 445, 446, 1, 1
_EXECUTE, _READ_FILE, _READ_FOLDER = 1, 1 << 2, 1 << 3
_FILES_BY_VERSION = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
_KNOWS_NETWORK, _KNOWS_SCOPES = 4, 6

_libc = ctypes.CDLL(None, use_errno=True)


def entered() -> bool:
    """Leaves the host's network, queues and names; whether the kernel lets us."""
    return any(_libc.unshare(flags) == 0 for flags in (_EMPTY, _OWN_USER | _EMPTY))


def restricted(libraries: Iterable[str]) -> bool:
    """Gives up every file but what an interpreter reads, and signals to whoever is outside; whether the kernel can."""
    version = _libc.syscall(_CREATE, None, 0, _VERSION)
    if version < 1:
        return False
    rules = _libc.syscall(_CREATE, *_asked(_handled(version)), 0)
    for path in (sys.base_prefix + "/lib", ".", *READABLE, *libraries):
        if os.path.exists(path):  # noqa: PTH110 - each import costs
            _allow(rules, path)
    done = _libc.syscall(_RESTRICT, rules, 0) == 0
    os.close(rules)
    return bool(done)


def _handled(version: int) -> bytes:
    """All that this version can forbid (struct landlock_ruleset_attr)."""
    files = (1 << _FILES_BY_VERSION.get(version, 16)) - 1
    network = 0b11 if version >= _KNOWS_NETWORK else 0
    scopes = 0b11 if version >= _KNOWS_SCOPES else 0
    return struct.pack("<QQQ", files, network, scopes)[: 24 if scopes else 16 if network else 8]


def _asked(structure: bytes) -> tuple[ctypes.Array[ctypes.c_char], ctypes.c_size_t]:
    """A structure and its size, as arguments of a call."""
    return ctypes.create_string_buffer(structure, len(structure)), ctypes.c_size_t(len(structure))


def _allow(rules: int, path: str) -> None:
    """Lets be read what lies there (struct landlock_path_beneath_attr)."""
    descriptor = os.open(path, os.O_PATH)
    rights = _EXECUTE | _READ_FILE | (_READ_FOLDER if os.path.isdir(path) else 0)  # noqa: PTH112
    _libc.syscall(_ADD, rules, _BENEATH, ctypes.create_string_buffer(struct.pack("<Qi", rights, descriptor), 12), 0)
    os.close(descriptor)
