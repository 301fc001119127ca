"""The published guides, followed with `humanloop==0.7.35`, unmodified."""

import pytest

pytestmark = [pytest.mark.local_cloud, pytest.mark.official_sdk]


@pytest.fixture(scope="module")
def told(run_script, cloud):
    """What the SDK hands back in each guide."""
    return run_script("humanloop_guides.py", "guides", cloud)


def test_evaluations_are_set_up_and_run_to_their_end(told):
    assert told["set up"] == {"created": "pending", "status": "completed", "values": [True, True, True]}


def test_an_evaluator_of_ones_own_judges_logs_that_the_server_is_asked_for(told):
    assert told["self-hosted"] == {"values": [True, True, True], "status": "completed", "aggregate": 1.0}


def test_outputs_from_elsewhere_are_judged_by_the_server(told):
    assert told["external logs"] == {
        "created": "pending",
        "messages": [["system", "user"]] * 3,
        "values": [True, True, False],
        "status": "completed",
    }
