"""`humanloop==0.7.35`, unmodified: flows A to F with its asynchronous methods, side by side."""

import pytest

pytestmark = [pytest.mark.local_cloud, pytest.mark.official_sdk]


@pytest.fixture(scope="module")
def told(run_script, cloud):
    """What the SDK hands back in each flow."""
    return run_script("humanloop_async.py", "async", cloud)


def test_the_server_generates_and_judges_and_a_judge_is_added(told):
    assert told["A, E, F"] == {
        "outputs": [f"The answer is {2 * n}." for n in range(4)],
        "same_logs": True,
        "values": [[True, 2.0 * n] for n in range(4)],
        "judge": "The answer is 2.",
    }


def test_logs_that_the_client_posts_at_once_are_judged_by_themselves(told):
    assert told["B"] == {"values": [False, True, False, True], "completed": "completed"}


def test_results_that_the_client_posts_at_once_are_averaged(told):
    assert told["C"] == {"aggregates": [1.0, 1.5], "completed": "completed"}


def test_a_client_may_generate_and_judge(told):
    assert told["D"] == {"refused": [400, ["detail"]], "value": 2.5, "completed": "completed"}


def test_a_refusal_is_an_exception_with_a_body_of_json(told):
    expected = {"unknown": [404, ["detail"]], "config": [404, ["detail"]], "page": [422, ["detail"]]}
    assert told["refusals"] == expected


@pytest.mark.long
def test_fifty_posts_side_by_side_lose_nothing_and_double_nothing(run_script, cloud):
    told = run_script("humanloop_async.py", "crowd", cloud)["crowd"]
    assert told == {
        "logs": 50,
        "outputs": [f"output {n}" for n in range(50)],
        "values": [[float(n)] for n in range(50)],
        "aggregates": [24.5],
    }
