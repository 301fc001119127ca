"""Links that open without a key: they say what they are for and until when, and are signed. None is ever stored."""

import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime, timedelta
from typing import Literal

from pydantic import SecretStr, ValidationError

from assay.domain.value import Value

LIFE = timedelta(days=7)
SEPARATOR = "."


class Sight(Value):
    """What a link lets see: one thing of one organisation, until a moment."""

    organisation: str
    kind: Literal["project", "experiment"]
    id: str
    until: datetime


def signed(seen: Sight, secret: SecretStr) -> str:
    """The sight as text that nobody can make without the secret."""
    body = encoded(json.dumps(seen.model_dump(mode="json"), separators=(",", ":")).encode())
    return f"{body}{SEPARATOR}{signature(body, secret)}"


def opened(token: str, secret: SecretStr, now: datetime) -> Sight | None:
    """What a token lets see; None where it is none of ours, or was once."""
    body, _, given = token.partition(SEPARATOR)
    if not hmac.compare_digest(given.encode(), signature(body, secret).encode()):
        return None
    try:
        seen = Sight.model_validate_json(urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    except (ValueError, ValidationError):
        return None
    return seen if now < seen.until else None


def signature(body: str, secret: SecretStr) -> str:
    """HMAC-SHA256 of what is signed."""
    return encoded(hmac.digest(secret.get_secret_value().encode(), body.encode(), "sha256"))


def encoded(raw: bytes) -> str:
    """Bytes as they may stand in an address."""
    return urlsafe_b64encode(raw).rstrip(b"=").decode()
