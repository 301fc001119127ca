"""Seccomp filters as the kernel reads them: rules about system calls, assembled into classic BPF."""

import struct
from collections.abc import Iterator, Mapping
from typing import NamedTuple

ALLOWED = 0x7FFF0000  # SECCOMP_RET_ALLOW
REFUSED = 0x00050001  # SECCOMP_RET_ERRNO | EPERM
NO_SUCH_CALL = 0x00050026  # SECCOMP_RET_ERRNO | ENOSYS
KILLED = 0x80000000  # SECCOMP_RET_KILL_PROCESS
OWN_PID = 0xA55A5AA5  # stands where the process that installs the filter writes its own id

AUDIT_ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_COLUMN = {"x86_64": 0, "aarch64": 1}

# Operations of classic BPF: load a word of seccomp_data, mask it, jump if equal, return.
_LOAD, _AND, _IF_EQUAL, _RETURN = 0x20, 0x54, 0x15, 0x06
_NUMBER_AT, _ARCH_AT, _ARGUMENTS_AT = 0, 4, 16
_WORD = 0xFFFFFFFF

Instruction = tuple[int, int, int, int]


class Condition(NamedTuple):
    """Holds where the argument's low word, masked, is one of `values`. (The kernel ignores the high word of these.)"""

    argument: int
    mask: int
    values: tuple[int, ...]


Rule = int | tuple[Condition, ...]  # a verdict, or what must hold of the arguments for the call to be allowed


def assembled(
    machine: str, numbers: Mapping[str, tuple[int | None, int | None]], rules: Mapping[str, Rule], otherwise: int
) -> bytes:
    """The filter that judges by `rules`, and by `otherwise` what they do not name. A foreign architecture is killed."""
    program = [_load(_ARCH_AT), (_IF_EQUAL, 1, 0, AUDIT_ARCH[machine]), _verdict(KILLED), _load(_NUMBER_AT)]
    for name, rule in rules.items():
        number = numbers[name][_COLUMN[machine]]
        if number is not None:
            program += _judged(number, rule)
    return b"".join(struct.pack("<HBBI", *step) for step in [*program, _verdict(otherwise)])


def _judged(number: int, rule: Rule) -> list[Instruction]:
    """Steps over themselves unless the call is `number`; else they return."""
    body = [_verdict(rule)] if isinstance(rule, int) else [step for condition in rule for step in _checked(condition)]
    if not isinstance(rule, int):
        body.append(_verdict(ALLOWED))
    return [(_IF_EQUAL, 0, len(body), number), *body]


def _checked(condition: Condition) -> Iterator[Instruction]:
    """Go on behind themselves where the condition holds, return REFUSED where it does not."""
    yield _load(_ARGUMENTS_AT + 8 * condition.argument)
    yield (_AND, 0, 0, condition.mask & _WORD)
    for place, value in enumerate(condition.values):
        yield (_IF_EQUAL, len(condition.values) - place, 0, value)
    yield _verdict(REFUSED)


def _load(offset: int) -> Instruction:
    return (_LOAD, 0, 0, offset)


def _verdict(action: int) -> Instruction:
    return (_RETURN, 0, 0, action)
