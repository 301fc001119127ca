"""Who is calling: the one place where an API key is judged."""

from assay.domain.errors import NotFound, Unauthenticated
from assay.domain.keys import ApiKey, Principal, parse
from assay.ports import Clock, Resources


def authorize(presented: str | None, *, resources: Resources, clock: Clock) -> Principal:
    """The caller. Raises Unauthenticated, in the same way whether the key is missing, wrong, revoked or expired."""
    parts = parse(presented or "")
    if parts is None:
        raise Unauthenticated
    try:
        key = resources.get(parts.organisation, ApiKey, parts.id)
    except NotFound as error:
        raise Unauthenticated from error
    if not key.admits(parts.secret, clock.now()):
        raise Unauthenticated
    return Principal(organisation=parts.organisation, key_id=key.id, scope=key.scope)
