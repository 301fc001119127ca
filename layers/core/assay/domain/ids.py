"""Ids that sort by time of creation: a prefix, 7 characters of milliseconds, 14 random ones; and UUIDs that do."""

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

from assay.domain.value import JsonValue

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


NewUuid = Callable[[], UUID]
"""Makes a fresh UUID of version 7."""
UUID_RANDOM_BITS = 74


def make_uuid(now: datetime, entropy: bytes) -> UUID:
    """A UUID of version 7 (RFC 9562 §5.7): in order of `now` (milliseconds); `entropy` fills the other 74 bits."""
    milliseconds = (now - EPOCH) // timedelta(milliseconds=1)
    filling = int.from_bytes(entropy) % (1 << UUID_RANDOM_BITS)
    high, low = filling >> 62, filling % (1 << 62)
    return UUID(int=milliseconds << 80 | 7 << 76 | high << 64 | 2 << 62 | low)


def as_uuid(identifier: str) -> UUID:
    """The UUID of version 7 that stands for an id: of the same moment, and always the same."""
    moment = 0
    for digit in identifier[-TIME_LENGTH - RANDOM_LENGTH : -RANDOM_LENGTH]:
        moment = moment * len(ALPHABET) + ALPHABET.index(digit)
    entropy = hashlib.sha256(identifier.encode()).digest()
    return make_uuid(EPOCH + timedelta(milliseconds=moment), entropy)


CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"))


def canonical(value: JsonValue) -> JsonValue:
    """`value` with whole numbers as integers: 1 and 1.0 are one number in JSON."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {name: canonical(inner) for name, inner in value.items()}
    return [canonical(inner) for inner in value] if isinstance(value, list) else value


def canonical_json(value: JsonValue) -> str:
    """The one text for all ways to write a JSON value: the order of keys does not matter."""
    return CANONICAL.encode(canonical(value))


def number_of(identifier: str) -> int:
    """A whole number, of 6 bytes, that no two ids share."""
    return int.from_bytes(hashlib.sha256(identifier.encode()).digest()[:6])


def content_id(prefix: str, content: str) -> str:
    """`prefix` + 21 characters that depend on `content` alone: equal content, equal id."""
    digest = hashlib.sha256(content.encode()).digest()
    return prefix + base62(int.from_bytes(digest), TIME_LENGTH + RANDOM_LENGTH)
