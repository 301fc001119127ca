"""An evaluation's status moves forward only, and a last one is the last."""

from datetime import timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.domain.errors import IllegalTransition
from assay.domain.evaluation import Aggregate, Pass
from tests.support.build import NOON, an_evaluation

STATUSES = ("pending", "running", "completed", "cancelled", "failed")
OVER = {"completed", "cancelled", "failed"}
ALLOWED = {("pending", "running"), *product(["pending"], ["cancelled", "failed"]), *product(["running"], OVER)}


@pytest.mark.parametrize(("before", "after"), list(product(STATUSES, STATUSES)))
def test_an_evaluation_may_only_go_where_its_status_leads(before, after):
    evaluation = an_evaluation(status=before)
    if (before, after) in ALLOWED:
        evaluation.require(after)
        return
    with pytest.raises(IllegalTransition, match=f"that is {before} cannot become {after}"):
        evaluation.require(after)


@pytest.mark.parametrize("status", STATUSES)
def test_completed_cancelled_and_failed_evaluations_are_over(status):
    assert an_evaluation(status=status).is_over == (status in OVER)


@given(st.lists(st.sampled_from(STATUSES)))
def test_whatever_is_asked_the_first_last_status_stays(asked):
    evaluation, reached = an_evaluation(), ["pending"]
    for status in asked:
        try:
            evaluation.require(status)
        except IllegalTransition:
            continue
        evaluation = evaluation.revised(NOON, status=status)
        reached.append(status)
    assert len(reached) == len(set(reached)) <= 3
    assert not OVER & set(reached[:-1])
    assert evaluation.status == reached[-1]
    assert evaluation.revision == len(reached) - 1


def test_a_revision_keeps_everything_but_what_it_changes():
    before, later = an_evaluation(name="nightly"), NOON + timedelta(minutes=5)
    after = before.revised(later, status="running")
    assert (before.status, before.revision, before.updated_at) == ("pending", 0, NOON)
    assert (after.status, after.revision, after.updated_at) == ("running", 1, later)
    assert (after.id, after.name, after.created_at) == (before.id, before.name, NOON)


def test_an_evaluations_name_is_its_own_within_its_project_and_a_nameless_one_takes_none():
    assert an_evaluation().unique_name is None
    named = [an_evaluation(name="nightly", project_id=project).unique_name for project in ("pr_1", "pr_2")]
    assert len(set(named)) == 2


def test_each_pass_has_an_execution_name_of_its_own():
    names = [Pass(organisation="acme", evaluation_id="ev_1", number=number).execution_name for number in (1, 2, 12)]
    assert names == ["ev_1-1", "ev_1-2", "ev_1-12"]


def test_the_mean_of_no_scores_is_none_and_not_zero():
    assert Aggregate(evaluator="evv_1", n_skipped=3, n_errors=2).mean is None
    assert Aggregate(evaluator="evv_1", n_scored=4, n_errors=4, total=3).mean == 0.75
