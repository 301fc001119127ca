"""Transaction ids: 64-bit numbers that grow with every write, and their pretty form (contracts/braintrust.md §8.5).

The top 16 bits are a mark, the next 32 the seconds since 1970, the low 16 a counter. All such numbers have 19 digits.
"""

import re
from datetime import UTC, datetime

MARK = 0x0DE1
SECONDS_BITS, COUNTER_BITS = 32, 16
MULTIPLIER, INVERSE = 205891132094649, 1522336535492693385
RANGE = 1 << 64
PRETTY = re.compile("[0-9a-fA-F]{16}")
DECIMAL = re.compile("[0-9]{1,20}")


def first_of(moment: datetime) -> int:
    """The first transaction id of a second."""
    seconds = int(moment.timestamp()) % (1 << SECONDS_BITS)
    return ((MARK << SECONDS_BITS) | seconds) << COUNTER_BITS


def following(previous: int, now: datetime) -> int:
    """The transaction id after `previous`: of the present second, unless that one is already further (or 0: none)."""
    return max(first_of(now), previous + 1)


def seconds(transaction: int) -> int:
    """When a transaction was, in seconds since 1970."""
    return (transaction >> COUNTER_BITS) % (1 << SECONDS_BITS)


def moment(transaction: int) -> datetime:
    """When a transaction was."""
    return datetime.fromtimestamp(seconds(transaction), UTC)


def counter(transaction: int) -> int:
    """The number of a transaction within its second."""
    return transaction % (1 << COUNTER_BITS)


def pretty(transaction: int) -> str:
    """A transaction id as 16 hex digits."""
    return f"{transaction * MULTIPLIER % RANGE:016x}"


def both(transaction: int) -> str:
    """A transaction id in all forms in which it can have been sent: a number without the mark has no pretty one."""
    return f"{transaction} ({pretty(transaction)})" if is_marked(transaction) else str(transaction)


def is_marked(transaction: int) -> bool:
    """Whether a number looks like a transaction id."""
    return transaction >> (SECONDS_BITS + COUNTER_BITS) == MARK


def parse(text: str) -> int | None:
    """The transaction id that is written in decimal or in its pretty form; None where it is neither."""
    found = int(text, 16) * INVERSE % RANGE if PRETTY.fullmatch(text) else 0
    if is_marked(found):
        return found
    return int(text) if DECIMAL.fullmatch(text) and int(text) < RANGE else None


def unreadable(text: str) -> str:
    """What is wrong with a text that is neither form."""
    return (
        f"'{text}' is no version. A version is a transaction id: its 19 digits, as _xact_id has them, or its pretty "
        "form of 16 hexadecimal digits, which is not the number in hexadecimal."
    )
