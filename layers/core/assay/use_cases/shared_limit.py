"""What a provider wants of all who call it with one key: heeded by this worker at once, by others when they look."""

import asyncio
from datetime import datetime, timedelta

from assay.domain.provider_limit import Denial, Hold, ProviderLimit
from assay.ports import Clock, ProviderLimits
from assay.use_cases.gate import Gate

WORTH_SHARING = 1.0
"""Seconds: a shorter pause is over before others hear of it."""


class SharedLimit:
    """The limit of `account` as this worker knows it. A key that was refused before `since` is tried again."""

    def __init__(
        self, organisation: str, account: str, limits: ProviderLimits, gate: Gate, clock: Clock, since: datetime
    ) -> None:
        self.place, self.limits, self.gate, self.clock = (organisation, account), limits, gate, clock
        self.since = since
        self.known = ProviderLimit()
        self.denials: dict[str, Denial] = {}

    async def look(self) -> None:
        """Hears what others were told."""
        self.known = await asyncio.to_thread(self.limits.read, *self.place)
        if seconds := self.known.wait(self.clock.now()):
            self.gate.close(seconds)

    async def hold(self, seconds: float) -> None:
        """Nobody calls for so long."""
        if self.gate.close(seconds) and seconds >= WORTH_SHARING:
            until = self.clock.now() + timedelta(seconds=seconds)
            await asyncio.to_thread(self.limits.hold, *self.place, Hold(until=until, seconds=seconds))

    async def deny(self, model: str, message: str) -> None:
        """Nobody calls for the model any more."""
        if model not in self.denials:
            self.denials[model] = Denial(at=self.clock.now(), message=message)
            await asyncio.to_thread(self.limits.deny, *self.place, model, self.denials[model])

    def denial(self, model: str) -> str | None:
        """Why no call for the model can succeed, if that is so."""
        own = self.denials.get(model)
        return own.message if own else self.known.denial(model, self.clock.now(), self.since)
