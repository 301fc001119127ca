"""npm's `humanloop@0.5.36`, unmodified: flow A, flow C as far as it has the calls, its pages and its errors."""

import pytest

pytestmark = [pytest.mark.local_cloud, pytest.mark.official_sdk]


@pytest.fixture(scope="module")
def told(run_humanloop_node):
    """What the client hands back."""
    return run_humanloop_node("flows.mjs")


def test_an_evaluation_completes_and_is_listed(told):
    assert (told["A"]["status"], told["A"]["aggregates"], told["A"]["listed"]) == ("completed", [1], True)


def test_pages_follow_each_other_until_the_last_one(told):
    right = [[f"The answer is {2 * n}.", True] for n in range(5)]
    assert told["A"]["pages"] == [right[:2], right[2:4], right[4:]]


def test_whole_numbers_that_the_client_posts_are_averaged(told):
    assert told["C"] == {"aggregates": [1, 2], "status": "completed"}


def test_a_refusal_is_an_error_with_a_status_and_a_body_of_json(told):
    assert told["refused"] == {"known": True, "status": 404, "body": ["detail"]}
