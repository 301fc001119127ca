"""API keys: `asy_<id>_<secret>`. The id names the organisation; of the secret only a SHA-256 is kept."""

import hashlib
import hmac
import re
from datetime import datetime
from typing import Literal

from assay.domain.errors import InvalidRequest
from assay.domain.ids import base62
from assay.domain.value import Resource, Value

ORGANISATION = re.compile(r"[a-z][a-z0-9-]{0,39}")
SECRET_LENGTH = 43
KEY = re.compile(rf"asy_({ORGANISATION.pattern})\.([0-9A-Za-z]+)_([0-9A-Za-z]{{{SECRET_LENGTH}}})")

Scope = Literal["admin", "write", "read"]


class ApiKey(Resource):
    """A key as it is kept."""

    organisation: str
    scope: Scope
    secret_sha256: str
    expires_at: datetime | None = None
    revoked_at: datetime | None = None

    @property
    def listed_in(self) -> tuple[str, ...]:
        return ("keys",)

    def admits(self, secret: str, now: datetime) -> bool:
        """Whether `secret` is this key's and the key is still good. Takes the same time for every wrong secret."""
        same = hmac.compare_digest(self.secret_sha256, hashed(secret))
        live = self.revoked_at is None and (self.expires_at is None or now < self.expires_at)
        return same and live


class Presented(Value):
    """A key as a caller presents it, taken apart."""

    organisation: str
    id: str
    secret: str


class Principal(Value):
    """Who is calling, once the key is verified."""

    organisation: str
    key_id: str
    scope: Scope


def require_organisation(name: str) -> None:
    """Raises InvalidRequest unless an organisation may be named so."""
    if not ORGANISATION.fullmatch(name):
        raise InvalidRequest("An organisation is named by a letter and up to 39 more of a-z, 0-9 and '-'.")


def hashed(secret: str) -> str:
    """The SHA-256 of a key's secret, in hex. The secret has 256 random bits: a slow hash would add nothing."""
    return hashlib.sha256(secret.encode()).hexdigest()


def make_secret(entropy: bytes) -> str:
    """32 random bytes as 43 characters of base 62."""
    return base62(int.from_bytes(entropy), SECRET_LENGTH)


def parse(text: str) -> Presented | None:
    """The parts of a presented key; None where it has not even the form of one."""
    match = KEY.fullmatch(text)
    return Presented(organisation=match[1], id=f"{match[1]}.{match[2]}", secret=match[3]) if match else None
