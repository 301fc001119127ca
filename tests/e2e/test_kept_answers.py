"""What a model answered before it is not asked again, with the rights that the deployed functions have."""

import time

import pytest

from tests.e2e.launching import prepared, start, sums

pytestmark = pytest.mark.local_cloud

ROWS = 30


def test_a_second_evaluation_calls_for_nothing_that_the_first_was_answered(api, cloud, provider):
    fresh = {"model": f"gpt-{time.time_ns()}"}
    project = prepared(api, sums(ROWS), (), fresh)
    for hits in (0, ROWS):
        evaluation = start(api, project, cache=True)
        assert evaluation.over()["status"] == "completed"
        assert (provider.calls, cloud.summary(evaluation.id)["n_cached"]) == (ROWS, hits)
    assert [row["log"]["output"] for row in evaluation.rows()] == [f"The answer is {n + 1}." for n in range(ROWS)]
