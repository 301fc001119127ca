"""What may go wrong with a call to the stub provider, and which calls it befalls."""

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Body = dict[str, Any]


@dataclass(frozen=True)
class Fault:
    """What goes wrong with a call: first it hangs until `until` is so, then for `hang` seconds; then the rest is its answer.

    Without `body` a status below 400 gets the ordinary answer and any other OpenAI's error object. `cut` loses the
    connection: "reset" before a byte of the answer, "truncated" halfway through its body.
    """

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    hang: float = 0
    until: Callable[[], bool] = lambda: True
    cut: Literal["reset", "truncated"] | None = None


RESET = Fault(cut="reset")
TRUNCATED = Fault(cut="truncated")
EMPTY = Fault(body=b"")
NOT_JSON = Fault(body=b"<html><body>The gateway is having a day off.</body></html>")
WRONG_SHAPE = Fault(body=b'{"object": "chat.completion", "choices": []}')
DENIED = Fault(status=401)
REFUSED = Fault(status=400)
NO_FAULT = Fault()


def throttled(retry_after: float | str | None = None) -> Fault:
    """A 429, with or without the header that says for how long."""
    return Fault(status=429, headers={} if retry_after is None else {"Retry-After": str(retry_after)})


def broken(status: int = 500) -> Fault:
    """A fault on the provider's side."""
    return Fault(status=status)


def hanging(seconds: float) -> Fault:
    """An answer that comes `seconds` late."""
    return Fault(hang=seconds)


def held(until: Callable[[], bool], seconds: float = 0) -> Fault:
    """An answer that comes once something is so, and `seconds` later."""
    return Fault(until=until, hang=seconds)


@dataclass
class Rule:
    """Which calls a fault befalls, and how often at most."""

    fault: Fault
    at: Container[int] | None
    when: Callable[[Body], bool] | None
    left: float

    def befalls(self, index: int, body: Body) -> bool:
        if self.left <= 0 or (self.at is not None and index not in self.at):
            return False
        return self.when is None or self.when(body)
