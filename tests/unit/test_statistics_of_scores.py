"""What is said of one evaluator's scores, and whether a run may pass."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from assay.domain.statistics.describe import describe
from assay.domain.statistics.gate import Gate, breaches, ruling
from assay.domain.statistics.items import ItemScores
from assay.domain.statistics.judge import Judge
from assay.domain.statistics.paired import Pairs, compare

Outcome = float | str | None
outcomes = st.one_of(
    st.floats(0, 1, width=32), st.none(), st.sampled_from(["provider", "timeout", "evaluator", "parse"])
)


def scored(rows: list[list[Outcome]]) -> ItemScores:
    """Item scores of datapoints whose trials came out so: a score, None for skipped, or the group of an error."""
    scores = ItemScores(len(rows))
    for item, trials in enumerate(rows):
        for outcome in trials:
            if outcome is None:
                scores.skip()
            elif isinstance(outcome, str):
                scores.fail(item, outcome)
            else:
                scores.score(item, outcome)
    return scores


@given(st.lists(st.lists(outcomes, min_size=1, max_size=4), max_size=30))
def test_nothing_leaves_the_denominator_unseen(rows):
    found = describe(scored(rows), Judge("exact", is_share=True))
    assert found.n_items == len(rows)
    assert found.n_trials == sum(map(len, rows))
    assert found.n_trials == found.n_scored + found.n_skipped + sum(found.n_errors.values())


@given(st.lists(st.lists(outcomes, min_size=1, max_size=4), max_size=30), st.sampled_from([True, False]))
def test_the_mean_lies_between_the_bounds_where_whole_items_failed_or_none_did(rows, higher_is_better):
    whole = [
        row if all(isinstance(one, float) for one in row) else [one for one in row if isinstance(one, str)]
        for row in rows
    ]
    found = describe(scored(whole), Judge("exact", is_share=True, higher_is_better=higher_is_better))
    if found.mean is not None:
        assert min(found.bounds) - 1e-12 <= found.mean <= max(found.bounds) + 1e-12
        worst, best = found.bounds
        assert (worst <= best + 1e-12) if higher_is_better else (worst >= best - 1e-12)


def test_trials_are_reduced_to_the_mean_of_their_datapoint():
    found = describe(scored([[1.0, 0.0], [1.0, 1.0], [0.0, 0.0, 0.0, 1.0]]), Judge("exact", is_share=True))
    assert (found.n_items, found.n_trials, found.n_scored) == (3, 8, 8)
    assert found.mean == pytest.approx((0.5 + 1 + 0.25) / 3)
    assert found.silence == "too few", "Three datapoints are three, whatever their trials."


def test_errors_are_left_out_of_the_mean_and_counted_beside_it():
    found = describe(scored([[1.0], ["provider"], [0.5], ["timeout"], [None]]), Judge("exact", is_share=True))
    assert found.mean == 0.75
    assert found.mean_errors_as_zero == pytest.approx(1.5 / 4)
    assert found.bounds == (pytest.approx(1.5 / 4), pytest.approx(3.5 / 4))
    assert found.n_errors == {"provider": 1, "timeout": 1, "evaluator": 0, "parse": 0, "not_run": 0}


def test_what_may_be_any_number_has_no_bounds_and_no_zero_for_errors():
    found = describe(scored([[12.0], ["parse"]]), Judge("exact", is_share=False))
    assert (found.mean, found.mean_errors_as_zero, found.bounds) == (12.0, None, None)


def test_a_run_in_which_every_row_failed_says_so():
    found = describe(scored([["provider"]] * 12), Judge("exact", is_share=True))
    assert (found.mean, found.ci, found.silence) == (None, None, "too few")
    assert found.bounds == (0, 1)


def test_clusters_are_counted_and_widen_what_is_claimed():
    rows = [[float(item // 5 % 2)] for item in range(100)]
    apart = describe(scored(rows), Judge("exact", is_share=True))
    together = describe(scored(rows), Judge("exact", is_share=True), clusters=[item // 5 for item in range(100)])
    assert (apart.clusters, together.clusters) == (None, 20)
    assert together.stderr > 2 * apart.stderr


def against(ours, base, *, errors=0, higher_is_better=True):
    """The statistics of a run with these item scores, compared with a base, with so many errors more."""
    scores = scored([[value] for value in ours] + [["evaluator"]] * errors)
    both = zip(ours, base, strict=False)
    mine, theirs = zip(*both, strict=True)
    pairs = compare(Pairs(mine, theirs, len(ours)), "x1", higher_is_better=higher_is_better)
    return describe(scores, Judge("exact", is_share=True, higher_is_better=higher_is_better), comparison=pairs)


GOOD = [1.0] * 60 + [0.0] * 40
WORSE = [1.0] * 45 + [0.0] * 55
SLIGHTLY_WORSE = [1.0] * 59 + [0.0] * 41


def reasons(gate, **evaluators):
    return [(one.evaluator, one.reason) for one in breaches(gate, evaluators)]


def test_a_run_like_its_base_passes():
    assert reasons(Gate(), exact=against(GOOD, GOOD)) == []


def test_a_proved_regression_does_not_pass_and_its_mirror_image_does():
    assert reasons(Gate(), exact=against(WORSE, GOOD)) == [("exact", "It is worse than the base.")]
    assert reasons(Gate(), exact=against(GOOD, WORSE)) == []
    assert reasons(Gate(), latency=against(GOOD, WORSE, higher_is_better=False)) == [
        ("latency", "It is worse than the base.")
    ]


def test_a_difference_that_so_few_datapoints_cannot_show_passes_unless_a_tolerance_asks_for_proof():
    slight = against(SLIGHTLY_WORSE, GOOD)
    assert reasons(Gate(), exact=slight) == []
    assert reasons(Gate(tolerance=0.1), exact=slight) == []
    assert reasons(Gate(tolerance=0.001), exact=slight) == [
        ("exact", "It is not shown to be at most 0.001 worse than the base.")
    ]


def test_errors_beyond_the_share_allowed_do_not_pass():
    with_errors = against(GOOD, GOOD, errors=5)
    assert reasons(Gate(), exact=with_errors) == [("exact", "5 of 105 rows have no score.")]
    assert reasons(Gate(errors=0.05), exact=with_errors) == []


def test_nothing_scored_and_too_few_pairs_do_not_pass():
    assert reasons(Gate(errors=1), exact=describe(scored([["parse"]]), Judge("exact", is_share=True))) == [
        ("exact", "Nothing is scored.")
    ]
    thin = reasons(Gate(), exact=against(GOOD, GOOD[:90]))
    assert thin == [("exact", "Only 90.0% of the datapoints are in the base too.")]


def test_an_evaluator_without_a_direction_is_not_asked():
    assert reasons(Gate(), length=against(WORSE, GOOD, higher_is_better=None)) == []


def test_of_several_evaluators_each_must_prove_more():
    barely = against([1.0] * 54 + [0.0] * 46, GOOD)
    assert reasons(Gate(), exact=barely) == [("exact", "It is worse than the base.")]
    others = {f"other_{number}": against(GOOD, [*GOOD[1:], 1.0]) for number in range(4)}
    assert reasons(Gate(), exact=barely, **others) == []


@pytest.mark.parametrize("gate", [Gate(), Gate(tolerance=0.1)])
@pytest.mark.parametrize("ours", [0.0, 0.5])
def test_a_run_in_which_every_datapoint_got_equally_worse_does_not_pass(gate, ours):
    found = reasons(gate, exact=against([ours] * 50, [1.0] * 50))
    assert ("exact", "It is worse than the base.") in found
    assert reasons(gate, exact=against([1.0] * 50, [ours] * 50)) == []


def test_of_several_evaluators_one_that_lost_everything_is_found_whatever_the_others_do():
    same = against(GOOD, GOOD)
    assert reasons(Gate(), alike=same, lost=against([0.25] * 100, [1.0] * 100)) == [
        ("lost", "It is worse than the base.")
    ]


def test_another_judge_is_remarked_on_and_never_gated():
    worse = against(WORSE, GOOD)
    other = worse.model_copy(update={"comparison": worse.comparison.model_copy(update={"same_judge": False})})
    found = ruling(Gate(tolerance=0), {"tone": other})
    assert (found.breaches, found.exit_code) == ((), 0)
    assert [(one.evaluator, one.reason) for one in found.remarks] == [
        ("tone", "Another model, or another prompt, judged the base: the difference may be the judge's.")
    ]


def test_errors_count_also_where_nothing_can_be_compared():
    failing = against(GOOD, GOOD, errors=5).model_copy(update={"comparison": None})
    found = ruling(Gate(), {"exact": failing})
    assert [one.reason for one in found.breaches] == ["5 of 105 rows have no score."]
    assert [one.reason for one in found.remarks] == ["There is no base to compare it with."]


def test_the_exit_code_says_passed_or_failed_or_incomplete():
    good, worse = {"exact": against(GOOD, GOOD)}, {"exact": against(WORSE, GOOD)}
    assert ruling(Gate(), good).exit_code == 0
    assert ruling(Gate(), worse).exit_code == 1
    assert ruling(Gate(), {}).exit_code == 1
    broken = ruling(Gate(), good, "failed")
    assert (broken.exit_code, broken.incomplete) == (3, "The evaluation is failed.")


def test_no_sense_is_made_of_a_gate_that_allows_less_than_nothing():
    for senseless in ({"tolerance": -0.1}, {"errors": 1.5}, {"tolerance": math.nan}):
        with pytest.raises(ValidationError):
            Gate(**senseless)
