"""Uploads: files of rows that are larger than a request may be."""

import re
from datetime import timedelta

from assay.domain.errors import InvalidRequest
from assay.domain.value import Value

MOST_BYTES = 64 * 1024 * 1024
LIFE = timedelta(minutes=15)
"""How long a form can be sent; what was sent waits a day for its import."""
ID = re.compile(r"up_[0-9A-Za-z]{21}")
MOST_BAD_LINES = 20


class Form(Value):
    """What a client posts to `url` as multipart/form-data: the fields, and then the file as `file`."""

    url: str
    fields: dict[str, str]


class BadLine(Value):
    """A line of a file that is no row; lines count from 1."""

    line: int
    message: str


class BadLines(InvalidRequest):
    """Lines of a file are no rows: the first of them, by their numbers."""

    def __init__(self, found: list[BadLine]) -> None:
        named = "; ".join(f"line {bad.line}: {bad.message}" for bad in found[:MOST_BAD_LINES])
        more = " … and more" if len(found) > MOST_BAD_LINES else ""
        super().__init__(f"Nothing is imported. {named}{more}", ("file",))
        self.found = tuple(found)


def require_id(upload_id: str) -> None:
    """Raises InvalidRequest unless an upload may be called so."""
    if not ID.fullmatch(upload_id):
        raise InvalidRequest("This is no upload's id.", ("upload_id",))
