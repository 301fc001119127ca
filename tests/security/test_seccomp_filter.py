"""The filters as the kernel will read them, on a machine of either architecture."""

import struct

import pytest

from assay.adapters.sandbox.seccomp import ALLOWED, AUDIT_ARCH, KILLED, NO_SUCH_CALL, OWN_PID, REFUSED, assembled
from assay.adapters.sandbox.syscalls import HARNESS, NUMBERS, ROW

MACHINES = list(AUDIT_ARCH)


def verdict(program: bytes, machine: str, number: int, *arguments: int) -> int:
    """What the kernel would answer: classic BPF, as far as we use it."""
    data = struct.pack("<IIQ6Q", number, AUDIT_ARCH[machine], 0, *(arguments + (0,) * 6)[:6])
    steps = list(struct.iter_unpack("<HBBI", program))
    at, word = 0, 0
    while True:
        operation, then, otherwise, operand = steps[at]
        at += 1
        if operation == 0x20:
            (word,) = struct.unpack_from("<I", data, operand)
        elif operation == 0x54:
            word &= operand
        elif operation == 0x15:
            at += then if word == operand else otherwise
        else:
            assert operation == 0x06
            return operand


def row_verdict(machine: str, name: str, *arguments: int) -> int:
    """What becomes of a row's call: the kernel takes the stricter of the two filters' answers."""
    number = NUMBERS[name][MACHINES.index(machine)]
    assert number is not None
    filters = assembled(machine, NUMBERS, HARNESS, REFUSED), assembled(machine, NUMBERS, ROW, ALLOWED)
    return min(verdict(program, machine, number, *arguments) for program in filters)


@pytest.mark.parametrize("machine", MACHINES)
def test_what_is_not_listed_is_refused(machine):
    program = assembled(machine, NUMBERS, HARNESS, REFUSED)
    listed = {numbers[MACHINES.index(machine)] for numbers in NUMBERS.values()}
    assert {verdict(program, machine, n) for n in range(600) if n not in listed} == {REFUSED}


@pytest.mark.parametrize(
    ("machine", "socket", "execve", "ptrace"), [("x86_64", 41, 59, 101), ("aarch64", 198, 221, 117)]
)
def test_the_worst_is_not_listed(machine, socket, execve, ptrace):
    listed = {numbers[MACHINES.index(machine)] for numbers in NUMBERS.values()}
    assert not listed & {socket, execve, ptrace}


@pytest.mark.parametrize(("machine", "other"), [("x86_64", "aarch64"), ("aarch64", "x86_64")])
def test_a_foreign_architecture_is_killed(machine, other):
    assert verdict(assembled(machine, NUMBERS, HARNESS, REFUSED), other, 0) == KILLED


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize(
    ("name", "arguments", "expected"),
    [
        ("read", (), ALLOWED),
        ("openat", (0, 0, 0o2000000), ALLOWED),
        ("openat", (0, 0, 0o1), REFUSED),
        ("openat", (0, 0, 0o2), REFUSED),
        ("openat", (0, 0, 0o3), REFUSED),
        ("openat", (0, 0, 0o100), REFUSED),
        ("openat", (0, 0, 0o1000), REFUSED),
        ("clone", (0x3D0F00,), ALLOWED),
        ("clone", (0x1200011,), REFUSED),
        ("clone3", (), NO_SUCH_CALL),
        ("kill", (OWN_PID, 9), ALLOWED),
        ("kill", (1, 9), REFUSED),
        ("kill", (0, 9), REFUSED),
        ("tgkill", (OWN_PID, 1, 9), ALLOWED),
        ("tgkill", (1, 1, 9), REFUSED),
        ("prctl", (15,), ALLOWED),
        ("prctl", (4,), REFUSED),
        ("prlimit64", (0,), ALLOWED),
        ("prlimit64", (1,), REFUSED),
        ("fcntl", (0, 4), ALLOWED),
        ("fcntl", (0, 8), REFUSED),
        ("ioctl", (0, 0x5421), ALLOWED),
        ("ioctl", (0, 0x8901), REFUSED),
        ("socketpair", (1, 0o2000001), ALLOWED),
        ("socketpair", (1, 2), REFUSED),
        ("socketpair", (2, 1), REFUSED),
        ("wait4", (), REFUSED),
        ("recvmsg", (), REFUSED),
    ],
)
def test_a_row_may(machine, name, arguments, expected):
    assert row_verdict(machine, name, *arguments) == expected
