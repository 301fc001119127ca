"""What `make bench` counts and compares: that it counts right, and calls a missed budget missed."""

import pytest

from tests.bench.cost import GENERATION, JUDGEMENT, PRICES, SANDBOX_ROW, SANDBOX_START, billed
from tests.bench.table import Line


@pytest.mark.parametrize(
    ("measured", "budget", "least", "verdict"),
    [
        (2.5, 2.5, False, True),
        (2.6, 2.5, False, False),
        (700, 700, True, True),
        (699, 700, True, False),
        (9, None, False, None),
    ],
)
def test_a_budget_is_kept_or_missed_or_there_is_none(measured, budget, least, verdict):
    assert Line("x", measured, budget, least=least).passes is verdict


def test_workers_are_paid_for_the_time_that_models_take_and_the_sandbox_besides():
    used = billed(rows=200, in_flight=100)
    sandbox = 2 * (SANDBOX_START + 200 * SANDBOX_ROW)
    models = 2 * GENERATION + 2 * JUDGEMENT
    assert models + sandbox <= used["GB-seconds"] <= models + 2 * sandbox
    assert used["invocations"] == 2 + 2 + 2  # prepare and summarize, a turn of two workers, two batches of code


def test_everything_that_is_used_has_a_price():
    used = billed(rows=20, in_flight=10)
    assert set(used) <= set(PRICES)
    assert used["object writes"] >= 5  # plan, lanes, outputs, scores, summary
    assert used["item writes"] >= 4
