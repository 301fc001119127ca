"""Pages of a list that is at hand."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from pydantic import BaseModel

from assay.dialects.humanloop.responses import Page

R = TypeVar("R", bound=BaseModel)
S = TypeVar("S")

MOST_ROWS = 1000
"""A larger `size` is clamped to this."""


def span(page: int, size: int, total: int) -> range:
    """The indices on page `page`, counted from 0, of a list of `total`."""
    size = min(size, MOST_ROWS)
    first = min(page * size, total)
    return range(first, min(first + size, total))


def page_of(every: Sequence[S], page: int, size: int, translated: Callable[[S], R]) -> Page[R]:
    """Page `page`, counted from 0."""
    indices = span(page, size, len(every))
    records = [translated(every[index]) for index in indices]
    return Page(records=records, page=page, size=min(size, MOST_ROWS), total=len(every))
