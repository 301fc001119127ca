"""Scores and outputs: they come back from storage as they went in, and hold no number that is none."""

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from assay.domain.score import AnyOutput, AnyScore, FailedOutput, FailedScore, Failure, Output, Score, ScoredRow, Usage
from tests.support.build import a_failed_output, an_output

ANY_SCORE = TypeAdapter(AnyScore)
ANY_OUTPUT = TypeAdapter(AnyOutput)
texts = st.text(max_size=30)
finite = st.floats(allow_nan=False, allow_infinity=False)
verdicts = st.none() | st.booleans() | finite | texts | st.lists(texts, max_size=3).map(tuple)
failures = st.builds(Failure, kind=st.sampled_from(["evaluator", "provider", "template"]), message=texts)
scores = st.builds(Score, evaluator=texts, value=verdicts, reason=st.none() | texts, stdout=texts)
failed_scores = st.builds(FailedScore, evaluator=texts, failure=failures, stdout=texts)
counts = st.none() | st.integers(0, 10**9)
usages = st.builds(Usage, prompt_tokens=counts, output_tokens=counts)
outputs = st.builds(an_output, texts, usage=usages, latency=st.floats(0, 1e4), ordinal=st.integers(0, 10**9))
failed_outputs = st.builds(a_failed_output, ordinal=st.integers(0, 10**9), latency=st.floats(0, 1e4))


def stored(value):
    """The verdict after a trip through JSON."""
    return ANY_SCORE.validate_json(Score(evaluator="evv_1", value=value).model_dump_json()).value


@given(scores | failed_scores)
def test_a_score_comes_back_from_json_as_it_was(score):
    back = ANY_SCORE.validate_json(ANY_SCORE.dump_json(score))
    assert back == score
    assert type(back) is type(score)
    assert type(getattr(back, "value", None)) is type(getattr(score, "value", None))


@given(outputs | failed_outputs)
def test_an_output_comes_back_from_json_as_it_was_and_a_failed_one_as_a_failed_one(output):
    back = ANY_OUTPUT.validate_json(ANY_OUTPUT.dump_json(output))
    assert back == output
    assert type(back) is type(output)


@given(st.lists(scores | failed_scores, max_size=4).map(tuple))
def test_the_scores_of_a_row_come_back_from_json_as_they_were(row_scores):
    row = ScoredRow(ordinal=7, scores=row_scores)
    assert ScoredRow.model_validate_json(row.model_dump_json()) == row


@pytest.mark.parametrize("value", [True, False])
def test_a_boolean_stays_a_boolean(value):
    assert stored(value) is value


@pytest.mark.parametrize("value", [0, 1, 0.0, 1.0, -0.0, 2**53, 1e-300])
def test_a_number_stays_a_number_also_where_it_equals_a_boolean(value):
    assert stored(value) == value
    assert isinstance(stored(value), float)


@pytest.mark.parametrize("value", ["true", "1", "1.0", "nan", "null", "", ()])
def test_text_that_looks_like_a_verdict_stays_text(value):
    assert stored(value) == value
    assert type(stored(value)) is type(value)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_nan_and_infinities_are_no_score(value):
    with pytest.raises(ValidationError):
        Score(evaluator="evv_1", value=value)
    with pytest.raises(ValidationError):
        ANY_SCORE.validate_json(json.dumps({"status": "ok", "evaluator": "evv_1", "value": value}))


def test_a_failure_is_never_read_as_a_score():
    failed = FailedScore(evaluator="evv_1", failure=Failure(kind="evaluator", message="no")).model_dump()
    for forged in ({**failed, "status": "ok"}, {**failed, "value": 1.0}, {**failed, "status": "unsure"}):
        with pytest.raises(ValidationError):
            ANY_SCORE.validate_python(forged)


@pytest.mark.parametrize("kind", [Output, FailedOutput])
def test_a_refusal_does_not_repeat_the_outputs_text(kind):
    with pytest.raises(ValidationError) as caught:
        kind.model_validate({"ordinal": "secret-ordinal", "datapoint_id": 1, "text": {"a": "secret-text"}})
    assert "secret" not in str(caught.value)
