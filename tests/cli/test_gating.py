"""What the gate says of a summary, in sentences."""

import pytest

from assay_cli.declared.model import Gate
from assay_cli.running.gating import outcome
from tests.cli.test_pull_request import score, summary


def gated(gate=None, **scores):
    """What the gate says of these scores."""
    return outcome(summary(statistics=scores), gate)


def test_a_run_without_scores_does_not_pass():
    assert gated().breaches == ["Nothing is scored."]


def test_errors_beyond_the_allowed_share_are_a_breach():
    assert gated(right=score()).breaches == ["right: 1 of 100 rows have no score."]
    assert gated(Gate(errors=0.01), right=score()).passed


def test_what_is_said_of_several_alike_is_said_once():
    found = gated(Gate(errors=1), a=score(comparison=None), b=score(comparison=None), c=score(higher_is_better=None))
    assert found.passed
    assert found.remarks == [
        "a, b: There is no base to compare it with.",
        "c: It has no direction: nothing is better or worse by it.",
    ]


@pytest.mark.parametrize("status", ["failed", "cancelled"])
def test_a_run_that_is_not_complete_does_not_pass(status):
    assert outcome(summary(statistics={"a": score()}, status=status), None).breaches == [f"The evaluation is {status}."]
