"""Whether a run may pass, and why not."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from assay.domain.statistics.gate import Breach, Gate, ruling
from assay_cli.declared.model import Gate as DeclaredGate
from assay_cli.running.score_lines import statistics_of


class Outcome(NamedTuple):
    """What the gate says: nothing against the run where there are no breaches; `remarks` are what it could not ask."""

    breaches: list[str]
    remarks: list[str]

    @property
    def passed(self) -> bool:
        return not self.breaches


def outcome(summary: dict[str, Any], asked: DeclaredGate | None) -> Outcome:
    """The gate's word on the summary of a run that is over."""
    wanted = asked or DeclaredGate()
    found = ruling(Gate(tolerance=wanted.tolerance, errors=wanted.errors), statistics_of(summary), summary["status"])
    if found.incomplete:
        return Outcome([found.incomplete], [])
    return Outcome(sentences(found.breaches), sentences(found.remarks))


def sentences(found: Sequence[Breach]) -> list[str]:
    """A sentence for each; what is said of several alike is said once, of all of them."""
    named: dict[str, list[str]] = {}
    for one in found:
        named.setdefault(one.reason, []).append(one.evaluator)
    return [f"{', '.join(filter(None, names))}: {reason}".removeprefix(": ") for reason, names in named.items()]
