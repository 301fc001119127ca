"""`braintrust-api==0.6.0`, unmodified, launches evals on the local cloud."""

import re

import pytest

from tests.e2e.shared_provider import forget

pytestmark = [pytest.mark.local_cloud, pytest.mark.official_sdk]

ENTRY = {"name", "diff", "improvements", "regressions"}


ROWS, TRIALS, SPANS = 100, 2, {"eval", "task", "llm", "score"}


@pytest.fixture(scope="module", autouse=True)
def provider_as_new(stub):
    """The provider as if nobody had ever called it."""
    forget(stub)


@pytest.fixture(scope="module")
def whole(run_braintrust, cloud):
    return run_braintrust("whole", cloud)


def test_a_stored_prompt_is_run_on_a_dataset_and_scored_by_three_kinds_of_scorers(whole):
    scores = whole["first"]["scores"]
    assert list(scores) == ["Levenshtein", "right", "short"]
    assert (scores["right"]["score"], scores["short"]["score"]) == (1, 1)
    assert whole["first"]["metrics"]["llm_calls"]["metric"] == 1
    assert whole["listed"] == ["second", "first"]
    found, made, version = whole["dataset"]
    assert found == made
    assert version.isdigit()


def test_a_worse_task_falls_behind_its_base_and_the_summary_can_be_asked_for_again(whole):
    second = whole["second"]
    assert second["comparison_experiment_name"] == "first"
    right = second["scores"]["right"]
    assert right["score"] < 1
    assert right["diff"] == pytest.approx(right["score"] - 1)
    assert right["regressions"] == round(ROWS * (1 - right["score"])) > 0
    assert right["improvements"] == 0
    for name, entry in whole["again"]["scores"].items():
        assert entry.items() <= second["scores"][name].items()


def test_all_spans_of_an_eval_are_fetched_by_cursor(whole):
    assert len(whole["pages"]) == ROWS * TRIALS / 50
    assert sum(whole["pages"]) == ROWS * TRIALS * 6
    assert whole["roots"] == whole["traces"] == whole["origins"] == ROWS * TRIALS
    assert {row["span_attributes"]["type"] for row in whole["rows"]} == SPANS


@pytest.fixture(scope="module")
def small(run_braintrust, cloud):
    return run_braintrust("small", cloud)


def test_rows_and_scorers_may_come_with_the_request(small):
    scores = small["first"]["scores"]
    assert list(scores) == ["Levenshtein", "right", "short"]
    assert (scores["right"]["score"], scores["short"]["score"]) == (1, 1)
    assert small["first"]["experiment_name"] == "first"


def test_the_second_is_compared_with_the_base_that_it_names(small):
    assert small["second"]["comparison_experiment_name"] == "first"
    right = small["second"]["scores"]["right"]
    assert (right["diff"], right["improvements"], right["regressions"]) == (0, 0, 0)
    for kind, own in (("scores", {"score"}), ("metrics", {"metric", "unit"})):
        for entry in small["second"][kind].values():
            assert entry.keys() <= ENTRY | own


def test_a_stream_is_handed_over_as_it_came(small):
    assert re.findall(r"^event: (\w+)$", small["streamed"], re.MULTILINE) == ["start", "summary", "done"]


def said_of_the_end(told):
    """What a client has of a run that a limit ended."""
    return told["body"]["error"], told["body"]["status"], told["posts"], told["link"]


def test_an_eval_that_a_limit_ends_is_an_error_with_its_summary_and_is_asked_for_once(small):
    error, status, posts, link = said_of_the_end(small["ended"])
    assert "Stopped at max_cost: $" in error
    assert (small["ended"]["kind"], status, posts, link) == ("UnprocessableEntityError", "cancelled", 1, 200)
    assert small["ended"]["body"]["metrics"]["total_tokens"]["metric"] > 0


def test_the_client_in_javascript_does_the_same(run_npm, cloud):
    told = run_npm("evals.mjs", cloud)
    assert list(told["first"]) == ["Levenshtein", "right", "short"]
    assert (told["first"]["right"]["score"], told["first"]["short"]["score"]) == (1, 1)
    right = told["second"]["right"]
    assert told["base"] == "first"
    assert right["score"] < 1
    assert right["diff"] == pytest.approx(right["score"] - 1)
    assert right["regressions"] == round(ROWS * (1 - right["score"]))
    assert told["again"] == told["second"]
    assert (told["rows"], told["roots"]) == (ROWS * TRIALS * 6, ROWS * TRIALS)
    error, status, posts, link = said_of_the_end(told["ended"])
    assert "Stopped at max_cost: $" in error
    assert (told["ended"]["status"], status, posts, link) == (422, "cancelled", 1, 200)


def experiments(cloud, project):
    """The ids of a project's experiments, as the table lists them."""
    listed = cloud.aws("dynamodb").query(
        TableName=cloud.outputs["TableName"],
        KeyConditionExpression="pk = :list",
        ExpressionAttributeValues={":list": {"S": f"local#@{project}/experiments"}},
    )
    return [item["sk"]["S"] for item in listed["Items"]]


def test_a_client_that_gives_up_waiting_and_asks_again_gets_one_experiment(run_braintrust, cloud):
    told = run_braintrust("impatient", cloud)
    posts = [each for each in told["asked"] if each.startswith("POST")]
    assert len(posts) == 3
    assert len(experiments(cloud, told["project"])) == 1, told


@pytest.mark.long
def test_an_eval_of_90_seconds_returns_its_scores_to_a_client_that_knows_nothing_of_that(run_braintrust, cloud):
    told = run_braintrust("long", cloud, "90")
    assert told["seconds"] > 90
    assert told["summary"]["scores"]["short"]["score"] == 1
