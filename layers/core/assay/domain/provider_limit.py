"""What a provider has told one worker, and binds all who call it with the same key."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from assay.domain.value import Value

DENIAL = timedelta(minutes=5)
"""How long a refused key is believed to stay refused: the operator may mend it."""


class Hold(Value):
    """Nobody calls before `until`, which was `seconds` away when the provider said so."""

    until: datetime
    seconds: float

    def wait(self, now: datetime) -> float:
        """Seconds left by the reader's own clock, which may be wrong, and so never more than the provider wanted."""
        return min(max((self.until - now).total_seconds(), 0), self.seconds)


class Denial(Value):
    """The provider refuses the key for a model, for the reason that `message` gives."""

    at: datetime
    message: str


class ProviderLimit(Value):
    """Everything that a provider wants of those who call it with one key. `denials` are by model."""

    hold: Hold | None = None
    denials: Mapping[str, Denial] = {}

    def wait(self, now: datetime) -> float:
        """Seconds for which nobody may call."""
        return self.hold.wait(now) if self.hold else 0

    def denial(self, model: str, now: datetime, since: datetime) -> str | None:
        """Why no call for the model can succeed; None where nobody was told so lately, and after `since`."""
        found = self.denials.get(model)
        return found.message if found and found.at >= since and abs(now - found.at) < DENIAL else None
