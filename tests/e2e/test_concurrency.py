"""As many calls are in flight as an evaluation asks for, and none is made twice."""

import pytest

from tests.e2e.launching import launch, sums
from tests.support.faults import held

pytestmark = pytest.mark.local_cloud

ROWS_EACH = 3
SECONDS_FOR_MORE = 1
"""For so long none of the first calls is answered once all have come: one too many would come, too."""


@pytest.mark.parametrize("most", [1, 7, 100, 101, 150, 250])
def test_exactly_as_many_calls_are_in_flight_as_were_asked_for(api, provider, most):
    provider.script(held(lambda: provider.peak_in_flight >= most, SECONDS_FOR_MORE), at=range(most))
    provider.latency = 0.1
    evaluation = launch(api, sums(ROWS_EACH * most), max_concurrency=most)
    assert evaluation.over()["status"] == "completed"
    assert provider.peak_in_flight == most
    assert provider.calls == ROWS_EACH * most
