"""What the statistics of a score say in words: whether a run is better or worse than its base, and how surely."""

from typing import Literal

from assay.domain.statistics.describe import ScoreStatistics
from assay.domain.statistics.gate import LEAST_COVERAGE
from assay.domain.statistics.paired import PairedComparison
from assay.domain.value import Value

Finding = Literal["better", "worse", "different", "same", "unknown"]
WORDS: dict[tuple[bool | None, bool], tuple[Finding, str]] = {
    (True, True): ("better", "Better"),
    (True, False): ("worse", "Worse"),
    (False, True): ("worse", "Worse"),
    (False, False): ("better", "Better"),
    (None, True): ("different", "Higher"),
    (None, False): ("different", "Lower"),
}
"""By the score's direction, and by whether the run's mean is above the base's."""


class Verdict(Value):
    """One sentence or two about a comparison, and what they come to."""

    finding: Finding
    text: str


def verdict(score: ScoreStatistics) -> Verdict | None:
    """The verdict on a score beside its base; None where it is beside none."""
    if (found := score.comparison) is None:
        return None
    judged = judge(score, found)
    if found.n_paired and found.coverage < LEAST_COVERAGE:
        partial = f" Only {found.coverage:.0%} of the datapoints are in the base too."
        return judged.model_copy(update={"text": judged.text + partial})
    return judged


def judge(score: ScoreStatistics, found: PairedComparison) -> Verdict:
    """The verdict, whatever share of the datapoints it is about."""
    n = datapoints(found.n_paired)
    if not found.n_paired or found.diff is None:
        return Verdict(finding="unknown", text="No datapoint is in the base too.")
    if found.silence == "no spread seen" and not found.diff:
        return Verdict(finding="same", text=f"The same on all {n}.")
    if found.ci is None:
        are = "is" if found.n_paired == 1 else "are"
        return Verdict(finding="unknown", text=f"{n} in common {are} too few to say.")
    if found.ci.low <= 0 <= found.ci.high:
        shown = f"; they would show {amount(score, found.mde)}" if found.mde else ""
        return Verdict(finding="same", text=f"No difference that {n} can show{shown}.")
    finding, word = WORDS[score.higher_is_better, found.diff > 0]
    low, high = sorted((abs(found.ci.low), abs(found.ci.high)))
    ends = f"{bare(score, low)} to {amount(score, high)}"
    text = f"{word} by {amount(score, abs(found.diff))} (with 95% confidence, {ends})."
    return Verdict(finding=finding, text=text)


def datapoints(count: int) -> str:
    """So many of them."""
    return "1 datapoint" if count == 1 else f"{count:,} datapoints"


def bare(score: ScoreStatistics, difference: float) -> str:
    """A difference without its unit."""
    return amount(score, difference).removesuffix(" points")


def amount(score: ScoreStatistics, difference: float) -> str:
    """A difference: in points of a hundred where the score is a share, else as it is."""
    return f"{100 * difference:.1f} points" if score.bounds is not None else f"{difference:.3g}"
