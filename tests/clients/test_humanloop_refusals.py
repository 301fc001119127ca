"""What `humanloop==0.7.35` raises when the server refuses: ApiException, with status and body."""

import pytest

pytestmark = [pytest.mark.local_cloud, pytest.mark.official_sdk]


@pytest.fixture(scope="module")
def refusals(run_script, cloud):
    """What the SDK raises, by what was wrong."""
    return run_script("humanloop_script.py", "refusals", cloud)


@pytest.mark.parametrize("wrong", ["wrong key", "wrong key to create"])
def test_a_wrong_key_is_a_401_with_a_detail(refusals, wrong):
    assert refusals[wrong] == {
        "status": 401,
        "reason": "Unauthorized",
        "body": {"detail": "The API key is missing or not valid."},
    }


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ("unknown evaluation", "ev_0"),
        ("unknown evaluation's rows", "ev_0"),
        ("unknown evaluatee", "evv_0"),
        ("unknown project_id", "pr_0"),
        ("unknown config_id", "config_0"),
        ("unknown dataset_id", "evts_0"),
        ("unknown evaluator_ids", "evfn_0"),
    ],
)
def test_what_is_unknown_is_a_404_that_names_it(refusals, wrong, named):
    assert refusals[wrong]["status"] == 404
    assert list(refusals[wrong]["body"]) == ["detail"]
    assert named in refusals[wrong]["body"]["detail"]


def test_the_name_of_another_project_is_a_409(refusals):
    assert refusals["same project again"]["status"] == 409
    assert isinstance(refusals["same project again"]["body"]["detail"], str)


@pytest.mark.parametrize(
    ("wrong", "place"), [("code that does not parse", ["body", "code"]), ("a page below zero", ["query", "page"])]
)
def test_a_broken_rule_is_a_422_that_names_the_place(refusals, wrong, place):
    assert refusals[wrong]["status"] == 422
    (broken,) = refusals[wrong]["body"]["detail"]
    assert broken["loc"] == place
    assert broken["msg"]
    assert broken["type"].startswith("value_error")
