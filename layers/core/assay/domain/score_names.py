"""The names of an experiment's scores: there may be only so many, since summaries and pages have a line for each."""

from collections.abc import Collection, Iterable

from assay.domain.fault import Fault
from assay.domain.trace import Trace

MOST_NAMES = 500
BEYOND = f"It gave a score by a name beyond the first {MOST_NAMES} that the experiment's scores have."


class ScoreNames:
    """The names that scores have, as rows come in dataset order: the first MOST_NAMES beside those `expected`.

    A result with a further name is its evaluator's error; `refused` says how many were.
    """

    def __init__(self, expected: Iterable[str] = ()) -> None:
        self.known = set(expected)
        self.most = len(self.known) + MOST_NAMES
        self.refused = 0

    def admits(self, names: Collection[str]) -> bool:
        """Whether there is room for all the names of a result, which are known from then on."""
        if self.known.issuperset(names):
            return True
        new = [name for name in names if name not in self.known]
        fits = len(self.known) + len(new) <= self.most
        if fits:
            self.known.update(new)
        else:
            self.refused += 1
        return fits

    def limited(self, trace: Trace) -> Trace:
        """The trace, the results for whose names there is no room being errors."""
        over = {evaluator for evaluator, scores in trace.judged.items() if not self.admits(scores)}
        if not over:
            return trace
        judged = {evaluator: scores for evaluator, scores in trace.judged.items() if evaluator not in over}
        left = {name for scores in judged.values() for name in scores}
        return trace._replace(
            judged=judged,
            scores={name: value for name, value in trace.scores.items() if name in left},
            let_down={**trace.let_down, **dict.fromkeys(over, "evaluator")},
            faults=(*trace.faults, *(Fault(evaluator, "evaluator", BEYOND) for evaluator in sorted(over))),
        )

    @property
    def complaint(self) -> str | None:
        """What is to be said of it; None where there was room for all."""
        if not self.refused:
            return None
        return (
            f"Scores have more than {MOST_NAMES} names: {self.refused:,} results of evaluators with a further one "
            "count as errors. A score's name says what is measured, and is the same for every row."
        )
