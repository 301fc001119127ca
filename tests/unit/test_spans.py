"""An experiment's rows, as they follow from its run."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.domain.code_task import CodeTask
from assay.domain.price import Price
from assay.domain.row_trace import trace_of_row
from assay.domain.score import FailedScore, NamedScore, Score
from assay.domain.span_facts import facts_of
from assay.domain.spans import (
    CALL,
    MOST_SLOTS,
    ROOT,
    SCORERS,
    TASK,
    Row,
    RowSpans,
    SpanPlace,
    parse_span_id,
    span_id,
    spans_of,
)
from assay.domain.trace import trace_of
from tests.support.build import (
    a_config,
    a_datapoint,
    a_failed_output,
    a_failed_score,
    a_plan,
    a_score,
    a_task,
    an_evaluator_version,
    an_output,
)

NAMED = {"named": (NamedScore(name="short", value=0.5), NamedScore(name="1", value=None))}

places = st.builds(SpanPlace, st.integers(0, 2**40 - 1), st.integers(0, MOST_SLOTS - 1))
ids = st.text("0123456789ABCXYZabcxyz", min_size=21, max_size=21).map("ev_{}".format)


def spans(output=None, scores=(), plan=None, **datapoint):
    """The row's spans by their slots."""
    row = Row(7, a_datapoint(**datapoint), output or an_output(ordinal=7), tuple(scores))
    return {place.slot: content for place, content in spans_of(plan or a_plan(), row)}


@given(ids, places)
def test_an_id_leads_back_to_its_place(evaluation, place):
    identifier = span_id(evaluation, place)
    assert str(UUID(identifier)) == identifier
    assert UUID(identifier).version == 8
    assert parse_span_id(evaluation, identifier) == place


@given(ids, ids, places)
def test_a_run_knows_no_ids_of_another(one, other, place):
    assert one == other or parse_span_id(other, span_id(one, place)) is None


@given(st.uuids() | st.text(max_size=40))
def test_other_ids_lead_nowhere(identifier):
    assert parse_span_id("ev_1", str(identifier)) is None


def test_every_span_of_a_row_is_of_one_trace_whose_root_has_equal_ids():
    found = spans(scores=[a_score(1.0)])
    root = found[ROOT]
    assert root["span_id"] == root["root_span_id"] == root["id"]
    assert root["span_parents"] is None
    assert {span["root_span_id"] for span in found.values()} == {root["id"]}
    assert found[TASK]["span_parents"] == found[SCORERS]["span_parents"] == [root["id"]]
    assert found[CALL]["span_parents"] == [found[TASK]["id"]]
    assert len({span["id"] for span in found.values()}) == 4


def test_the_spans_are_a_root_a_task_a_call_and_a_scorer():
    found = spans(scores=[a_score(1.0)])
    kinds = [found[slot]["span_attributes"]["type"] for slot in sorted(found)]
    assert kinds == ["eval", "task", "llm", "score"]
    assert found[SCORERS]["span_attributes"] == {"type": "score", "name": "Exact match", "purpose": "scorer"}
    assert found[SCORERS]["scores"] == {"Exact match": 1.0}
    assert "scores" not in found[ROOT]


def test_the_root_has_the_row_and_what_came_of_it():
    root = spans(inputs={"a": 1, "b": 1}, target="2", metadata={"k": "v"}, tags=("t",))[ROOT]
    assert (root["inputs"], root["target"], root["metadata"], root["tags"]) == (
        {"a": 1, "b": 1},
        "2",
        {"k": "v"},
        ["t"],
    )
    assert root["output"] == an_output().text
    assert root["error"] is None


def test_a_row_without_an_output_has_its_error_on_root_and_task_and_no_scorers():
    found = spans(a_failed_output("template"))
    assert sorted(found) == [ROOT, TASK]
    assert found[ROOT]["error"] == found[TASK]["error"] == a_failed_output("template").failure.message


@pytest.mark.parametrize("kind", ["provider", "refused", "denied"])
def test_a_call_that_failed_is_a_call_with_an_error(kind):
    assert spans(a_failed_output(kind))[CALL]["error"]


def test_a_scorer_that_failed_has_its_error_and_the_root_tells_of_it():
    failed = a_failed_score()
    found = spans(scores=[failed])
    assert found[SCORERS]["error"] == failed.failure.message
    assert "scores" not in found[SCORERS]
    assert found[ROOT]["metadata"]["scorer_errors"] == {"Exact match": failed.failure.message}
    assert found[ROOT]["error"] is None


def test_a_skipped_score_is_null():
    assert spans(scores=[a_score(None)])[SCORERS]["scores"] == {"Exact match": None}


