"""`humanloop` of earlier years, unmodified, each with the calls that it has."""

import pytest

from tests.e2e.shared_provider import forget

pytestmark = [pytest.mark.local_cloud, pytest.mark.official_sdk, pytest.mark.long]


def test_0_7_15_has_all_flows_and_says_how_much_goes_on_at_once(run_older, cloud):
    told = run_older("0.7.15", "humanloop_flows.py", cloud, "0.7.15")
    assert told["A"]["aggregate"] == 1
    assert (told["B"]["values"], told["B"]["completed"]) == ([False, True] * 3, "completed")
    assert told["C"] == {"status": "running", "aggregates": [1.0, 2.5], "completed": "completed"}
    assert told["D"] == {"value": 2.5, "completed": "completed", "aggregate": 2.5}
    assert told["E"]["values"] == [[True, float(2 * n)] for n in range(6)]
    assert 0 < told["cancel"]["generated"] < 400


def test_0_7_0_posts_results_on_generated_logs(run_older, cloud):
    told = run_older("0.7.0", "humanloop_0_7_0.py", cloud)
    assert told == {
        "early": [1.0, None],
        "types": ["EvaluationResponse", "LogResponse", "EvaluationResponse"],
        "outputs": [f"The answer is {2 * n}." for n in range(4)],
        "aggregates": [1.0, 1.5],
        "status": "completed",
        "listed": [True],
    }


def test_0_5_18_creates_reads_and_lists_evaluations_and_its_evaluators_have_no_type(run_older, cloud, stub):
    forget(stub)
    told = run_older("0.5.18", "humanloop_0_5_18.py", cloud)
    assert told == {
        "status": "completed",
        "aggregates": [1.0],
        "values": [True] * 4,
        "sources": True,
        "listed": [True],
    }
