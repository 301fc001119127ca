"""Triggers and schedules are made, listed and deleted, by whoever holds AWS credentials for the stack."""

from contextlib import suppress

from assay.domain.errors import InvalidRequest, NotFound
from assay.domain.ids import NewId
from assay.domain.keys import require_organisation
from assay.domain.project import Project
from assay.domain.schedule import require_timing
from assay.domain.trigger import SCHEDULER, TRIGGERS, Launch, Policy, Trigger, require_name
from assay.domain.value import Value
from assay.ports import Clock, Resources, Schedules
from assay.use_cases.by_name import called


class Wish(Value):
    """A trigger as it is asked for."""

    name: str
    source: str
    account: str
    launch: Launch
    policy: Policy = "queue"


def create_trigger(organisation: str, wish: Wish, *, resources: Resources, clock: Clock, new_id: NewId) -> Trigger:
    """A new trigger. Raises InvalidRequest, AlreadyExists for its name, NotFound for its project."""
    if wish.source == SCHEDULER:
        raise InvalidRequest(f"Nothing but a schedule sends events of {SCHEDULER}: make one, it has its own trigger.")
    return keep_trigger(organisation, wish, resources=resources, clock=clock, new_id=new_id)


def keep_trigger(organisation: str, wish: Wish, *, resources: Resources, clock: Clock, new_id: NewId) -> Trigger:
    """As create_trigger, whatever the source."""
    require_organisation(organisation)
    require_name(wish.name)
    resources.get(organisation, Project, wish.launch.project_id)
    now = clock.now()
    trigger = Trigger(id=new_id("trg_"), created_at=now, updated_at=now, **dict(wish))
    resources.create(organisation, trigger)
    return trigger


def list_triggers(organisation: str, *, resources: Resources) -> list[Trigger]:
    """The organisation's triggers, oldest first, those of schedules too."""
    return resources.listed(organisation, Trigger, TRIGGERS)


def delete_trigger(organisation: str, name: str, *, resources: Resources) -> Trigger:
    """Ends a trigger. What waits for its turn still gets it. Raises NotFound, InvalidRequest for that of a schedule."""
    trigger = called(organisation, Trigger, TRIGGERS, name, resources=resources)
    if trigger.source == SCHEDULER:
        raise InvalidRequest(f"{name} is the trigger of a schedule, which would go on in vain: delete the schedule.")
    resources.delete(organisation, trigger)
    return trigger


class Timing(Value):
    """When a schedule fires, in EventBridge Scheduler's words, such as `rate(1 day)` or `cron(0 3 * * ? *)`."""

    expression: str
    timezone: str = "UTC"


def create_schedule(
    organisation: str,
    wish: Wish,
    timing: Timing,
    *,
    schedules: Schedules,
    resources: Resources,
    clock: Clock,
    new_id: NewId,
) -> Trigger:
    """A schedule with a trigger of its own that only Scheduler can pull. Raises as `keep_trigger` does.

    What Scheduler would not understand is refused before anything is made.
    """
    require_timing(timing.expression, timing.timezone)
    own = wish.model_copy(update={"source": SCHEDULER, "account": schedules.account})
    trigger = keep_trigger(organisation, own, resources=resources, clock=clock, new_id=new_id)
    try:
        schedules.create(organisation, trigger.name, timing.expression, timing.timezone)
    except BaseException:
        resources.delete(organisation, trigger)
        raise
    return trigger


def list_schedules(organisation: str, *, schedules: Schedules) -> dict[str, Timing]:
    """The organisation's schedules, by name."""
    found = schedules.listed(organisation)
    return {name: Timing(expression=expression, timezone=zone) for name, (expression, zone) in found.items()}


def delete_schedule(organisation: str, name: str, *, schedules: Schedules, resources: Resources) -> None:
    """Ends a schedule and its trigger, whichever of them is there. Raises NotFound where neither is."""
    was_there = schedules.delete(organisation, name)
    own = None
    with suppress(NotFound):
        own = called(organisation, Trigger, TRIGGERS, name, resources=resources)
    if own and own.source == SCHEDULER:
        resources.delete(organisation, own)
    elif not was_there:
        raise NotFound("schedule", name, by="named")