def test_a_row_of_a_dataset_says_which():
    origin = spans(id="row-1", transaction=1000192656880881099, created="2026-01-01T00:00:00.000Z")[ROOT]["origin"]
    assert origin == {
        "object_type": "dataset",
        "object_id": a_plan().dataset.dataset_id,
        "id": "row-1",
        "_xact_id": "1000192656880881099",
        "created": "2026-01-01T00:00:00.000Z",
    }


def test_a_row_that_came_with_the_request_has_the_origin_that_it_came_with():
    plan = a_plan()
    nameless = plan.model_copy(update={"dataset": plan.dataset.model_copy(update={"name": ""})})
    assert spans(plan=nameless, origin={"object_id": "x"}, transaction=5)[ROOT]["origin"] == {"object_id": "x"}
    assert spans(plan=nameless)[ROOT]["origin"] is None


def test_times_and_tokens_are_where_they_were_spent():
    found = spans(an_output(ordinal=7, latency=2.0, usage={"prompt_tokens": 10, "output_tokens": 5}))
    for slot in (ROOT, TASK, CALL):
        assert found[slot]["metrics"]["end"] - found[slot]["metrics"]["start"] == 2.0
    counted = {name: value for name, value in found[CALL]["metrics"].items() if "tokens" in name}
    assert counted == {"prompt_tokens": 10, "completion_tokens": 5, "tokens": 15}
    assert found[CALL]["metadata"]["model"] == "gpt-x"


def test_tokens_of_the_cache_and_thoughts_are_metrics_of_their_own_and_not_counted_twice():
    metrics = spans(an_output(ordinal=7, usage=OF_CACHE))[CALL]["metrics"]
    assert {name: value for name, value in metrics.items() if "tokens" in name} == {
        "prompt_tokens": 10,
        "prompt_cached_tokens": 6,
        "prompt_cache_creation_tokens": 1,
        "completion_tokens": 5,
        "completion_reasoning_tokens": 4,
        "tokens": 15,
    }


OF_CACHE = {
    "prompt_tokens": 10,
    "output_tokens": 5,
    "cached_tokens": 6,
    "cache_creation_tokens": 1,
    "reasoning_tokens": 4,
}
verdicts = st.sampled_from([1.0, 0.25, None, "a word", a_failed_score(), NAMED])
outputs = st.sampled_from(
    [
        an_output(ordinal=7, latency=0.125),
        an_output(ordinal=7, latency=2.0, usage={"prompt_tokens": 10, "output_tokens": 5}),
        an_output(ordinal=7, usage={"prompt_tokens": 10}, is_cached=True),
        an_output(ordinal=7, usage=OF_CACHE),
        a_failed_output(ordinal=7, latency=0.25),
        a_failed_output("template", ordinal=7),
        a_failed_output("lost", ordinal=7),
    ]
)
tasks = st.sampled_from([a_task(), CodeTask(code="", runtime="python")])
prices = st.sampled_from(
    [None, Price(prompt=0.25, output=0.5), Price(prompt=0.25, output=0.5, cached=0.125, cache_creation=0.5)]
)


@given(outputs, st.lists(verdicts, max_size=3), tasks, prices, st.booleans(), st.sampled_from(["1234", "1111", "1122"]))
def test_what_a_summary_reads_of_a_row_is_what_its_spans_say(output, said, task, price, cache, names):
    known = [an_evaluator_version(id=f"evv_{n}", name=name) for n, name in enumerate(names)]
    plan = a_plan(rounds=(tuple(known),), config=a_config(task=task), cache=cache)
    row = Row(7, a_datapoint(), output, [score_of(version, one) for version, one in zip(known, said, strict=False)])
    spans = [facts_of(content) for _, content in spans_of(plan, row)]
    assert trace_of_row("k", RowSpans(plan, row), lambda *_: price) == trace_of("k", spans, lambda *_: price)


def score_of(version, verdict):
    """The evaluator's score, which says that."""
    if isinstance(verdict, FailedScore):
        return verdict.model_copy(update={"evaluator": version.id})
    return Score(evaluator=version.id, **(verdict if isinstance(verdict, dict) else {"value": verdict}))


@pytest.mark.parametrize(("is_cached", "more"), [(True, {"cached": 1, "estimated_cost": 0}), (False, {"cached": 0})])
def test_where_answers_are_kept_a_call_says_whether_it_is_one_of_them(is_cached, more):
    call = spans(an_output(ordinal=7, is_cached=is_cached), plan=a_plan(cache=True))[CALL]
    assert {name: call["metrics"].get(name) for name in more} == more


def test_where_no_answers_are_kept_nothing_is_said_of_them():
    assert "cached" not in spans()[CALL]["metrics"]
