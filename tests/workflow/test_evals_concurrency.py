"""Rows in flight of an eval, as its provider sees them (contracts/braintrust.md §1.2, `max_concurrency`)."""

import pytest

from tests.workflow.evals import ECHO, Evals, sum_row


@pytest.fixture
def asked(cloud, provider):
    """A task that asks the provider, which takes longer than all workers need to begin."""
    cloud.functions.rules.clear()
    provider.latency, before = 1.5, provider.latency
    provider.peak_in_flight = 0
    prompt = ECHO["inline_prompt"]
    yield {"inline_prompt": {**prompt, "options": {"model": "gpt-x"}}}
    provider.latency = before


@pytest.mark.parametrize(
    ("rows", "wish", "in_flight"),
    [(15, {}, 10), (2, {"max_concurrency": 1}, 1), (30, {"max_concurrency": None}, 30)],
    ids=["absent is ten", "one", "null is all"],
)
def test_as_many_rows_are_in_flight_as_the_request_says(cloud, provider, asked, rows, wish, in_flight):
    evals = Evals(cloud, f"in-flight-{rows}")
    evals.run([sum_row(n) for n in range(rows)], task=asked, **wish)
    assert provider.peak_in_flight == in_flight
