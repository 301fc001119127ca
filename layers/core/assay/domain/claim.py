"""Claims: that somebody launches an experiment, known by an idempotency key or by what is asked for."""

from datetime import datetime, timedelta

from assay.domain.ids import content_id
from assay.domain.value import Resource, Value

LIFE = timedelta(hours=24)
"""How long a claim is kept."""


class Attempt(Value):
    """How a client asks: `fingerprint` stands for all of its request, `key` for what it calls that launch.

    `is_repeated` is its word that it has asked before and got no answer.
    """

    fingerprint: str
    key: str | None = None
    is_repeated: bool = False

    @property
    def claim_id(self) -> str:
        """By what the claim is found: the client's key, or else the request itself."""
        return content_id("claim_", f"key {self.key}" if self.key is not None else f"body {self.fingerprint}")


class Claim(Resource):
    """Who launches first has the claim; others join its experiment.

    Where that was `launched` and is not there, it was deleted: nobody joins it, and nobody waits for it.
    """

    fingerprint: str
    experiment_id: str
    expires: datetime
    launched: bool = False
