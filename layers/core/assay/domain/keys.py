"""API keys: `asy_<id>_<secret>`. The id names the organisation; of the secret only a SHA-256 is kept."""

import hashlib
import hmac
import re
from datetime import datetime, timedelta
from typing import Literal, Self

from assay.domain.errors import IllegalTransition, InvalidRequest
from assay.domain.ids import base62
from assay.domain.value import Resource, Value

ORGANISATION = re.compile(r"[a-z][a-z0-9-]{0,39}")
SECRET_LENGTH = 43
KEY = re.compile(rf"asy_({ORGANISATION.pattern})\.([0-9A-Za-z]+)_([0-9A-Za-z]{{{SECRET_LENGTH}}})")

Scope = Literal["admin", "write", "read"]


class FormerSecret(Value):
    """A secret that a rotation has replaced, and that is still good for a while."""

    secret_sha256: str
    until: datetime


class Bounds(Value):
    """How far a key reaches, and how long. With `project_id` the rest of the organisation does not exist for it."""

    scope: Scope = "admin"
    project_id: str | None = None
    expires_at: datetime | None = None


class ApiKey(Resource):
    """A key as it is kept."""

    organisation: str
    name: str = ""
    scope: Scope
    secret_sha256: str
    former: FormerSecret | None = None
    project_id: str | None = None
    expires_at: datetime | None = None
    revoked_at: datetime | None = None

    @property
    def listed_in(self) -> tuple[str, ...]:
        return ("keys",)

    def admits(self, secret: str, now: datetime) -> bool:
        """Whether `secret` is this key's and the key is still good. Takes the same time for every wrong secret."""
        given = hashed(secret)
        present = hmac.compare_digest(self.secret_sha256, given)
        former = self.former or FormerSecret(secret_sha256=self.secret_sha256, until=now)
        replaced = hmac.compare_digest(former.secret_sha256, given) and now < former.until
        return (present or replaced) and self.is_good(now)

    def is_good(self, now: datetime) -> bool:
        """Whether the key is neither revoked nor expired."""
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)

    def revoked(self, now: datetime) -> Self:
        """The key, ended at once, with all its secrets; one that has ended stays as it is."""
        return self if self.revoked_at else self.revised(now, revoked_at=now, former=None)

    def rotated(self, secret: str, now: datetime, grace: timedelta) -> Self:
        """The key with another secret; the one it has now is good for `grace` more. Raises IllegalTransition."""
        if not self.is_good(now):
            raise IllegalTransition("The key is revoked or expired: a new secret would not make it good again.")
        former = FormerSecret(secret_sha256=self.secret_sha256, until=now + grace) if grace else None
        return self.revised(now, secret_sha256=hashed(secret), former=former)


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
    project_id: str | None = None


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
