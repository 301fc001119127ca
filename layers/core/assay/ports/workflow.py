"""What starts evaluations, carries them on and hears of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from assay.domain.evaluation import Evaluation, Pass
    from assay.domain.lane import LogTurn
    from assay.domain.summary import Summary
    from assay.domain.value import JsonValue


class LogScoring(Protocol):
    """Whoever judges posted logs, some other time soon."""

    def begin(self, work: LogTurn) -> None:
        """Asks for the log to be judged and does not wait."""


class Executions(Protocol):
    """The state machine."""

    def start(self, this: Pass) -> None:
        """Starts the pass; does nothing if it is started already."""

    def stop(self, this: Pass, reason: str) -> None:
        """Stops the pass; does nothing if it is over, or never began."""


class Events(Protocol):
    """Where it is announced what became of an evaluation."""

    def announce(self, organisation: str, evaluation: Evaluation, summary: Summary | None) -> None:
        """Tells whoever listens that the evaluation is over, and how."""


class LaunchBodies(Protocol):
    """Bodies of launches that are too large for an event."""

    def body(self, organisation: str, key: str) -> dict[str, JsonValue]:
        """The body. Raises Forbidden outside the organisation's launches, NotFound, InvalidRequest if it is none."""


class Endings(Protocol):
    """Whoever ends schedules."""

    def delete(self, organisation: str, name: str) -> bool:
        """Ends a schedule. False where there is none of that name."""


class Schedules(Endings, Protocol):
    """Whoever sends `Evaluation Requested` at set times."""

    @property
    def account(self) -> str:
        """The AWS account that the schedules are in."""

    def create(self, organisation: str, name: str, expression: str, timezone: str) -> None:
        """Keeps a schedule for the trigger of that name. Raises InvalidRequest for what is no expression."""

    def listed(self, organisation: str) -> dict[str, tuple[str, str]]:
        """Expression and time zone of each schedule, by name."""
