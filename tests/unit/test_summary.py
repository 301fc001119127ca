"""The folds behind a summary: every row is counted once, and the mean is the mean."""

import math
import statistics
from collections import Counter
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.domain.evaluators.python_code import judge
from assay.domain.sandbox import CodeResult
from assay.domain.score import FailureKind, ScoredRow, Usage
from assay.domain.summary import OutputFold, ScoreFold, aggregates
from tests.support.build import a_failed_output, a_failed_score, a_score, an_evaluator_version, an_output

numbers = st.floats(-1e9, 1e9)
values = st.none() | st.booleans() | numbers | st.sampled_from(["good", ("a", "b")])
verdicts = st.builds(a_score, values) | st.builds(a_failed_score)
of_another = st.just(a_score(0.5, evaluator="evv_2"))
score_lists = st.just(()) | st.tuples(verdicts) | st.tuples(of_another, verdicts)
score_sets = st.lists(score_lists, max_size=60).map(lambda lists: [row(n, *scores) for n, scores in enumerate(lists)])

failures = st.sampled_from(get_args(FailureKind)).map(a_failed_output)
tokens = st.none() | st.integers(0, 10_000)
usages = st.builds(Usage, prompt_tokens=tokens, output_tokens=tokens)
outputs = st.builds(an_output, usage=usages, latency=st.floats(0, 600))
output_sets = st.lists(outputs | failures, max_size=60)


def row(ordinal, *scores):
    return ScoredRow(ordinal=ordinal, scores=scores)


def folded(rows, evaluator="evv_1"):
    fold = ScoreFold(an_evaluator_version(id=evaluator))
    for one in rows:
        fold.add(one)
    return fold


def folded_outputs(all_outputs):
    fold = OutputFold()
    for output in all_outputs:
        fold.add(output)
    return fold


def values_of(rows):
    """What the evaluator said in numbers, the plain way."""
    said = [score for one in rows for score in one.scores if score.evaluator == "evv_1" and score.status == "ok"]
    return [float(score.value) for score in said if isinstance(score.value, bool | float)]


def line_of(rows):
    """The evaluator's line; rows without a score have no output."""
    return folded(rows).summary(len(rows), sum(bool(each.scores) for each in rows))


def test_outputs_that_were_not_judged_are_counted_apart_from_rows_without_one():
    line = folded([row(0, a_score(True)), row(1, a_score(None))]).summary(10, 6)
    assert (line.n_scored, line.n_skipped, line.n_missing, line.n_no_output) == (1, 1, 4, 4)


@given(score_sets)
def test_no_row_leaves_the_denominator_unseen(rows):
    line = line_of(rows)
    assert line.n_scored + line.n_skipped + line.n_errors + line.n_no_output == len(rows)
    assert min(line.n_scored, line.n_skipped, line.n_errors, line.n_no_output) >= 0


@given(score_sets)
def test_the_mean_is_over_the_scores_there_are(rows):
    said = values_of(rows)
    line = line_of(rows)
    assert line.n_scored == len(said)
    assert line.mean == (statistics.fmean(said) if said else None)


@given(score_sets, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_changes_nothing(rows, random):
    shuffled = random.sample(rows, len(rows))
    assert line_of(shuffled) == line_of(rows)


@given(score_sets)
def test_errors_and_abstentions_move_no_mean(rows):
    spoilt = [*rows, row(len(rows), a_failed_score()), row(len(rows) + 1, a_score(None)), row(len(rows) + 2)]
    before, after = line_of(rows), line_of(spoilt)
    assert after.mean == before.mean
    assert after.n_errors == before.n_errors + 1
    assert after.n_skipped == before.n_skipped + 1
    assert after.n_no_output == before.n_no_output + 1


def test_a_boolean_counts_as_one_or_zero_and_a_word_as_no_number():
    rows = [row(0, a_score(True)), row(1, a_score(False)), row(2, a_score("good")), row(3, a_score(("a", "b")))]
    line = line_of(rows)
    assert (line.mean, line.n_scored, line.n_skipped) == (0.5, 2, 2)


def test_a_sum_is_exact_however_different_the_scores_are():
    rows = [row(n, a_score(value)) for n, value in enumerate([1e16, 1.0, -1e16, 1.0])]
    assert line_of(rows).mean == 0.5


@pytest.mark.parametrize("value", [1e308, -1.7e308])
def test_numbers_at_the_end_of_the_scale_cost_at_most_their_own_rows(value):
    judged = judge(an_evaluator_version(return_type="number"), CodeResult(value=value))
    line = line_of([row(0, judged), row(1, judged)])
    assert line.n_scored + line.n_errors == 2
    assert line.mean is None or math.isfinite(line.mean)


def test_the_line_of_an_evaluator_names_it_and_its_version():
    line = line_of([])
    assert (line.evaluator_id, line.evaluator_version_id, line.name) == ("evfn_1", "evv_1", "Exact match")
    assert line.mean is None


@given(score_sets)
def test_each_evaluator_has_its_own_sums(rows):
    versions = [an_evaluator_version(id=evaluator) for evaluator in ("evv_1", "evv_2", "evv_3")]
    first, second, third = aggregates(versions, iter(rows))
    assert first == folded(rows).aggregate()
    assert second.n_scored == sum(len(one.scores) == 2 for one in rows)
    assert (third.n_scored, third.n_skipped, third.n_errors) == (0, 0, 0)


@given(output_sets)
def test_every_output_and_every_failure_is_counted_by_its_kind(all_outputs):
    fold = folded_outputs(all_outputs)
    kinds = Counter(output.failure.kind for output in all_outputs if output.status == "failed")
    assert fold.errors == kinds
    assert fold.outputs + fold.errors.total() == len(all_outputs)


@given(output_sets)
def test_tokens_and_latency_are_those_of_the_rows_with_an_output(all_outputs):
    fold = folded_outputs(all_outputs)
    good = [output for output in all_outputs if output.status == "ok"]
    assert fold.prompt_tokens == sum(output.usage.prompt_tokens or 0 for output in good)
    assert fold.output_tokens == sum(output.usage.output_tokens or 0 for output in good)
    assert fold.latency_mean == (statistics.fmean(output.latency for output in good) if good else None)


@given(output_sets, st.randoms(use_true_random=False))
def test_the_order_of_the_outputs_changes_nothing(all_outputs, random):
    one, other = folded_outputs(all_outputs), folded_outputs(random.sample(all_outputs, len(all_outputs)))
    assert (one.outputs, one.errors, one.prompt_tokens) == (other.outputs, other.errors, other.prompt_tokens)
    assert one.latency_mean == other.latency_mean
