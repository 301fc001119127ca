"""Whether a run may pass, and why not."""

from typing import Any, NamedTuple

from assay.domain.statistics.gate import Gate, breaches
from assay_cli.declared.model import Gate as DeclaredGate
from assay_cli.running.score_lines import statistics_of


class Outcome(NamedTuple):
    """What the gate says: nothing against the run where there are no breaches."""

    breaches: list[str]
    has_base: bool

    @property
    def passed(self) -> bool:
        return not self.breaches


def outcome(summary: dict[str, Any], asked: DeclaredGate | None) -> Outcome:
    """The gate's word on a summary."""
    wanted = asked or DeclaredGate()
    statistics = statistics_of(summary)
    has_base = any(one.comparison is not None for one in statistics.values())
    gated = [one for one in statistics.values() if one.higher_is_better is not None]
    if not gated:
        return Outcome(["No score with a direction: there is nothing to judge the run by."], has_base)
    found = breaches(Gate(tolerance=wanted.tolerance, errors=wanted.errors), statistics)
    return Outcome([f"{one.evaluator}: {one.reason}" for one in found], has_base)
