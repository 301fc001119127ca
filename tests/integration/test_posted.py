"""ports.Posted: fake and adapter keep the same word; many at once lose nothing, double nothing, and the sums are exact."""

import math
from concurrent.futures import ThreadPoolExecutor
from threading import Lock

import pytest

from assay.adapters.dynamodb.posted import DynamoPosted
from assay.domain.errors import IllegalTransition
from assay.domain.log import Log, Report
from assay.domain.posted import PostedLog, PostedResult
from assay.domain.score import FailedScore, Failure, Score
from tests.support.aws import stores
from tests.support.build import TIMES, an_evaluation
from tests.support.fake_posted import FakePosted
from tests.support.fake_resources import FakeResources

PLACE = ("acme", "ev_1")


class Locked:
    """A client whose calls are whole, one after another, as DynamoDB's are and moto's are not."""

    def __init__(self, client):
        self.client, self.lock = client, Lock()

    def __getattr__(self, name):
        call = getattr(self.client, name)

        def alone(**given):
            with self.lock:
                return call(**given)

        return alone if name in {"get_item", "transact_write_items", "put_item"} else call


@pytest.fixture
def kept():
    with stores() as made:
        made.table.client = Locked(made.table.client)
        made.resources.create("acme", an_evaluation(status="running"))
        yield made


@pytest.fixture(params=["fake", "adapter"])
def posted(request):
    if request.param == "fake":
        resources = FakeResources()
        resources.create("acme", an_evaluation(status="running"))
        yield FakePosted(resources), resources
    else:
        made = request.getfixturevalue("kept")
        yield DynamoPosted(made.table, made.bucket, random=lambda: 0.5, sleep=lambda _: None), made.resources


def a_log(ordinal=0, output="x", **fields):
    log = Log(
        id=f"data_1_{ordinal}", project_id="pr_1", config_id="config_1", report=Report(output=output, **fields), **TIMES
    )
    return PostedLog(ordinal=ordinal, datapoint_id=f"dp_{ordinal}", log=log)


def a_result(ordinal=0, value=1.0, evaluator="evv_1", judged=0):
    score = Score(evaluator=evaluator, value=value)
    return PostedResult(ordinal=ordinal, log_id=f"data_1_{ordinal}", score=score, judged=judged, **TIMES)


def sums(port):
    return {one.evaluator: (one.n_scored, one.n_skipped, one.n_errors, one.total) for one in port.aggregates(*PLACE)}


def test_logs_and_results_are_read_by_rows_in_order(posted):
    port, _ = posted
    for ordinal in (11, 2, 5, 200, 99, 100, 101):
        port.save_log(*PLACE, a_log(ordinal))
        port.save_result(*PLACE, a_result(ordinal))
    assert [one.ordinal for one in port.logs(*PLACE, range(2, 11))] == [2, 5]
    assert [one.ordinal for one in port.results(*PLACE, range(2, 12))] == [2, 5, 11]
    for span, found in (
        (range(5, 101), [5, 11, 99, 100]),
        (range(100, 101), [100]),
        (range(99, 1000), [99, 100, 101, 200]),
    ):
        assert [one.ordinal for one in port.logs(*PLACE, span)] == found
        assert [one.ordinal for one in port.results(*PLACE, span)] == found
    assert [*port.logs(*PLACE, range(0)), *port.results("other", "ev_1", range(100))] == []


def test_a_result_in_place_of_another_counts_once(posted):
    port, _ = posted
    port.save_result(*PLACE, a_result(value=3.5))
    port.save_result(*PLACE, a_result(value=0.1))
    port.save_result(*PLACE, a_result(1, value=0.2))
    assert sums(port) == {"evv_1": (2, 0, 0, math.fsum([0.1, 0.2]))}
    error = FailedScore(evaluator="evv_1", failure=Failure(kind="evaluator", message="no"))
    port.save_result(*PLACE, a_result(1).model_copy(update={"score": error}))
    port.save_result(*PLACE, a_result(0, value="fine"))
    assert sums(port) == {"evv_1": (0, 1, 1, 0)}


