"""What the spans of one run come to."""

import pytest

from assay.domain.fault import Fault
from assay.domain.metric_names import COUNTED
from assay.domain.price import Price
from assay.domain.trace import SpanFacts, trace_of

NO_PRICE = lambda provider, model: None  # noqa: E731


def span(identifier, kind, parent="r", *, scorer=False, failed=False, scores=(), model=None, **metrics):
    return SpanFacts(
        identifier, parent, kind, scorer, failed, dict(scores), metrics, ("openai", model) if model else None
    )


A_PRICE = Price(prompt=0.5, output=0.25)
ROOT = span("r", "eval", None, start=0, end=9)
TASK = span("t", "task", start=1, end=3)
CALL = span("l", "llm", "t", model="m", prompt_tokens=10, completion_tokens=5, tokens=15)


def traced(*spans, price=NO_PRICE):
    return trace_of("k", spans, price)


def test_all_counts_are_there_though_nothing_was_called():
    metrics = traced(ROOT, TASK).metrics
    assert {name: metrics[name] for name in COUNTED} == dict.fromkeys(COUNTED, 0)


def test_the_duration_is_that_of_the_task():
    assert traced(ROOT, TASK, CALL).metrics["duration"] == 2


def test_the_duration_of_a_trace_without_a_task_is_that_of_its_root():
    assert traced(ROOT).metrics["duration"] == 9


def test_two_tasks_have_their_mean_duration():
    assert traced(ROOT, TASK, span("t2", "task", start=0, end=5)).metrics["duration"] == 3.5


def test_what_never_began_has_no_duration():
    assert "duration" not in traced(span("r", "eval", None, failed=True)).metrics


def test_tokens_are_those_of_the_task_and_not_of_its_scorers():
    scorer = span("s", "score", scorer=True, scores={"right": 1.0}, start=0, end=60)
    beneath = span("sl", "llm", "s", prompt_tokens=1000, model="m")
    trace = traced(ROOT, TASK, CALL, scorer, beneath, span("sll", "llm", "sl", prompt_tokens=1))
    assert trace.metrics["prompt_tokens"] == 10
    assert trace.metrics["llm_calls"] == 1
    assert trace.metrics["duration"] == 2
    assert trace.scores == {"right": 1.0}


def test_why_a_scorer_gave_no_score_is_told_as_its_own():
    broken = span("s", "score", scorer=True, failed=True)._replace(name="right", failure="parse", message="no verdict")
    assert traced(ROOT, TASK, broken, span("s2", "score", scorer=True)).faults == (
        Fault("right", "parse", "no verdict"),
    )


def test_why_there_is_no_output_is_told_once_though_several_spans_failed_of_it():
    failed = {"failed": True}
    spans = [one._replace(message="no") for one in (span("r", "eval", None, **failed), span("t", "task", **failed))]
    assert traced(*spans).faults == (Fault(None, "reported", "no"),)


def test_the_total_is_prompt_and_completion_where_a_span_does_not_say():
    said = span("l", "llm", "t", prompt_tokens=10, completion_tokens=5)
    assert traced(ROOT, said).metrics["total_tokens"] == 15
    assert traced(ROOT, CALL).metrics["total_tokens"] == 15


def test_errors_are_counted_span_by_span_wherever_they_are():
    failed = span("s", "score", scorer=True, failed=True)
    metrics = traced(ROOT, TASK, span("l", "llm", "t", failed=True), failed).metrics
    assert (metrics["errors"], metrics["llm_errors"], metrics["tool_errors"]) == (2, 1, 0)


def test_scores_on_the_root_count_and_none_is_no_score():
    root = span("r", "eval", None, scores={"on root": 0.5, "skipped": None})
    assert traced(root).scores == {"on root": 0.5}


@pytest.mark.parametrize("price", [NO_PRICE, lambda *_: None])
def test_a_model_of_unknown_price_has_no_cost(price):
    assert "estimated_cost" not in traced(ROOT, TASK, CALL, price=price).metrics


def test_a_cost_that_is_only_half_known_is_not_told():
    other = span("l2", "llm", "t", model="unknown", prompt_tokens=3)
    assert (
        "estimated_cost"
        not in traced(ROOT, CALL, other, price=lambda _, model: A_PRICE if model == "m" else None).metrics
    )


def test_the_cost_is_the_sum_of_the_tasks_calls():
    other = span("l2", "llm", "t", model="m", completion_tokens=2)
    metrics = traced(ROOT, CALL, other, price=lambda *_: A_PRICE).metrics
    assert metrics["estimated_cost"] == 10 * 0.5 + 5 * 0.25 + 2 * 0.25


def test_where_nothing_was_called_there_is_no_cost():
    assert "estimated_cost" not in traced(ROOT, TASK, price=lambda *_: A_PRICE).metrics


def test_a_span_may_say_its_own_cost():
    assert traced(ROOT, span("l", "llm", "t", estimated_cost=0.125)).metrics["estimated_cost"] == 0.125


def test_metrics_of_ones_own_are_summed():
    assert traced(ROOT, span("x", "function", laughs=1), span("y", "function", laughs=2)).metrics["laughs"] == 3
