"""API keys are made, listed and revoked, by whoever holds AWS credentials for the stack."""

from collections.abc import Callable

from assay.domain.ids import NewId
from assay.domain.keys import ApiKey, Scope, hashed, make_secret, require_organisation
from assay.ports import Clock, Resources


def create_key(
    organisation: str,
    scope: Scope,
    *,
    resources: Resources,
    clock: Clock,
    new_id: NewId,
    entropy: Callable[[], bytes],
) -> tuple[ApiKey, str]:
    """A new key, and the text that its holder presents: shown now and never again. Raises InvalidRequest."""
    require_organisation(organisation)
    secret, now = make_secret(entropy()), clock.now()
    key = ApiKey(
        id=new_id(f"{organisation}."),
        created_at=now,
        updated_at=now,
        organisation=organisation,
        scope=scope,
        secret_sha256=hashed(secret),
    )
    resources.create(organisation, key)
    return key, f"asy_{key.id}_{secret}"


def list_keys(organisation: str, *, resources: Resources) -> list[ApiKey]:
    """The organisation's keys, oldest first, revoked ones too."""
    return resources.listed(organisation, ApiKey, "keys")


def revoke_key(organisation: str, key_id: str, *, resources: Resources, clock: Clock) -> ApiKey:
    """Ends a key at once. Raises NotFound."""
    key = resources.get(organisation, ApiKey, key_id)
    if key.revoked_at is not None:
        return key
    revoked = key.revised(clock.now(), revoked_at=clock.now())
    resources.replace(organisation, key, revoked)
    return revoked
