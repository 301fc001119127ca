"""What an organisation may have of each evaluation is set and looked up, by whoever holds AWS credentials."""

from collections.abc import Mapping

from assay.domain.allowance import ALLOWANCE, Allowance
from assay.domain.errors import InvalidRequest
from assay.domain.keys import ApiKey, require_organisation
from assay.ports import Clock, Resources
from assay.use_cases.if_there import if_there


def set_allowance(organisation: str, limits: Mapping[str, float], *, resources: Resources, clock: Clock) -> Allowance:
    """The organisation's allowance from now on, in place of any earlier one; what is running keeps what it has.

    `limits` are fields of Allowance; without any the organisation has what the stack allows. Raises InvalidRequest,
    also where there is no such organisation.
    """
    require_known(organisation, resources)
    now = clock.now()
    allowance = Allowance.model_validate({"id": ALLOWANCE, "created_at": now, "updated_at": now, **limits})
    resources.renew(organisation, allowance)
    return allowance


def get_allowance(organisation: str, *, resources: Resources) -> Allowance | None:
    """The organisation's allowance; None where none was ever set. Raises as set_allowance does."""
    require_known(organisation, resources)
    return if_there(organisation, Allowance, ALLOWANCE, resources=resources)


def require_known(organisation: str, resources: Resources) -> None:
    """Raises InvalidRequest for what is no organisation's name, or the name of none that there is."""
    require_organisation(organisation)
    if not resources.listed(organisation, ApiKey, "keys"):
        raise InvalidRequest(f"There is no organisation '{organisation}': its first API key would make it.")
