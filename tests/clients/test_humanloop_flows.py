"""`humanloop==0.7.35`, unmodified: flows A to F of the guides, in which clients generate, judge, extend and cancel.

They are run with `validate=True`, which parses every body strictly, and in the full test without it, too.
"""

import pytest

pytestmark = [pytest.mark.local_cloud, pytest.mark.official_sdk]


@pytest.fixture(scope="module", params=["strict", pytest.param("flows", marks=pytest.mark.long)])
def told(request, run_script, has_period_pydantic, cloud):
    """What the SDK hands back in each flow."""
    return run_script("humanloop_flows.py", request.param if has_period_pydantic else "flows", cloud)


def test_the_server_may_do_everything(told):
    assert told["A"]["outputs"] == [f"The answer is {2 * n}." for n in range(6)]
    assert (told["A"]["values"], told["A"]["aggregate"]) == ([True] * 6, 1)


def test_what_the_server_does_alone_is_neither_completed_nor_reopened_by_a_client(told):
    assert told["cancel"]["refused_while_running"] == 400
    assert told["A"]["refused_when_completed"] == 400


def test_logs_that_the_client_posts_are_judged_by_themselves(told):
    assert told["B"]["created"] == "pending"
    assert told["B"]["refused_while_pending"] == 400
    assert told["B"]["values"] == [False, True, False, True, False, True]
    assert (told["B"]["aggregate"], told["B"]["status"]) == (0.5, "running")


def test_a_completed_evaluation_takes_no_more_logs(told):
    assert (told["B"]["completed"], told["B"]["refused_when_completed"]) == ("completed", 400)


def test_results_that_the_client_posts_on_generated_logs_are_averaged(told):
    assert told["C"] == {"status": "running", "aggregates": [1.0, 2.5], "completed": "completed"}


def test_a_client_may_generate_and_judge(told):
    assert told["D"] == {"value": 2.5, "completed": "completed", "aggregate": 2.5}


def test_evaluators_added_to_a_finished_evaluation_judge_the_logs_there_are(told):
    assert told["E"]["same_logs"]
    assert told["E"]["evaluators"] == 2
    assert told["E"]["values"] == [[True, float(2 * n)] for n in range(6)]


def test_what_evaluators_printed_and_judges_wrote_is_on_their_own_logs(told):
    assert told["F"] == {"types": ["LogResponse", "LogResponse"], "stdout": "hi\n", "judge": "The answer is 2."}


def test_a_cancelled_evaluation_gains_no_more_logs(told):
    assert told["cancel"]["status"] == "cancelled"
    assert 0 < told["cancel"]["generated"] < 400
