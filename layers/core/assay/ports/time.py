"""Time, and how much of it is left."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """Time, and waiting for it."""

    def now(self) -> datetime:
        """The present moment, in UTC."""

    def monotonic(self) -> float:
        """Seconds since some fixed moment."""

    async def sleep(self, seconds: float) -> None:
        """Comes back after `seconds`."""


class Deadline(Protocol):
    """How long the present invocation may go on."""

    def remaining(self) -> float:
        """Seconds left."""
