"""What is deleted, and erased."""

from typing import Protocol

from assay.domain.erasure import Erasure


class Erasures(Protocol):
    """Has what was deleted erased, some time later."""

    def begin(self, wish: Erasure) -> None:
        """Asks for it; it is tried until it is done."""


class Remains(Protocol):
    """What is left in the stores of something that is not looked up any more."""

    def erase_items(self, organisation: str, scope: str) -> int:
        """Everything under an id in the table; says how much."""

    def erase_objects(self, organisation: str, prefix: str) -> int:
        """Everything under a prefix in the bucket; says how much."""

    def erase_logs(self, organisation: str, project_id: str) -> None:
        """The logs that clients posted to a project."""

    def erase_organisation(self, organisation: str) -> int:
        """Everything of an organisation, in the table and in the bucket; says how much."""
