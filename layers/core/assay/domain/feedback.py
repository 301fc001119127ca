"""Feedback: what people say about a log (contracts/humanloop-v4.md §3.7)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from assay.domain.ids import canonical
from assay.domain.value import Value, as_text

FeedbackValue = bool | Annotated[float, Field(allow_inf_nan=False)] | tuple[str, ...] | str

SEVERAL = frozenset({"action", "issue"})
"""Types of which one person may say several things about a log; of any other the last holds."""


class Feedback(Value):
    """One thing that one person said; `user` is None where the client did not say who."""

    id: str
    type: str
    value: FeedbackValue
    user: str | None = None
    created_at: datetime

    @property
    def labels(self) -> tuple[str, ...]:
        """What the value is called in a filter."""
        return self.value if isinstance(self.value, tuple) else (as_text(canonical(self.value)),)

    def is_in_place_of(self, other: "Feedback") -> bool:
        """Whether the other does not hold any more once this is said."""
        same = (self.type, self.user) == (other.type, other.user)
        return same and (self.type not in SEVERAL or self.value == other.value)


Sentiment = Literal["positive", "negative", "neutral", "unset"]


class Label(Value):
    """A value that feedback of a type may have, and whether it speaks for the log."""

    value: str
    sentiment: Sentiment = "unset"


class FeedbackType(Value):
    """A type of feedback that a project defines, with the labels to select from; feedback of any other is taken too."""

    type: str
    kind: Literal["select", "multi_select", "text", "number"]
    labels: tuple[Label, ...] | None = None


class Withdrawal(Value):
    """Feedback to be unset: of a type, by a user; of types that have several a certain value, or all."""

    type: str
    user: str | None = None
    value: FeedbackValue | None = None

    def covers(self, one: Feedback) -> bool:
        """Whether the feedback is meant."""
        named = self.type in SEVERAL and self.value is not None
        return (self.type, self.user) == (one.type, one.user) and (not named or self.value == one.value)


def with_feedback(before: Sequence[Feedback], new: Feedback) -> tuple[Feedback, ...]:
    """The feedback of a log once one more thing is said, in the order in which it was said."""
    return (*(one for one in before if not new.is_in_place_of(one)), new)


def without_feedback(before: Sequence[Feedback], wish: Withdrawal) -> tuple[Feedback, ...]:
    """The feedback of a log once some is withdrawn."""
    return tuple(one for one in before if not wish.covers(one))
