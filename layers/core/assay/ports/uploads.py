"""Files that clients upload by themselves."""

from collections.abc import Iterator
from typing import Protocol

from assay.domain.upload import Form


class Uploads(Protocol):
    """Files of rows, each for one dataset. What nobody imports is gone after a day."""

    def form(self, organisation: str, dataset_id: str, upload_id: str) -> Form:
        """What a client posts a file with: for this upload alone, of a limited size, for some minutes."""

    def lines(self, organisation: str, dataset_id: str, upload_id: str) -> Iterator[bytes]:
        """The file line by line, without ends of lines. Raises NotFound."""

    def forget(self, organisation: str, dataset_id: str, upload_id: str) -> None:
        """Removes the file."""
