"""One evaluation of a trigger at a time. Deliveries and ends come in any order and more than once: steps repeat."""

from contextlib import suppress
from typing import TypeVar

from assay.domain.errors import AlreadyExists, Conflict, IllegalTransition, NotFound
from assay.domain.evaluation import Evaluation
from assay.domain.trigger import Trigger, Turn, Waiting, turn_id, waiting_id, waiting_list
from assay.domain.value import Resource
from assay.ports import Clock, Executions, Resources
from assay.use_cases.if_there import if_there
from assay.use_cases.launched import Launched, renew_parts
from assay.use_cases.update_evaluation.status import update_status

R = TypeVar("R", bound=Resource)


class Turns:
    """The turns of an organisation's triggers."""

    def __init__(self, organisation: str, resources: Resources, executions: Executions, clock: Clock) -> None:
        self.organisation = organisation
        self.resources, self.executions, self.clock = resources, executions, clock

    def know(self, evaluation_id: str) -> bool:
        """Whether the evaluation is there: its event has come before."""
        return self.found(Evaluation, evaluation_id) is not None

    def awaits(self, evaluation_id: str) -> bool:
        """Whether the evaluation still waits for its turn."""
        return self.found(Waiting, waiting_id(evaluation_id)) is not None

    def found(self, kind: type[R], identifier: str) -> R | None:
        return if_there(self.organisation, kind, identifier, resources=self.resources)

    def take_in(self, trigger: Trigger, launched: Launched) -> None:
        """Creates the evaluation, to wait for its turn; under the policy `skip` only if it has it at once."""
        if trigger.policy == "skip":
            self.create_if_free(trigger.id, launched)
        else:
            self.create(launched, Waiting.of(launched.evaluation, trigger.id))

    def create(self, launched: Launched, place: Resource) -> None:
        """Creates the evaluation with its place; nothing where it is there. Raises AlreadyExists for its own name."""
        evaluation = launched.evaluation
        try:
            self.resources.create(self.organisation, evaluation, *launched.beside, place)
        except AlreadyExists:
            if not self.know(evaluation.id):
                raise
        renew_parts(self.organisation, evaluation, launched.parts, resources=self.resources)

    def create_if_free(self, trigger_id: str, launched: Launched) -> None:
        """Creates the evaluation and takes the turn in one, if nobody has it. Raises AlreadyExists as `create` does."""
        if self.under_way(trigger_id):
            return
        try:
            self.create(launched, Turn.of(trigger_id, launched.evaluation.id, self.clock.now()))
        except AlreadyExists:
            if self.under_way(trigger_id) is None:
                raise

    def advance(self, trigger_id: str) -> Evaluation | None:
        """Gives the turn to the oldest that waits, if it is free. The evaluation that has it then, started."""
        while (current := self.under_way(trigger_id)) is None:
            waiting = self.waiting(trigger_id)
            if not waiting:
                return None
            with suppress(AlreadyExists):
                turn = Turn.of(trigger_id, waiting[0].evaluation_id, self.clock.now())
                self.resources.create(self.organisation, turn)
        return current

    def under_way(self, trigger_id: str) -> Evaluation | None:
        """The evaluation that has the turn; it waits no longer, and is started. None once it is over: the turn is free.

        Whoever gave it the turn may have died before it was started: so whoever looks starts it.
        """
        turn = self.found(Turn, turn_id(trigger_id))
        if turn is None:
            return None
        evaluation = self.resources.get(self.organisation, Evaluation, turn.evaluation_id)
        self.remove(self.found(Waiting, waiting_id(evaluation.id)))
        if evaluation.is_over:
            self.remove(turn)
            return None
        if evaluation.is_working:
            self.executions.start(evaluation.latest_pass(self.organisation))
        return evaluation

    def waiting(self, trigger_id: str) -> list[Waiting]:
        """Those that wait, the oldest event first; read again where one of them went meanwhile."""
        while True:
            with suppress(NotFound):
                return self.resources.listed(self.organisation, Waiting, waiting_list(trigger_id))

    def remove(self, resource: Resource | None) -> None:
        """Removes what may be gone already."""
        if resource:
            with suppress(Conflict):
                self.resources.delete(self.organisation, resource)

    def cancel_older(self, trigger_id: str) -> None:
        """Cancels all but the newest of those that wait or are under way."""
        current = self.found(Turn, turn_id(trigger_id))
        waiting = {each.evaluation_id for each in self.waiting(trigger_id)}
        ids = sorted({*waiting, *([current.evaluation_id] if current else [])})
        for older in ids[:-1]:
            with suppress(IllegalTransition):
                update_status(
                    self.organisation,
                    older,
                    "cancelled",
                    resources=self.resources,
                    executions=self.executions,
                    clock=self.clock,
                )
