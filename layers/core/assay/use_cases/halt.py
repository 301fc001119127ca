"""Whether a worker is to stop because its evaluation has ended: asked whenever it saves."""

from assay.domain.evaluation import Evaluation
from assay.domain.lane import LaneTurn, LogTurn
from assay.ports import Clock, OpenProvider, Resources
from assay.use_cases.purse import Purse


class Halt:
    """The end of an evaluation, as its workers see it. Judging what clients posted goes on when they are done."""

    def __init__(self, turn: LaneTurn | LogTurn, resources: Resources, clock: Clock) -> None:
        self.place, self.resources, self.clock = (turn.organisation, turn.evaluation_id), resources, clock
        self.purse: Purse | None = None

    def is_called(self) -> bool:
        """Whether no new call of a provider may be made for the evaluation."""
        organisation, evaluation_id = self.place
        evaluation = self.resources.get(organisation, Evaluation, evaluation_id)
        if self.purse:
            evaluation = self.purse.require_enough(evaluation, self.resources, self.clock)
        return not evaluation.has_work

    def opening(self, open_provider: OpenProvider) -> OpenProvider:
        """Opens providers; they are paid from the purse, if there is one."""
        return self.purse.opening(open_provider) if self.purse else open_provider
