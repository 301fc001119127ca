"""Pages of a list: at most 1,000 rows and 4 MB, and whoever goes on by the page's own `size` sees every row once.

A page that would be too large is not cut short; the size is made smaller for the whole list instead, and the page
says so, just as a size over 1,000 is. So the pages of one size partition the list, and `total` stays the list's. Rows
of an evaluation, which grow while it runs and whose bytes are known only once they are read, are refused instead.
"""

from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate
from typing import TypeVar

from pydantic import BaseModel

from assay.dialects.humanloop.responses import Page
from assay.domain.errors import InvalidRequest, TooMuch

R = TypeVar("R", bound=BaseModel)
S = TypeVar("S")

MOST_ROWS = 1000
"""A larger `size` is clamped to this."""
MOST_BYTES = 4 * 1024 * 1024
"""A page has no more, unless it has one row only."""


def span(page: int, size: int, total: int) -> range:
    """The indices on page `page`, counted from 0, of a list of `total`."""
    size = min(size, MOST_ROWS)
    first = min(page * size, total)
    return range(first, min(first + size, total))


def fitting_size(size: int, heaviest: Callable[[int], int]) -> int:
    """`size`, at most 1,000, halved until `heaviest(size)`, the most bytes of any page, is at most 4 MB."""
    size = min(size, MOST_ROWS)
    while size > 1 and heaviest(size) > MOST_BYTES:
        size //= 2
    return size


def heaviest_of(weights: Iterable[int]) -> Callable[[int], int]:
    """The bytes of the heaviest page of rows of these bytes, by the size of pages."""
    ends = [0, *accumulate(weights)]

    def heaviest(size: int) -> int:
        return max(ends[min(first + size, len(ends) - 1)] - ends[first] for first in range(0, len(ends), size))

    return heaviest


def page_of(
    every: Sequence[S],
    page: int,
    size: int,
    translated: Callable[[S], R],
    weight: Callable[[S], int] | None = None,
) -> Page[R]:
    """Page `page`, counted from 0; `weight` is about how many bytes a row has once it is translated."""
    if weight is not None:
        size = fitting_size(size, heaviest_of(map(weight, every)))
    indices = span(page, size, len(every))
    records = [translated(every[index]) for index in indices]
    return Page(records=records, page=page, size=min(size, MOST_ROWS), total=len(every))


def whole(responses: Iterable[R]) -> list[R]:
    """All of a list that has no pages. Raises InvalidRequest where two or more are over 4 MB together."""
    every = list(responses)
    if len(every) > 1 and sum(map(bytes_of, every)) > MOST_BYTES:
        raise InvalidRequest(f"That is more than {MOST_BYTES} bytes: ask for pages.")
    return every


def fitting(rows: Iterable[R], size: int) -> list[R]:
    """All of a page whose rows are still growing. Raises TooMuch, with a size to try, where two or more are over 4 MB.

    A smaller size for the whole list would be another with every page, and half a page would look like all of it.
    No row is asked for after the one that is too much.
    """
    found: list[R] = []
    left = MOST_BYTES
    for row in rows:
        left -= bytes_of(row)
        if found and left < 0:
            raise TooMuch(f"This page is more than {MOST_BYTES} bytes: ask for pages of {size_for(len(found), size)}.")
        found.append(row)
    return found


def size_for(rows: int, size: int) -> int:
    """`size` halved until it is no more than `rows`."""
    while size > rows:
        size //= 2
    return size


def bytes_of(value: BaseModel) -> int:
    """The size of a value as JSON."""
    return len(value.model_dump_json().encode())
