"""How many characters the output has."""

from typing import Any


def answer_length(log: dict[str, Any]) -> int:
    """The number of characters."""
    return len(log["output"])
