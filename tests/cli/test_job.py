"""The main job over the API: what is sent, and how long it is followed."""

import pytest

from assay.client import NotReached, Refused
from assay_cli import job
from assay_cli.api import open_api
from assay_cli.problems import Problem
from tests.cli.stub_api import StubApi


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    monkeypatch.setattr(job, "SECONDS_BETWEEN_LOOKS", 0)


def a_job(problems=3, **fields):
    asked = [Problem(question=f"{number} + 1?", answer=number + 1) for number in range(problems)]
    return job.Job("sums", job.Model("mock", "mock"), asked, **fields)


def test_everything_is_registered_before_the_evaluation_is_launched():
    stub = StubApi(3)
    assert job.launch(stub.api, a_job()) == "ev_1"
    [config] = stub.bodies("/v4/model-configs")
    assert (config["project"], config["provider"], config["endpoint"]) == ("sums", "mock", "chat")
    [wish] = stub.bodies("/v4/projects/pr_1/evaluations")
    assert wish == {"config_id": "config_1", "dataset_id": "evts_1", "evaluator_ids": ["evfn_4", "evfn_5"]}


def test_problems_are_sent_in_their_order_and_in_bounded_requests():
    stub = StubApi(450)
    job.launch(stub.api, a_job(450))
    sent = stub.bodies("/v4/datasets/evts_1/datapoints")
    assert [len(batch) for batch in sent] == [200, 200, 50]
    assert [point["target"]["answer"] for batch in sent for point in batch] == [str(n + 1) for n in range(450)]


def test_the_concurrency_is_sent_where_it_is_asked_for():
    stub = StubApi(3)
    job.launch(stub.api, a_job(concurrency=7))
    assert stub.bodies("/v4/projects/pr_1/evaluations")[0]["max_concurrency"] == 7


def test_the_evaluators_are_sent_as_source():
    stub = StubApi(3)
    job.launch(stub.api, a_job())
    sent = {body["name"]: body for body in stub.bodies("/v4/evaluators")}
    assert sent["number_match"]["arguments_type"], sent["number_match"]["return_type"] == ("target_required", "boolean")
    assert sent["answer_length"]["arguments_type"], sent["answer_length"]["return_type"] == ("target_free", "number")
    assert "def answer_length(" in sent["answer_length"]["code"]


@pytest.mark.parametrize("end", ["completed", "cancelled", "failed"])
def test_it_is_followed_to_whatever_end_it_comes_to(end):
    assert job.follow(StubApi(5, 1, end).api, "ev_1", lambda _: None)["status"] == end


def test_progress_never_goes_back_and_tells_no_row_too_many():
    told = []
    job.follow(StubApi(450, 70).api, "ev_1", told.append)
    assert told == sorted(told)
    assert told[-1] <= 450
    assert told[0] == 70


def test_every_row_is_read_page_by_page():
    assert len(job.all_rows(StubApi(250).api, "ev_1")) == 250


def test_an_evaluation_without_rows_has_none():
    assert job.all_rows(StubApi(0).api, "ev_1") == []


def test_an_api_that_does_not_answer_is_told(monkeypatch):
    monkeypatch.setattr("assay.client.asking.PAUSE", 0)
    with open_api("http://127.0.0.1:9", "key") as api, pytest.raises(NotReached, match="does not answer"):
        api.get("/projects")


def test_a_refusal_says_what_was_asked_and_what_was_answered():
    with pytest.raises(Refused, match=r"GET /v4/nowhere was answered with 404: .*nothing at this address"):
        StubApi(1).api.get("/nowhere")
