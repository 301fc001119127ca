"""Whatever the provider does, every row ends with an output or an error, and the evaluation completes."""

import pytest

from tests.e2e.launching import LENGTH, asks, launch, sums
from tests.support.faults import (
    DENIED,
    EMPTY,
    NOT_JSON,
    REFUSED,
    RESET,
    TRUNCATED,
    WRONG_SHAPE,
    broken,
    throttled,
)

pytestmark = pytest.mark.local_cloud

PASSING = [
    *(broken(status) for status in (500, 502, 503, 504)),
    *(RESET, TRUNCATED, EMPTY, NOT_JSON, WRONG_SHAPE),
    *(throttled(), throttled(retry_after=1)),
]


def outputs(evaluation):
    return [row["log"]["output"] for row in evaluation.rows()]


def errors(evaluation):
    return [row["log"]["error"] for row in evaluation.rows()]


def right(number):
    """The outputs of the rows of `sums(number)`."""
    return [f"The answer is {n + 1}." for n in range(number)]


def arrivals(provider, n):
    """When the calls for the n-th row arrived."""
    return [at for body, at in zip(provider.requests, provider.arrivals, strict=True) if asks(n)(body)]


def test_a_fault_that_passes_costs_one_more_call_and_leaves_no_trace(api, provider):
    for n, fault in enumerate(PASSING):
        provider.script(fault, when=asks(n), times=1)
    evaluation = launch(api, sums(len(PASSING)))
    assert evaluation.over()["status"] == "completed"
    assert outputs(evaluation) == right(len(PASSING))
    assert errors(evaluation) == [None] * len(PASSING)
    assert [len(arrivals(provider, n)) for n in range(len(PASSING))] == [2] * len(PASSING)


def test_a_throttled_call_is_not_made_again_before_the_time_that_the_provider_names(api, provider):
    provider.script(throttled(retry_after=2), when=asks(3), times=2)
    evaluation = launch(api, sums(6))
    assert evaluation.over()["status"] == "completed"
    assert outputs(evaluation) == right(6)
    first, second, third = arrivals(provider, 3)
    assert min(second - first, third - second) >= 2


def test_a_provider_that_refuses_the_key_is_left_alone_and_every_row_says_so(api, provider):
    provider.script(DENIED)
    provider.latency = 0.2
    evaluation = launch(api, sums(30), evaluators=[LENGTH], max_concurrency=5)
    over = evaluation.over()
    assert over["status"] == "completed"
    assert [aggregate["aggregate_value"] for aggregate in over["evaluator_aggregates"]] == [None]
    assert all("401" in error for error in errors(evaluation))
    assert len(errors(evaluation)) == 30
    assert provider.calls <= 5


@pytest.mark.parametrize(("fault", "kept"), [(EMPTY, "''"), (NOT_JSON, "having a day off"), (WRONG_SHAPE, "choices")])
def test_row_7_an_answer_that_makes_no_sense_is_asked_for_once_more_and_then_is_an_error_that_shows_it(
    api, provider, fault, kept
):
    provider.script(fault, when=asks(1))
    evaluation = launch(api, sums(3))
    assert evaluation.over()["status"] == "completed"
    assert outputs(evaluation) == ["The answer is 1.", None, "The answer is 3."]
    assert kept in errors(evaluation)[1]
    assert len(arrivals(provider, 1)) == 2


def test_a_refused_request_is_made_once_and_is_the_error_of_its_row_alone(api, provider, cloud):
    provider.script(REFUSED, when=asks(0))
    evaluation = launch(api, sums(3), evaluators=[LENGTH])
    over = evaluation.over()
    assert over["status"] == "completed"
    assert outputs(evaluation) == [None, "The answer is 2.", "The answer is 3."]
    assert "400" in errors(evaluation)[0]
    assert [len(row["evaluation_results"]) for row in evaluation.rows()] == [0, 1, 1]
    assert over["evaluator_aggregates"][0]["aggregate_value"] == 16
    assert provider.calls == 3
    summary = cloud.summary(evaluation.id)
    assert (summary["rows"], summary["n_outputs"], summary["errors_by_kind"]) == (3, 2, {"refused": 1})


def test_a_missing_template_variable_is_its_rows_error_and_no_call_is_made_for_it(api, provider):
    datapoints = sums(4)
    del datapoints[2]["inputs"]["b"]
    evaluation = launch(api, datapoints)
    assert evaluation.over()["status"] == "completed"
    assert errors(evaluation) == [None, None, "The inputs lack the template's variables: b.", None]
    assert provider.calls == 3
