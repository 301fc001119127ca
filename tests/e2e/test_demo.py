"""`assay demo`: the main job from end to end, and whether what it says is true."""

import json
import re

import httpx
import pytest

from tests.e2e.launching import said, until
from tests.e2e.shared_provider import forget

pytestmark = pytest.mark.local_cloud

PROBLEMS = [
    {"question": "What is 2 and 3?", "answer": "5"},
    {"question": "What is 20 and 30?", "answer": "50"},
    {"question": "What is 7 and 1?", "answer": "Seven and one.\n#### 8"},
    {"question": "What is 1 and 1?", "answer": "3"},
]


@pytest.fixture(scope="module")
def shown(cloud, stub, tmp_path_factory):
    """What `assay demo` prints for PROBLEMS, of which the provider gets three right."""
    forget(stub)
    file = tmp_path_factory.mktemp("demo") / "problems.jsonl"
    file.write_text("".join(f"{json.dumps(problem)}\n" for problem in PROBLEMS))
    return cloud.assay("demo", "--data", str(file))


@pytest.fixture(scope="module")
def summary(cloud, shown):
    """The summary that lies where the demo says."""
    bucket, key = re.search(r"s3://([^/]+)/(\S+)", shown).groups()
    return json.loads(cloud.aws("s3").get_object(Bucket=bucket, Key=key)["Body"].read())


def test_the_table_counts_every_row_and_shows_the_means(shown):
    assert "4 rows: 4 evaluated, 0 errors" in shown
    assert re.search(r"number_match\W+0\.750\W+4\W+0\W+0", shown)
    assert re.search(r"answer_length\W+16\.\d+\W+4\W+0\W+0", shown)


def test_the_summary_lies_in_s3_where_the_demo_says_with_the_numbers_of_the_api(cloud, summary):
    with cloud.client() as client:
        path = f"/evaluations/{summary['evaluation_id']}"
        evaluation = said(client.get(path, params={"evaluator_aggregates": "true"}))
    aggregates = {each["evaluator_id"]: each["aggregate_value"] for each in evaluation["evaluator_aggregates"]}
    assert {each["evaluator_id"]: each["mean"] for each in summary["scores"]} == aggregates
    assert sorted(aggregates.values()) == [0.75, 16.25]
    assert (summary["status"], summary["rows"], summary["n_outputs"]) == ("completed", 4, 4)
    assert [(each["n_scored"], each["n_errors"], each["n_no_output"]) for each in summary["scores"]] == [(4, 0, 0)] * 2


def test_the_evaluation_has_a_page_that_opens_without_a_key(cloud, summary):
    with cloud.client() as client:
        evaluation = said(client.get(f"/evaluations/{summary['evaluation_id']}"))
    opened = httpx.get(evaluation["url"], trust_env=False)
    assert opened.status_code == 200
    assert "number_match" in opened.text


def test_the_execution_that_the_demo_names_can_be_looked_at(cloud, shown):
    arn = re.search(r"'(arn:\S+:execution:\S+)'", shown)[1]
    steps = cloud.aws("stepfunctions")
    assert until(lambda: steps.describe_execution(executionArn=arn)["status"] == "SUCCEEDED")
