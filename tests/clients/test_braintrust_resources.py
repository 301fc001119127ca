"""`braintrust-api==0.6.0` and `@braintrust/api@0.1.1`, unmodified: projects, datasets, experiments, prompts."""

import json
import re
import subprocess
from pathlib import Path

import pytest

pytestmark = [pytest.mark.local_cloud, pytest.mark.official_sdk]
HERE = Path(__file__).parent


def told_by(cloud, *command):
    """What a script tells of the API, as its user."""
    who = (cloud.variables["ASSAY_URL"], cloud.variables["ASSAY_API_KEY"])
    done = subprocess.run([*command, *who], capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.fixture(scope="module")
def told(braintrust_python, cloud):
    """What the Python client hands back in each flow."""
    return told_by(cloud, braintrust_python, HERE / "braintrust_script.py")


def test_projects_are_found_walked_and_changed(told):
    assert told["projects"] == {
        "same": True,
        "found_existing": "true",
        "description": None,
        "walked": True,
        "unknown": [],
        "settings": "input",
    }


def test_a_hundred_rows_are_inserted_fetched_changed_and_read_as_they_were(told):
    assert told["dataset"] == {
        "sizes": [30, 30, 30, 10],
        "in_order": True,
        "one_transaction": 1,
        "digits": 19,
        "replaced": ["replaced", None],
        "merged": {"n": 1, "m": 1},
        "removed": ["b"],
        "deleted": False,
        "comments": [{"text": "so it is"}],
        "then": [100, {"n": 0}, 3],
        "records": 99,
        "listed": True,
    }


def test_experiments_take_rows_and_feedback_and_are_fetched_by_traces(told):
    flow = told["experiment"]
    assert flow["names"][0] == "e"
    assert re.fullmatch(r"e-[0-9a-f]{8}", flow["names"][1])
    assert flow["pages"] == [["three-1", "three-0", "two-1", "two-0"], ["one-1", "one-0"]]
    assert flow["feedback"] == ["one-0", {"s": 0.5, "human": 1}, [{"text": "good"}]]
    assert (flow["updated"], flow["deleted"]) == ({"a": 1}, True)


def test_prompts_and_functions_keep_their_versions(told):
    assert told["prompts"] == {"same": True, "grown": True, "models": ["m", "n"], "after_delete": ["p"]}


def test_what_is_wrong_is_refused_with_the_status_that_the_client_knows(told):
    assert told["refusals"] == {"unknown": 400, "both cursors": 400, "bad event": 400, "wrong key": 401}


def test_the_client_in_javascript_does_the_same(run_npm, cloud):
    assert run_npm("resources.mjs", cloud) == {
        "sizes": [40, 40, 20],
        "inOrder": True,
        "old": {"n": 0},
        "records": 99,
        "scores": {"a": 1, "b": 0.5},
        "names": ["x4", "x3", "x2", "x1", "x0", "e"],
        "refused": 400,
    }
