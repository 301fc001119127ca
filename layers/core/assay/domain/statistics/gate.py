"""Whether a run may pass: no proved regression, few errors, enough to compare (quality contract §1)."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from assay.domain.evaluation import Status
from assay.domain.statistics.describe import ScoreStatistics
from assay.domain.statistics.interval import LEVEL, Finite, t_interval
from assay.domain.statistics.paired import PairedComparison
from assay.domain.value import Value

LEAST_COVERAGE = 0.95
Share = Annotated[float, Field(ge=0, le=1)]
ExitCode = Literal[0, 1, 3]


class Gate(Value):
    """What is asked of a run: `tolerance` is the loss that must be ruled out, None asks for no such proof.

    `errors` is the share of the trials to which an evaluator applies that may go without a score.
    """

    tolerance: Annotated[Finite, Field(ge=0)] | None = None
    errors: Share = 0.0


class Breach(Value):
    """Why an evaluator does not let the run pass, or could not be asked; one sentence."""

    evaluator: str
    reason: str


class Ruling(Value):
    """What the gate says: each breach by itself keeps the run from passing, `remarks` are what it could not ask.

    `incomplete` is why the run cannot be ruled on at all.
    """

    breaches: tuple[Breach, ...] = ()
    remarks: tuple[Breach, ...] = ()
    incomplete: str | None = None

    @property
    def exit_code(self) -> ExitCode:
        """0: it passes; 1: it does not; 3: it did not come to its end."""
        if self.incomplete:
            return 3
        return 1 if self.breaches else 0


def ruling(gate: Gate, evaluators: Mapping[str, ScoreStatistics], status: Status = "completed") -> Ruling:
    """What the gate says of a run that came to `status` with these scores."""
    if status != "completed":
        return Ruling(incomplete=f"The evaluation is {status}.")
    remarks = (Breach(evaluator=name, reason=reason) for name, one in evaluators.items() if (reason := remark(one)))
    return Ruling(breaches=tuple(breaches(gate, evaluators)), remarks=tuple(remarks))


def remark(one: ScoreStatistics) -> str | None:
    """What of an evaluator the gate does not ask, and why."""
    if one.higher_is_better is None:
        return "It has no direction: nothing is better or worse by it."
    if one.comparison is None:
        return "There is no base to compare it with."
    if not one.comparison.same_judge:
        return "Another model, or another prompt, judged the base: the difference may be the judge's."
    return None


def breaches(gate: Gate, evaluators: Mapping[str, ScoreStatistics]) -> list[Breach]:
    """What is wrong with the run; nothing where the list is empty. Evaluators without a direction are not asked.

    Of several evaluators, those with a p-value are taken one after another at Holm's levels.
    """
    if not evaluators:
        return [Breach(evaluator="", reason="Nothing is scored.")]
    asked = {name: one for name, one in evaluators.items() if one.higher_is_better is not None}
    found = [Breach(evaluator=name, reason=reason) for name, one in asked.items() for reason in flaws(gate, one)]
    return [*found, *(Breach(evaluator=name, reason="It is worse than the base.") for name in regressions(asked))]


def flaws(gate: Gate, one: ScoreStatistics) -> list[str]:
    """What is wrong with one evaluator's scores by themselves, and as a comparison."""
    if not one.n_scored:
        return ["Nothing is scored."]
    found, beside = [], comparable(one)
    errors = sum(one.n_errors.values())
    if errors > gate.errors * (one.n_scored + errors):
        found.append(f"{errors} of {one.n_scored + errors} rows have no score.")
    if beside is None:
        return found
    if beside.coverage < LEAST_COVERAGE:
        found.append(f"Only {beside.coverage:.1%} of the datapoints are in the base too.")
    ends = gain(one, beside, LEVEL)
    if gate.tolerance is not None and (ends is None or ends[0] < -gate.tolerance):
        found.append(f"It is not shown to be at most {gate.tolerance:g} worse than the base.")
    return found


def comparable(one: ScoreStatistics) -> PairedComparison | None:
    """The comparison, where the same judge sat on both sides of it."""
    return one.comparison if one.comparison and one.comparison.same_judge else None


def gain(one: ScoreStatistics, beside: PairedComparison, level: float) -> tuple[float, float] | None:
    """The interval of the difference, turned so that more is better; where all pairs differ alike, it is a point."""
    if beside.diff is None or beside.silence == "too few":
        return None
    low = high = beside.diff
    if beside.ci is not None and beside.stderr is not None:
        interval = t_interval(beside.diff, beside.stderr, beside.ci.df or 1, beside.ci.method, level)
        low, high = interval.low, interval.high
    return (low, high) if one.higher_is_better else (-high, -low)


def regressions(evaluators: Mapping[str, ScoreStatistics]) -> list[str]:
    """The evaluators that prove the run worse: the k-th smallest p-value of m is asked at the level 1 - α/(m - k + 1).

    At the first that says nothing at its level, Holm stops.
    """
    tests = {name: beside for name, one in evaluators.items() if (beside := comparable(one))}
    ranked = sorted((p, name) for name, beside in tests.items() if (p := p_value(beside)) is not None)
    proved = []
    for rank, (_, name) in enumerate(ranked):
        ends = gain(evaluators[name], tests[name], 1 - (1 - LEVEL) / (len(ranked) - rank))
        if ends is None or ends[0] <= 0 <= ends[1]:
            break
        if ends[1] < 0:
            proved.append(name)
    return proved


def p_value(beside: PairedComparison) -> float | None:
    """How often chance alone does this: 0 where every pair differs alike, 1 where none differs."""
    if beside.p_value is None and beside.silence == "no spread seen":
        return 0.0 if beside.diff else 1.0
    return beside.p_value