def test_sums_take_the_largest_and_the_smallest_floats_and_give_them_back(posted):
    port, _ = posted
    port.save_result(*PLACE, a_result(0, value=1.7e308))
    port.save_result(*PLACE, a_result(1, value=5e-324))
    port.save_result(*PLACE, a_result(0, value=0))
    assert sums(port) == {"evv_1": (2, 0, 0, 5e-324)}


def test_a_log_that_says_something_else_takes_our_results_with_it_and_leaves_the_clients(posted):
    port, _ = posted
    first = port.save_log(*PLACE, a_log(output="x"))
    port.save_result(*PLACE, a_result(value=5, evaluator="evv_people"))
    assert port.save_judged(*PLACE, a_result(value=True, judged=first.revision))
    assert port.save_log(*PLACE, a_log(output="x")) == first
    assert sums(port) == {"evv_people": (1, 0, 0, 5), "evv_1": (1, 0, 0, 1)}
    second = port.save_log(*PLACE, a_log(output="y"))
    assert [one.score.evaluator for one in port.results(*PLACE, range(1))] == ["evv_people"]
    assert sums(port).get("evv_1", (0, 0, 0, 0)) == (0, 0, 0, 0)
    assert not port.save_judged(*PLACE, a_result(value=True, judged=first.revision))
    assert port.save_judged(*PLACE, a_result(value=False, judged=second.revision))
    assert sums(port)["evv_1"] == (1, 0, 0, 0)


def test_what_we_judged_is_kept_once(posted):
    port, _ = posted
    log = port.save_log(*PLACE, a_log())
    assert port.save_judged(*PLACE, a_result(value=1, judged=log.revision))
    assert port.save_judged(*PLACE, a_result(value=9, judged=log.revision))
    assert sums(port) == {"evv_1": (1, 0, 0, 1)}


@pytest.mark.parametrize("status", ["pending", "completed", "cancelled", "failed"])
def test_nothing_is_posted_to_an_evaluation_that_is_not_running(posted, status):
    port, resources = posted
    log = port.save_log(*PLACE, a_log())
    before = resources.get("acme", type(an_evaluation()), "ev_1")
    resources.replace("acme", before, before.revised(TIMES["created_at"], status=status))
    for post in (lambda: port.save_log(*PLACE, a_log(1)), lambda: port.save_result(*PLACE, a_result(1))):
        with pytest.raises(IllegalTransition):
            post()
    assert port.save_judged(*PLACE, a_result(judged=log.revision)) == (status == "completed")


def test_a_body_over_100_kb_lies_in_the_bucket_and_is_read_back(kept):
    port = DynamoPosted(kept.table, kept.bucket, random=lambda: 0.5)
    log = port.save_log(*PLACE, a_log(output="x" * 200_000))
    assert list(port.logs(*PLACE, range(1))) == [log]
    (key,) = kept.bucket.keys("acme/evaluations/ev_1/posted/")
    item = kept.table.get("acme", "ev_1@rows#00000000", "log#0000000000")
    assert (item["body"]["S"], int(item["size"]["N"]) > 200_000, len(item["sha256"]["S"])) == (key, True, 64)


def test_fifty_posts_at_once_and_again_lose_nothing_and_double_nothing(kept):
    port = DynamoPosted(kept.table, kept.bucket, random=lambda: 0.1)

    def post(n):
        ordinal = n % 25
        port.save_log(*PLACE, a_log(ordinal))
        port.save_result(*PLACE, a_result(ordinal, value=ordinal / 10))

    with ThreadPoolExecutor(50) as threads:
        list(threads.map(post, range(50)))
    assert [one.ordinal for one in port.logs(*PLACE, range(50))] == list(range(25))
    assert [one.score.value for one in port.results(*PLACE, range(50))] == [n / 10 for n in range(25)]
    assert sums(port) == {"evv_1": (25, 0, 0, math.fsum(n / 10 for n in range(25)))}
