"""What came of a row, in words for the author of its code."""

import json
import os
import signal

from pydantic_core import from_json

from assay.adapters.sandbox.child import ERROR, ERROR_BYTES, OUT_OF_MEMORY, UNCONFINED, VALUE
from assay.adapters.sandbox.interpreter import Heard
from assay.domain.sandbox import CodeResult, SandboxLimits
from assay.domain.value import JsonValue

DIED = "The code ended the sandbox it ran in."


def result(heard: Heard, limits: SandboxLimits) -> CodeResult:
    """The row's result. What it says of itself is believed only as far as it can be checked."""
    stdout = printed(heard.stdout, limits.stdout)
    kind, said = heard.answer[:1], heard.answer[1:]
    if not heard.in_time:
        return CodeResult(error=f"The code took longer than {limits.wall:g} s.", stdout=stdout)
    if kind == ERROR:
        return CodeResult(error=said[:ERROR_BYTES].decode(errors="replace"), stdout=stdout)
    if kind != VALUE:
        return CodeResult(error=silence(heard.status, limits), stdout=stdout)
    if len(said) > limits.result:
        return CodeResult(error=f"The result is too large: more than {size(limits.result)} of JSON.", stdout=stdout)
    try:
        return CodeResult(value=value(said), stdout=stdout)
    except (ValueError, RecursionError) as error:
        return CodeResult(error=f"The result is not JSON that can be kept: {error}", stdout=stdout)


def value(said: bytes) -> JsonValue:
    """The JSON value. Raises ValueError for what is none, is nested more than 200 deep, or holds an infinity."""
    parsed: JsonValue = from_json(said, allow_inf_nan=False)
    json.dumps(parsed, allow_nan=False)  # `1e999` is well-formed, and infinite once it is read
    return parsed


def printed(stdout: bytes, most: int) -> str:
    """The output as text, and a mark where it was cut."""
    text = stdout[:most].decode(errors="replace")
    return f"{text}\n… (cut at {size(most)})" if len(stdout) > most else text


def silence(status: int, limits: SandboxLimits) -> str:
    """Why a row ended without an answer, from its wait status."""
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        if number == signal.SIGXCPU:
            return f"The code used more than {limits.cpu} s of processor time."
        if number == signal.SIGKILL:
            return "The code was killed without an answer: it closed its descriptors, or used too much time or memory."
        return f"The code ended its process by {signal.strsignal(number)} (signal {number})."
    code = os.WEXITSTATUS(status)
    if code == OUT_OF_MEMORY:
        return out_of_memory(limits)
    if code == UNCONFINED:
        return "The code was not run: the kernel refused to confine it."
    return f"The code ended its process without an answer (exit code {code})."


def out_of_memory(limits: SandboxLimits) -> str:
    """What is said where memory does not suffice."""
    return f"The code needed more than {size(limits.memory)} of memory."


def size(count: int) -> str:
    """A number of bytes, for people."""
    for unit, scale in (("MB", 1 << 20), ("KB", 1 << 10)):
        if count >= scale:
            return f"{count / scale:g} {unit}"
    return f"{count} bytes"
