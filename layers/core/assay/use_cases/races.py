"""Of those who change one thing at once, one goes first; the others read again and decide again."""

from collections.abc import Callable
from typing import TypeVar

from assay.domain.errors import Conflict

T = TypeVar("T")

ATTEMPTS = 50


def settled(decide: Callable[[], T]) -> T:
    """What `decide` comes to once nobody changes under its hands what it read. Raises Conflict if that never is."""
    for _ in range(ATTEMPTS):
        try:
            return decide()
        except Conflict:
            continue
    raise Conflict("Too many change this at once.")
