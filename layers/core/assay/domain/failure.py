"""What cannot go on, and why."""

from assay.domain.evaluation import Pass
from assay.domain.value import Value


class LaneFailed(Value):
    """A lane of a running evaluation ended for good; its siblings go on."""

    this: Pass
    lane: int
    reason: str


class PassFailed(Value):
    """A whole pass ended: its execution failed, timed out or was stopped."""

    this: Pass
    reason: str
