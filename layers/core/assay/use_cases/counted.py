"""What counts of an evaluation: everything while a pass is under way, and after that what the pass has sealed."""

from assay.domain.evaluation import Evaluation
from assay.domain.score import AnyOutput, ScoredRow
from assay.domain.seal import Parts, Seal
from assay.ports import RunRecords, Runs


def counted(organisation: str, evaluation: Evaluation, runs: Runs) -> RunRecords:
    """The records of the evaluation as everybody is to see them."""
    if evaluation.is_working or evaluation.generated_by == "client":
        return runs
    seal = runs.sealed(evaluation.latest_pass(organisation))
    return Counted(runs, seal) if seal else runs


class Counted:
    """Implements ports.RunRecords: of what there is by now, only that which the seal knows."""

    def __init__(self, runs: Runs, seal: Seal) -> None:
        self.runs, self.seal = runs, seal

    def outputs(
        self, organisation: str, evaluation_id: str, chunk: int, ordinals: range | None = None
    ) -> list[AnyOutput] | None:
        if chunk in self.seal.outputs:
            return None
        return self.runs.outputs(organisation, evaluation_id, chunk, ordinals)

    def output_parts(
        self, organisation: str, evaluation_id: str, chunk: int, ordinals: range | None = None
    ) -> list[AnyOutput]:
        return self.runs.output_parts(organisation, evaluation_id, chunk, ordinals, self.seal.outputs.get(chunk, ()))

    def scores(
        self, organisation: str, evaluation_id: str, round_: int, chunk: int, ordinals: range | None = None
    ) -> list[ScoredRow] | None:
        if chunk in self.round(round_):
            return None
        return self.runs.scores(organisation, evaluation_id, round_, chunk, ordinals)

    def score_parts(
        self, organisation: str, evaluation_id: str, round_: int, chunk: int, ordinals: range | None = None
    ) -> list[ScoredRow]:
        some = self.round(round_).get(chunk, ())
        return self.runs.score_parts(organisation, evaluation_id, round_, chunk, ordinals, some)

    def round(self, round_: int) -> Parts:
        """The chunks without all their scores of a round."""
        return self.seal.scores[round_] if round_ < len(self.seal.scores) else {}
