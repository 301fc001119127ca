"""Laws that hold for any scores: what is turned round comes out turned round, and who is alone is no cluster."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.domain.statistics.gate import Gate, ruling
from assay.domain.statistics.interval import spread
from assay.domain.statistics.paired import Pairs, compare
from tests.support.build import statistics_of

scores = st.sampled_from([0.0, 0.25, 0.5, 0.75, 1.0])
pairs = st.lists(st.tuples(scores, scores), min_size=10, max_size=60)
gates = st.builds(Gate, tolerance=st.sampled_from([None, 0.0, 0.125]), errors=st.just(0.0))


def near(value):
    return None if value is None else pytest.approx(value, abs=1e-12)


@given(pairs)
def test_a_run_is_as_much_better_than_another_as_that_is_worse(both):
    ours, base = zip(*both, strict=True)
    there, back = (compare(Pairs(one, other, len(both))) for one, other in ((ours, base), (base, ours)))
    assert (there.diff, there.stderr, there.p_value) == (near(-back.diff), near(back.stderr), near(back.p_value))
    assert (there.wins, there.losses, there.ties) == (back.losses, back.wins, back.ties)
    if there.ci:
        assert (there.ci.low, there.ci.high) == (near(-back.ci.high), near(-back.ci.low))


@given(pairs, gates)
def test_the_gate_says_the_same_of_scores_and_their_opposites_where_lower_is_better(both, gate):
    ours, base = (list(some) for some in zip(*both, strict=True))
    higher = statistics_of(ours, base)
    lower = statistics_of([1 - one for one in ours], [1 - one for one in base], higher_is_better=False)
    assert ruling(gate, {"s": higher}) == ruling(gate, {"s": lower})


@given(pairs)
def test_what_passes_with_a_tolerance_passes_without(both):
    ours, base = (list(some) for some in zip(*both, strict=True))
    found = {"s": statistics_of(ours, base)}
    if not ruling(Gate(tolerance=0), found).breaches:
        assert not ruling(Gate(), found).breaches


@given(st.lists(st.floats(0, 1, width=16), min_size=100, max_size=140))
def test_clusters_of_one_are_no_clusters(values):
    alone, together = spread(values), spread(values, range(len(values)))
    if alone.ci and alone.ci.method == "t":
        assert (together.stderr, together.ci.df) == (near(alone.stderr), alone.ci.df)
        assert (together.ci.low, together.ci.high) == (near(alone.ci.low), near(alone.ci.high))


@given(st.lists(scores, min_size=1, max_size=120))
def test_a_mean_lies_in_its_interval(values):
    found = statistics_of(values)
    if found.ci:
        assert found.ci.low - 1e-12 <= found.mean <= found.ci.high + 1e-12


@given(st.lists(st.booleans(), min_size=1, max_size=60))
def test_the_interval_of_failures_is_that_of_passes_turned_round(passed):
    passes = statistics_of([float(one) for one in passed])
    failures = statistics_of([float(not one) for one in passed])
    assert (failures.mean, failures.ci.low, failures.ci.high) == (
        near(1 - passes.mean), near(1 - passes.ci.high), near(1 - passes.ci.low),
    )  # fmt: skip
