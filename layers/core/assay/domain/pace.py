"""How many calls of one provider a worker keeps in flight: fewer when the provider is overrun, more again when not."""

from assay.domain.value import Value

SHRINK = 0.8
WINDOW = 15.0
"""Seconds: it shrinks at most once in so many, and grows by one after so many in which nothing was throttled."""


class Pace(Value):
    """At most `allowed` calls at once, `ceiling` where all is well. Moments are seconds of a monotonic clock."""

    ceiling: int
    width: float
    since: float
    """Since when nothing was throttled, or the pace last grew."""
    shrunk_at: float | None = None

    @property
    def allowed(self) -> int:
        """How many calls may be in flight: at least one."""
        return max(int(self.width), 1)

    def throttled(self, now: float) -> "Pace":
        """The pace after the provider has said that there are too many calls."""
        if self.shrunk_at is not None and now - self.shrunk_at < WINDOW:
            return self.model_copy(update={"since": now})
        return self.model_copy(update={"width": max(self.allowed * SHRINK, 1), "since": now, "shrunk_at": now})

    def succeeded(self, now: float) -> "Pace":
        """The pace after an answer: one more in flight for every window in which nothing was throttled."""
        if self.width >= self.ceiling or now - self.since < WINDOW:
            return self
        return self.model_copy(update={"width": min(self.width + 1, self.ceiling), "since": now})
