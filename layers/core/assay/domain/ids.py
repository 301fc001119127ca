"""Ids that sort by time of creation: a prefix, 7 characters of milliseconds, 14 random ones."""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
TIME_LENGTH = 7
RANDOM_LENGTH = 14
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

NewId = Callable[[str], str]
"""Makes a fresh id with the given prefix, as `new_id("ev_")`."""


def base62(number: int, length: int) -> str:
    """`number` in base 62, most significant digit first, as its last `length` digits."""
    digits = []
    for _ in range(length):
        number, digit = divmod(number, len(ALPHABET))
        digits.append(ALPHABET[digit])
    return "".join(reversed(digits))


def make_id(prefix: str, now: datetime, entropy: bytes) -> str:
    """`prefix` + 21 characters, in byte order of `now` (milliseconds); `entropy` fills the random part."""
    milliseconds = (now - EPOCH) // timedelta(milliseconds=1)
    return prefix + base62(milliseconds, TIME_LENGTH) + base62(int.from_bytes(entropy), RANDOM_LENGTH)


def content_id(prefix: str, content: str) -> str:
    """`prefix` + 21 characters that depend on `content` alone: equal content, equal id."""
    digest = hashlib.sha256(content.encode()).digest()
    return prefix + base62(int.from_bytes(digest), TIME_LENGTH + RANDOM_LENGTH)
