"""Whether a run may pass: no proved regression, few errors, enough to compare (quality contract §1)."""

from collections.abc import Mapping

from assay.domain.statistics.describe import ScoreStatistics
from assay.domain.statistics.interval import LEVEL, Interval, t_interval
from assay.domain.value import Value

LEAST_COVERAGE = 0.95


class Gate(Value):
    """What is asked of a run: `tolerance` is the loss that must be ruled out, None asks for no such proof.

    `errors` is the share of the trials to which an evaluator applies that may go without a score.
    """

    tolerance: float | None = None
    errors: float = 0.0


class Breach(Value):
    """Why an evaluator does not let the run pass."""

    evaluator: str
    reason: str


def breaches(gate: Gate, evaluators: Mapping[str, ScoreStatistics]) -> list[Breach]:
    """What is wrong with the run; nothing where the list is empty. Evaluators without a direction are not asked.

    Of several evaluators, those with a p-value are taken one after another at Holm's levels.
    """
    asked = {name: one for name, one in evaluators.items() if one.higher_is_better is not None}
    found = [Breach(evaluator=name, reason=reason) for name, one in asked.items() for reason in flaws(gate, one)]
    found += [Breach(evaluator=name, reason="It is worse than the base.") for name in regressions(asked)]
    return found


def flaws(gate: Gate, one: ScoreStatistics) -> list[str]:
    """What is wrong with one evaluator's scores by themselves, and as a comparison."""
    if not one.n_scored:
        return ["Nothing is scored."]
    found = []
    errors = sum(one.n_errors.values())
    if errors > gate.errors * (one.n_scored + errors):
        found.append(f"{errors} of {one.n_scored + errors} rows have no score.")
    if one.comparison is None:
        return found
    if one.comparison.coverage < LEAST_COVERAGE:
        found.append(f"Only {one.comparison.coverage:.1%} of the datapoints are in the base too.")
    worst = gain(one, one.comparison.ci)[0]
    if gate.tolerance is not None and (worst is None or worst < -gate.tolerance):
        found.append(f"It is not shown to be at most {gate.tolerance:g} worse than the base.")
    return found


def gain(one: ScoreStatistics, interval: Interval | None) -> tuple[float | None, float | None]:
    """The interval of the difference, turned so that more is better."""
    if interval is None:
        return None, None
    return (interval.low, interval.high) if one.higher_is_better else (-interval.high, -interval.low)


def regressions(evaluators: Mapping[str, ScoreStatistics]) -> list[str]:
    """The evaluators that prove the run worse: the k-th smallest p-value of m is asked at the level 1 - α/(m - k + 1).

    At the first that says nothing at its level, Holm stops.
    """
    ranked = sorted((p, name) for name, one in evaluators.items() if (p := p_value(one)) is not None)
    proved = []
    for rank, (_, name) in enumerate(ranked):
        worst, best = gain(evaluators[name], at_level(evaluators[name], 1 - (1 - LEVEL) / (len(ranked) - rank)))
        if worst is None or best is None or worst <= 0 <= best:
            break
        if best < 0:
            proved.append(name)
    return proved


def p_value(one: ScoreStatistics) -> float | None:
    """That of its comparison, if there is one."""
    return one.comparison.p_value if one.comparison else None


def at_level(one: ScoreStatistics, level: float) -> Interval | None:
    """The paired interval at another level."""
    comparison = one.comparison
    if comparison is None or comparison.ci is None or comparison.diff is None or comparison.stderr is None:
        return None
    return t_interval(comparison.diff, comparison.stderr, comparison.ci.df or 1, comparison.ci.method, level)
