"""One chunk under judgement: which evaluator still owes which row a score."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from assay.domain.dataset import Datapoint
from assay.domain.evaluators.evaluator import EvaluatorVersion
from assay.domain.evaluators.python_code import log_argument
from assay.domain.evaluators.scores import one_of_each_name
from assay.domain.identity import log_id
from assay.domain.log import Report
from assay.domain.plan import Plan
from assay.domain.score import AnyOutput, AnyScore, Output, ScoredRow
from assay.domain.value import JsonValue


class Judging:
    """The scores of some outputs by the evaluators of a round, as they come in.

    `datapoints` are those behind the outputs, from index `first` of the dataset on; `scored` is what there is already.
    `reports` are the words of clients who posted the logs of rows.
    """

    def __init__(
        self,
        plan: Plan,
        evaluators: Sequence[EvaluatorVersion],
        *,
        outputs: Sequence[AnyOutput],
        datapoints: Sequence[Datapoint],
        first: int,
        scored: Iterable[ScoredRow] = (),
        reports: Mapping[int, Report] | None = None,
    ) -> None:
        self.plan, self.evaluators = plan, evaluators
        self.outputs = outputs
        self.datapoints, self.first = datapoints, first
        self.reports = reports or {}
        self.scores: dict[tuple[int, str], AnyScore] = {}
        self.fresh: list[ScoredRow] = []
        self.paid = 0
        for row in scored:
            for score in row.scores:
                self.scores.setdefault((row.ordinal, score.evaluator), score)
        self.left = sum(len(self.owed(version)) for version in evaluators)

    def judged(self) -> Iterator[Output]:
        """The outputs that evaluators run on; a row without output has no scores."""
        return (output for output in self.outputs if isinstance(output, Output))

    def owed(self, version: EvaluatorVersion) -> list[Output]:
        """The outputs that the evaluator has not judged yet."""
        return [output for output in self.judged() if (output.ordinal, version.id) not in self.scores]

    def add(self, output: Output, score: AnyScore) -> None:
        """Takes in a score."""
        self.scores[output.ordinal, score.evaluator] = score
        self.fresh.append(ScoredRow(ordinal=output.ordinal, scores=(score,)))
        self.paid += score.judgement is not None
        self.left -= 1

    def saved(self, pieces: int) -> None:
        """Notes that the first so many fresh scores are safe."""
        self.paid -= sum(score.judgement is not None for row in self.fresh[:pieces] for score in row.scores)
        del self.fresh[:pieces]

    @property
    def complete(self) -> bool:
        """Whether every evaluator has judged every output."""
        return self.left == 0

    def datapoint(self, output: Output) -> Datapoint:
        """The datapoint behind an output."""
        return self.datapoints[output.ordinal // self.plan.trials - self.first]

    def log(self, output: Output) -> dict[str, JsonValue]:
        """The output as evaluators see it."""
        identifier = log_id(self.plan.evaluation_id, output.ordinal)
        report = self.reports.get(output.ordinal)
        return log_argument(self.plan.config, self.datapoint(output), output, identifier, report)

    def rows(self) -> list[ScoredRow]:
        """The rows with the scores there are, evaluators in their round's order."""
        return [ScoredRow(ordinal=output.ordinal, scores=self.scores_of(output.ordinal)) for output in self.outputs]

    def scores_of(self, ordinal: int) -> tuple[AnyScore, ...]:
        found = ((version, self.scores.get((ordinal, version.id))) for version in self.evaluators)
        return tuple(one_of_each_name([(version, score) for version, score in found if score is not None]))
