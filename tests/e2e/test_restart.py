"""The local cloud is taken down in mid-run, comes up with another provider, and is moved back while it is up."""

from threading import Event

import pytest

from tests.e2e.launching import launch, ordinals, sums, until
from tests.e2e.shared_provider import forget
from tests.support.faults import held
from tests.support.stub_provider import StubProvider

pytestmark = pytest.mark.local_cloud

HELD_FROM, NUMBER = 130, 300


@pytest.fixture(scope="module")
def other():
    """Another provider."""
    with StubProvider() as other:
        yield other


@pytest.fixture(scope="module")
def restarted(cloud, stub, other):
    """What was seen: an evaluation cut off, its rows by then, and evaluations after each of two `assay up`."""
    forget(stub)
    down = Event()
    stub.script(held(down.is_set), at=range(HELD_FROM, NUMBER))
    with cloud.client() as api:
        evaluation = launch(api, sums(NUMBER), max_concurrency=20)
        done = until(evaluation.answered)
        status = evaluation.now()["status"]
        cloud.assay("down")
        down.set()
        try:
            calls = stub.calls
            cloud.up(OPENAI_BASE_URL=other.base_url, OPENAI_API_KEY="sk-of-the-other")
            over = evaluation.over()
            launch(api, sums(3)).over()
            elsewhere = (other.calls, stub.calls - calls)
        finally:
            cloud.up()
        launch(api, sums(2)).over()
        back = (other.calls, stub.calls - calls)
        seen = {"evaluation": evaluation, "done": done, "status": status, "over": over}
        yield seen | {"calls there and here": [elsewhere, back]}


def test_row_28_an_evaluation_cut_off_by_a_restart_is_ended_and_its_rows_are_kept(cloud, restarted):
    evaluation, done = restarted["evaluation"], restarted["done"]
    assert restarted["status"] == "running"
    assert restarted["over"]["status"] == "cancelled"
    summary = cloud.summary(evaluation.id)
    assert summary["status"] == "failed"
    assert len(done) <= summary["n_outputs"] < NUMBER
    assert set(ordinals(done)) <= set(ordinals(evaluation.answered()))
    assert ordinals(evaluation.rows()) == list(range(NUMBER))


def test_the_rows_of_an_evaluation_cut_off_are_those_that_its_summary_counts(cloud, restarted):
    evaluation = restarted["evaluation"]
    assert len(evaluation.answered()) == cloud.summary(evaluation.id)["n_outputs"]


def test_each_up_with_another_base_url_moves_the_stack_to_that_provider(restarted):
    assert restarted["calls there and here"] == [(3, 0), (3, 2)]
