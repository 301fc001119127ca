"""Links that open without a key: they say what they are for and until when, and are signed. None is ever stored."""

import hmac
import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime, timedelta
from typing import Literal
from urllib.parse import quote, unquote

from pydantic import SecretStr, ValidationError

from assay.domain.keys import ORGANISATION
from assay.domain.value import Value

LIFE = timedelta(days=7)
SEPARATOR = "."
ESCAPE = "~"
LONGEST_PATH = 900
"""What is longer is looked up nowhere: no name of ours is."""


Kind = Literal["project", "experiment", "evaluation"]


class Sight(Value):
    """What a link lets see: one thing of one organisation, until a moment."""

    organisation: str
    kind: Kind
    id: str
    until: datetime

    def is_cut_off(self, *since: datetime | None) -> bool:
        """Whether it was made before one of these moments."""
        return any(moment is not None and self.until - LIFE < moment for moment in since)


def path_to(organisation: str, project: str, experiment: str | None = None) -> str:
    """Where the page of a project or of an experiment lies, under the address of the API."""
    place = f"/app/{quote(organisation, safe='')}/p/{segment(project)}"
    return place if experiment is None else f"{place}/experiments/{segment(experiment)}"


def path_to_evaluation(organisation: str, evaluation_id: str) -> str:
    """Where the page of an evaluation lies that makes no experiment."""
    return f"/app/{quote(organisation, safe='')}/evaluations/{evaluation_id}"


def evaluation_in(path: str, organisation: str) -> str | None:
    """The id of the organisation's evaluation whose page lies at a path; None of any other path."""
    found = re.fullmatch(rf"{re.escape(path_to_evaluation(organisation, ''))}(\w+)", path)
    return found[1] if found else None


def segment(name: str) -> str:
    """A name as one step of a path. Browsers take steps of dots for directions, so ESCAPE goes before those."""
    is_read_otherwise = not name.strip(".") or name.startswith(ESCAPE)
    return quote(f"{ESCAPE}{name}" if is_read_otherwise else name, safe="")


def named_by(step: str) -> str:
    """The name that a step of a path is of."""
    return unquote(step).removeprefix(ESCAPE)


def names_in(path: str) -> tuple[str, str, str] | None:
    """The organisation, the project and the experiment whose page lies at a path; None of any other path."""
    found = re.fullmatch(rf"/app/({ORGANISATION.pattern})/p/([^/]+)/experiments/([^/]+)", path)
    if found is None or len(path) > LONGEST_PATH:
        return None
    return unquote(found[1]), named_by(found[2]), named_by(found[3])


def is_same(path: str, wanted: str) -> bool:
    """Whether a path is the wanted one; some gateways decode it on its way."""
    return path in {wanted, unquote(wanted)}


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
