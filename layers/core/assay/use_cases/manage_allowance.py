"""What an organisation may have of each evaluation is set and looked up, by whoever holds AWS credentials."""

from collections.abc import Mapping

from assay.domain.allowance import ALLOWANCE, Allowance
from assay.domain.keys import require_organisation
from assay.ports import Clock, Resources
from assay.use_cases.if_there import if_there


def set_allowance(organisation: str, limits: Mapping[str, float], *, resources: Resources, clock: Clock) -> Allowance:
    """The organisation's allowance from now on, in place of any earlier one; what is running keeps what it has.

    `limits` are fields of Allowance; without any the organisation has what the stack allows. Raises InvalidRequest.
    """
    require_organisation(organisation)
    now = clock.now()
    allowance = Allowance.model_validate({"id": ALLOWANCE, "created_at": now, "updated_at": now, **limits})
    resources.renew(organisation, allowance)
    return allowance


def get_allowance(organisation: str, *, resources: Resources) -> Allowance | None:
    """The organisation's allowance; None where none was ever set."""
    require_organisation(organisation)
    return if_there(organisation, Allowance, ALLOWANCE, resources=resources)
