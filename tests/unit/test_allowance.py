"""What the operator allows an organisation holds for each of its evaluations, and for nobody else's."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.adapters.confined import ConfinedResources
from assay.domain.allowance import Allowance
from assay.domain.errors import InvalidRequest
from assay.use_cases.manage_allowance import get_allowance, set_allowance
from assay.use_cases.manage_keys import create_key
from assay.use_cases.start_evaluation import LaunchLimits, allowed
from tests.support.build import TIMES, a_dataset_version, an_evaluation
from tests.support.engine import ORGANISATION, Engine
from tests.support.fake_resources import FakeResources
from tests.support.fakes import counting_ids
from tests.support.virtual_time import VirtualClock

STACK = LaunchLimits(default=20, ceiling=2000, rows=1000, cost=10)
ROW_TOKENS = 5
"""Of an answer of FakeProvider's."""
some = st.integers(1, 5000) | st.none()
dollars = st.floats(0.01, 1e6) | st.none()


def an_allowance(**limits):
    return Allowance(id="allowance", **TIMES, **limits)


def with_keys(*organisations):
    """Stores in which each of the organisations has a key."""
    resources, made = FakeResources(), {"clock": VirtualClock(), "new_id": counting_ids(), "entropy": lambda: bytes(32)}
    for organisation in organisations:
        create_key(organisation, resources=resources, **made)
    return resources


def lesser(*limits):
    return min((each for each in limits if each is not None), default=None)


@given(some, dollars, dollars, dollars)
def test_an_organisation_has_the_less_of_what_it_and_what_any_may_have(concurrency, own, stacks, asked):
    limits = STACK.model_copy(update={"cost": stacks}).within(an_allowance(concurrency=concurrency, cost=own))
    assert limits.ceiling == lesser(STACK.ceiling, concurrency)
    assert limits.default == lesser(STACK.default, concurrency)
    assert limits.applied_to(an_evaluation(max_cost=asked)).max_cost == lesser(own, stacks, asked)


@pytest.mark.parametrize(("field", "most"), list(product(["datapoints", "trials"], [1, 2, 3, 4])))
def test_more_datapoints_or_trials_than_it_may_have_are_refused(field, most):
    evaluation = an_evaluation(dataset=a_dataset_version(datapoints=3), trials=3)
    limits = STACK.within(an_allowance(**{field: most}))
    if most >= 3:
        assert limits.applied_to(evaluation) == evaluation.model_copy(update={"max_cost": 10, "max_cost_by": "stack"})
    else:
        with pytest.raises(InvalidRequest, match=f"3 {field} are more than the {most} that your organisation is"):
            limits.applied_to(evaluation)


@pytest.mark.parametrize(
    ("asked", "own", "whose"),
    [
        (2, None, "launch"), (2, 3, "launch"), (None, 3, "organisation"), (4, 3, "organisation"),
        (None, None, "stack"), (20, None, "stack"), (20, 15, "stack"), (10, 10, "launch"),
    ],
)  # fmt: skip
def test_whoever_limits_the_cost_most_is_named(asked, own, whose):
    evaluation = an_evaluation(dataset=a_dataset_version(datapoints=3), max_cost=asked)
    limited = STACK.within(an_allowance(cost=own)).applied_to(evaluation)
    assert limited.max_cost_by == whose
    assert limited.max_cost == lesser(asked, own, STACK.cost)


def test_what_holds_is_looked_up_for_each_launch_and_lifted_again():
    resources, clock = with_keys("acme", "other"), VirtualClock()
    assert allowed("acme", STACK, resources=resources) == STACK
    set_allowance("acme", {"tokens": 7}, resources=resources, clock=clock)
    assert allowed("acme", STACK, resources=resources).tokens == 7
    assert allowed("other", STACK, resources=resources) == STACK
    set_allowance("acme", {"trials": 2}, resources=resources, clock=clock)
    assert allowed("acme", STACK, resources=resources) == STACK.model_copy(update={"trials": 2})
    set_allowance("acme", {}, resources=resources, clock=clock)
    assert allowed("acme", STACK, resources=resources) == STACK
    assert get_allowance("other", resources=resources) is None


@pytest.mark.parametrize("name", ["acmee", "other", "ACME", "acme!"])
def test_an_organisation_that_is_not_there_is_neither_limited_nor_shown(name):
    resources = with_keys("acme")
    with pytest.raises(InvalidRequest, match="organisation"):
        set_allowance(name, {"tokens": 7}, resources=resources, clock=VirtualClock())
    with pytest.raises(InvalidRequest, match="organisation"):
        get_allowance(name, resources=resources)


def test_a_key_that_is_confined_to_a_project_does_not_escape_the_limits():
    resources = with_keys("acme")
    set_allowance("acme", {"tokens": 7}, resources=resources, clock=VirtualClock())
    assert allowed("acme", STACK, resources=ConfinedResources(resources, "pr_1")).tokens == 7


def test_a_run_that_takes_fewer_tokens_than_it_may_goes_to_its_end():
    engine = Engine(datapoints=50, max_tokens=50 * ROW_TOKENS)
    assert engine.finish().status == "completed"
    assert engine.progress.spent(ORGANISATION, engine.evaluation.id).tokens == 50 * ROW_TOKENS


def test_a_run_that_would_take_more_stops_within_a_flush_and_sums_up_what_it_has():
    engine = Engine(datapoints=2000, width=10, max_tokens=100 * ROW_TOKENS)
    summary = engine.finish()
    assert summary.status == "cancelled"
    assert summary.reason.startswith("Stopped at the organisation's limit: ")
    assert 100 <= engine.provider.calls <= 300
    assert summary.n_outputs == engine.provider.calls
