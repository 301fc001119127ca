"""Whether a worker is to stop because its evaluation has ended: asked whenever it saves."""

from assay.domain.evaluation import Evaluation
from assay.domain.lane import LaneTurn, LogTurn
from assay.ports import Resources


class Halt:
    """The end of an evaluation, as its workers see it. Judging what clients posted goes on when they are done."""

    def __init__(self, turn: LaneTurn | LogTurn, resources: Resources) -> None:
        self.place, self.resources = (turn.organisation, turn.evaluation_id), resources

    def is_called(self) -> bool:
        """Whether no new call of a provider may be made for the evaluation."""
        organisation, evaluation_id = self.place
        return not self.resources.get(organisation, Evaluation, evaluation_id).has_work
