"""What is deleted, and erased."""

from typing import Literal, Protocol

from assay.domain.erasure import Erasure

Bulky = Literal["datasets", "experiments", "evaluations"]
"""What has more than its own item."""


class Erasures(Protocol):
    """Has what was deleted erased, some time later."""

    def begin(self, wish: Erasure) -> None:
        """Asks for it; it is tried until it is done."""


class Remains(Protocol):
    """What is left in the stores of something that is not looked up any more."""

    def erase(self, organisation: str, kind: Bulky, identifier: str) -> None:
        """Everything that lies under its id, in the table and in the bucket."""

    def erase_posted(self, organisation: str, evaluation_id: str, rows: int) -> None:
        """What clients posted to an evaluation of so many rows."""

    def erase_logs(self, organisation: str, project_id: str) -> None:
        """The logs that clients posted to a project."""

    def erase_answers(self, organisation: str, project_id: str) -> None:
        """The answers that a project's models gave."""

    def erase_reports(self, organisation: str, project_id: str, log_id: str) -> None:
        """What a log of a project said, which is on no list any more."""

    def erase_organisation(self, organisation: str) -> int:
        """Everything of an organisation, in the table and in the bucket; says how much."""
