"""Provider keys that a client sends along: for the pass that its request starts."""

from collections.abc import Mapping
from typing import NamedTuple

from pydantic import SecretStr

from assay.domain.evaluation import Pass
from assay.ports import RequestKeyIntake


class SentKeys(NamedTuple):
    """The keys of one request by their providers, and where they are kept."""

    keys: Mapping[str, SecretStr]
    intake: RequestKeyIntake | None

    def keep_for(self, this: Pass) -> None:
        """Keeps them until nothing more can run, where there are any: before the pass is started."""
        if self.keys and self.intake:
            self.intake.keep(this, self.keys)


NOTHING_SENT = SentKeys({}, None)
