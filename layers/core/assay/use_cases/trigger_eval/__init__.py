"""An event starts an evaluation, or the end of one gives the next its turn. The same event again starts nothing new."""

from collections.abc import Callable
from typing import Literal

from assay.domain.errors import InvalidRequest
from assay.domain.evaluation import Evaluation
from assay.domain.ids import NewId
from assay.domain.trigger import TRIGGERS, EvaluationEnded, Launch, LaunchRequested, Trigger
from assay.domain.value import JsonValue, Value
from assay.ports import Clock, Executions, LaunchBodies, Resources
from assay.use_cases.by_name import called
from assay.use_cases.launched import Launched
from assay.use_cases.trigger_eval.turns import Turns

Launcher = Callable[[str, Launch, NewId], Launched]
"""Makes of an organisation's launch what there is to create, and creates nothing. Raises NotFound, InvalidRequest."""


class Triggered(Value):
    """What came of an event; `evaluation_id` is the event's own evaluation, or the one that has its turn now."""

    outcome: Literal["started", "waiting", "skipped", "idle"]
    evaluation_id: str | None = None


def trigger_eval(
    event: LaunchRequested | EvaluationEnded,
    *,
    launcher: Launcher,
    bodies: LaunchBodies,
    resources: Resources,
    executions: Executions,
    clock: Clock,
) -> Triggered:
    """Does what the event asks for, once, however often it is delivered.

    Raises NotFound for an event without a trigger, Forbidden for one that comes from elsewhere, and what `launcher`
    raises.
    """
    turns = Turns(event.organisation, resources, executions, clock)
    if isinstance(event, EvaluationEnded):
        current = turns.advance(event.trigger_id)
        return Triggered(outcome="started" if current else "idle", evaluation_id=current.id if current else None)
    trigger = called(event.organisation, Trigger, TRIGGERS, event.trigger, resources=resources)
    trigger.require(event)
    evaluation_id = event.ids(trigger)("ev_")
    if not turns.know(evaluation_id):
        launch = trigger.launch_for(body_of(event, bodies))
        turns.take_in(trigger, launched(launcher, event, trigger, launch))
    if trigger.policy == "replace":
        turns.cancel_older(trigger.id)
    return outcome(evaluation_id, turns.advance(trigger.id), turns)


def body_of(event: LaunchRequested, bodies: LaunchBodies) -> dict[str, JsonValue]:
    """The launch's body as the event has it, in itself or in an object. Raises InvalidRequest, Forbidden, NotFound."""
    if event.body_key is None:
        return event.body
    if event.body:
        raise InvalidRequest("An event has a body or a body_key, not both.", ("body_key",))
    return bodies.body(event.organisation, event.body_key)


def launched(launcher: Launcher, event: LaunchRequested, trigger: Trigger, launch: Launch) -> Launched:
    """What is to be created, and the evaluation in it marked as the trigger's."""
    found = launcher(event.organisation, launch, event.ids(trigger))
    return found._replace(evaluation=found.evaluation.model_copy(update={"trigger_id": trigger.id}))


def outcome(evaluation_id: str, current: Evaluation | None, turns: Turns) -> Triggered:
    """What the event came to, seen from its own evaluation."""
    if current and current.id == evaluation_id:
        return Triggered(outcome="started", evaluation_id=evaluation_id)
    if not turns.know(evaluation_id):
        return Triggered(outcome="skipped")
    return Triggered(outcome="waiting" if turns.awaits(evaluation_id) else "started", evaluation_id=evaluation_id)
