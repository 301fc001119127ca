"""A client says that an evaluation begins, is complete, goes on after all, or is cancelled."""

from assay.domain.evaluation import Evaluation, Status
from assay.ports import Clock, Executions, Resources
from assay.use_cases.races import settled
from assay.use_cases.sent_keys import NOTHING_SENT, SentKeys
from assay.use_cases.start_evaluation import see_begun


def update_status(
    organisation: str,
    evaluation_id: str,
    status: Status,
    *,
    resources: Resources,
    executions: Executions,
    sent: SentKeys = NOTHING_SENT,
    clock: Clock,
) -> Evaluation:
    """The evaluation with its new status (contracts/humanloop-v4.md §2.7); one that failed is resumed by `running`,
    with the provider keys that were `sent`.

    Raises NotFound and IllegalTransition.
    """
    change = Change(organisation, status, resources, executions, sent, clock)
    return settled(lambda: change.made(resources.get(organisation, Evaluation, evaluation_id)))


class Change:
    """A change of status; whatever pass it needs is started once the status is kept."""

    def __init__(
        self,
        organisation: str,
        status: Status,
        resources: Resources,
        executions: Executions,
        sent: SentKeys,
        clock: Clock,
    ) -> None:
        self.organisation, self.status = organisation, status
        self.resources, self.executions, self.sent, self.clock = resources, executions, sent, clock

    def made(self, before: Evaluation) -> Evaluation:
        """The evaluation after the change, or as it is where it has the status. Raises Conflict."""
        if before.shown_status == self.status:
            return self.as_it_is(before)
        if before.is_resumable and self.status == "running":
            return self.with_pass(before, before.resumed(self.clock.now()))
        before.require_client_may(self.status)
        if self.status != "running":
            return self.ended(before)
        see_begun(self.organisation, before, executions=self.executions, clock=self.clock)
        return self.running(before)

    def as_it_is(self, evaluation: Evaluation) -> Evaluation:
        """No change; but a last pass that was announced and never started is started now."""
        if evaluation.is_over and evaluation.is_working:
            self.executions.start(evaluation.latest_pass(self.organisation))
        return evaluation

    def running(self, before: Evaluation) -> Evaluation:
        """Begun, or begun again: then what we were to generate and did not is generated now."""
        if before.generated_by == "server" and not before.is_working:
            return self.with_pass(before, before.with_next_pass(self.clock.now(), status="running"))
        after = before.revised(self.clock.now(), status="running")
        self.resources.replace(self.organisation, before, after)
        return after

    def ended(self, before: Evaluation) -> Evaluation:
        """Over: a pass that is under way is stopped, and a last one judges what it still may and sums up."""
        after = self.with_pass(before, before.with_next_pass(self.clock.now(), status=self.status))
        if before.is_working:
            self.executions.stop(before.latest_pass(self.organisation), f"The evaluation was set {self.status}.")
        return after

    def with_pass(self, before: Evaluation, after: Evaluation) -> Evaluation:
        """The evaluation after the change, with its pass started."""
        self.sent.keep_for(after.latest_pass(self.organisation))
        self.resources.replace(self.organisation, before, after)
        self.executions.start(after.latest_pass(self.organisation))
        return after
