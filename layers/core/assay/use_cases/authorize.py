"""Who is calling: the one place where an API key is judged."""

from assay.domain.errors import NotFound, Unauthenticated
from assay.domain.keys import ApiKey, Principal, parse
from assay.ports import Clock, KeyUses, Resources


def authorize(presented: str | None, *, resources: Resources, uses: KeyUses, clock: Clock) -> Principal:
    """The caller. Raises Unauthenticated, in the same way whether the key is missing, wrong, revoked or expired."""
    parts = parse(presented or "")
    if parts is None:
        raise Unauthenticated
    try:
        key = resources.get(parts.organisation, ApiKey, parts.id)
    except NotFound as error:
        raise Unauthenticated from error
    now = clock.now()
    if not key.admits(parts.secret, now):
        raise Unauthenticated
    uses.note(parts.organisation, key.id, now)
    return Principal(organisation=parts.organisation, key_id=key.id, scope=key.scope, project_id=key.project_id)
