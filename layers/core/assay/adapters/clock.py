"""The real clock, the real dice, and a Lambda invocation's deadline."""

import asyncio
import os
import random
import time
from datetime import UTC, datetime
from typing import Protocol
from uuid import UUID

from assay.domain.ids import RANDOM_LENGTH, make_id, make_uuid


class SystemClock:
    """Implements ports.Clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class RemainingTime(Protocol):
    """The part of Lambda's context that tells the time left."""

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds left."""


class InvocationDeadline:
    """Implements ports.Deadline over a Lambda context."""

    def __init__(self, context: RemainingTime) -> None:
        self.context = context

    def remaining(self) -> float:
        return self.context.get_remaining_time_in_millis() / 1000


def new_id(prefix: str) -> str:
    """A fresh id (domain/ids.py)."""
    return make_id(prefix, datetime.now(UTC), os.urandom(RANDOM_LENGTH))


def new_uuid() -> UUID:
    """A fresh UUID of version 7 (domain/ids.py)."""
    return make_uuid(datetime.now(UTC), os.urandom(RANDOM_LENGTH))


def pause(seconds: float) -> None:
    """Lets time pass, where nothing else is to be done meanwhile."""
    time.sleep(seconds)


def dice() -> float:
    """Uniform in [0, 1); for jitter, never for secrets."""
    return random.random()  # noqa: S311


def entropy() -> bytes:
    """32 bytes for a secret."""
    return os.urandom(32)
