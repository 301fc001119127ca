"""API keys are made, listed, rotated and revoked: by whoever holds AWS credentials, or an admin key."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple

from assay.domain.errors import InvalidRequest
from assay.domain.ids import NewId
from assay.domain.keys import ApiKey, Bounds, hashed, make_secret, require_organisation
from assay.domain.project import Project
from assay.ports import Clock, KeyUses, Resources

Entropy = Callable[[], bytes]
"""32 random bytes."""
UNBOUND = Bounds()


class Shown(NamedTuple):
    """A key with the text that its holder presents: shown now and never again."""

    key: ApiKey
    text: str


class Used(NamedTuple):
    """A key, and about when it was last used, if ever."""

    key: ApiKey
    at: datetime | None


def create_key(
    organisation: str,
    bounds: Bounds = UNBOUND,
    *,
    name: str = "",
    resources: Resources,
    clock: Clock,
    new_id: NewId,
    entropy: Entropy,
) -> Shown:
    """A new key. Raises InvalidRequest, and NotFound for the project it is to be confined to."""
    require_organisation(organisation)
    if bounds.project_id is not None:
        resources.get(organisation, Project, bounds.project_id)
    secret, now = make_secret(entropy()), clock.now()
    if bounds.expires_at is not None and bounds.expires_at <= now:
        raise InvalidRequest("The key would be expired from the first.", ("expires_at",))
    key = ApiKey(
        id=new_id(f"{organisation}."),
        created_at=now,
        updated_at=now,
        organisation=organisation,
        name=name,
        secret_sha256=hashed(secret),
        **bounds.model_dump(),
    )
    resources.create(organisation, key)
    return shown(key, secret)


def shown(key: ApiKey, secret: str) -> Shown:
    """The key as its holder presents it."""
    return Shown(key, f"asy_{key.id}_{secret}")


def list_keys(organisation: str, *, resources: Resources, uses: KeyUses) -> list[Used]:
    """The organisation's keys, oldest first, revoked ones too."""
    return [Used(key, uses.last(organisation, key.id)) for key in resources.listed(organisation, ApiKey, "keys")]


def rotate_key(
    organisation: str, key_id: str, grace: timedelta, *, resources: Resources, clock: Clock, entropy: Entropy
) -> Shown:
    """The key with a new secret; the old one stays good for `grace`. Raises NotFound, IllegalTransition, Conflict."""
    key, secret = resources.get(organisation, ApiKey, key_id), make_secret(entropy())
    rotated = key.rotated(secret, clock.now(), grace)
    resources.replace(organisation, key, rotated)
    return shown(rotated, secret)


def revoke_key(organisation: str, key_id: str, *, resources: Resources, clock: Clock) -> ApiKey:
    """Ends a key at once. Raises NotFound."""
    key = resources.get(organisation, ApiKey, key_id)
    revoked = key.revoked(clock.now())
    if revoked is not key:
        resources.replace(organisation, key, revoked)
    return revoked
