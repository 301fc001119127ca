"""Many things in batches, as services take them."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")


def batches(some: Iterable[T], size: int) -> Iterator[list[T]]:
    """The things in lists of at most `size`, in order."""
    left = iter(some)
    while batch := list(islice(left, size)):
        yield batch
