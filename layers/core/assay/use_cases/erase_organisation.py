"""All of an organisation is erased, by whoever holds AWS credentials for the stack."""

from assay.domain.evaluation import Evaluation
from assay.domain.keys import ApiKey, require_organisation
from assay.domain.project import Project
from assay.ports import Clock, Executions, Remains, Resources, Schedules
from assay.use_cases.manage_keys import revoke_key

REASON = "The organisation was deleted."
ROUNDS = 10


def erase_organisation(
    organisation: str,
    *,
    resources: Resources,
    remains: Remains,
    executions: Executions,
    schedules: Schedules,
    clock: Clock,
) -> int:
    """Lets nobody in, stops what runs, and erases until nothing is found any more; says how much it was.

    What a worker writes that is just ending is found by the next round. Raises InvalidRequest for no organisation's
    name.
    """
    require_organisation(organisation)
    for key in resources.listed(organisation, ApiKey, "keys"):
        revoke_key(organisation, key.id, resources=resources, clock=clock)
    for name in schedules.listed(organisation):
        schedules.delete(organisation, name)
    for project in resources.listed(organisation, Project, "projects"):
        for evaluation in resources.listed(organisation, Evaluation, f"{project.id}/evaluations"):
            if evaluation.is_working:
                executions.stop(evaluation.latest_pass(organisation), REASON)
    erased = 0
    for _ in range(ROUNDS):
        found = remains.erase_organisation(organisation)
        erased += found
        if not found:
            break
    return erased
