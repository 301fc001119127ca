"""Two experiments side by side: every matched key is better, worse or equal, and the difference is the mean one."""

import math
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from assay.domain.comparison import Experiments, unit
from assay.domain.trace import Trace

numbers = st.sampled_from([0.0, 0.1, 0.2, 0.25, 1 / 3, 0.5, 0.7, 1.0]) | st.floats(0, 1)
names = st.sampled_from(["Levenshtein", "short"])
keys = st.none() | st.sampled_from(["1", "2", "3", '{"q":"x"}'])
tables = st.lists(st.tuples(keys, st.dictionaries(names, numbers, max_size=2)), max_size=30)


def trace(key, scores):
    judged = {name: {name: value} for name, value in scores.items()}
    return Trace(key, scores, {"duration": sum(scores.values())}, judged)


def compared(ours, theirs=(), base_id=None):
    both = Experiments()
    for item, (key, scores) in enumerate(ours):
        both.add(item, trace(key, scores))
    for key, scores in theirs:
        both.add_to_base(trace(key, scores))
    return both.compared(base_id)


def means(table, name):
    """The oracle: each key's exact mean."""
    found = {}
    for key, scores in table:
        if key is not None and name in scores:
            found.setdefault(key, []).append(Fraction(scores[name]))
    return {key: sum(some) / len(some) for key, some in found.items()}


@given(tables, tables)
def test_every_matched_key_is_better_or_worse_or_equal_and_the_difference_is_the_mean_one(ours, theirs):
    for line in compared(ours, theirs, "base").scores:
        mine, base = means(ours, line.name), means(theirs, line.name)
        pairs = [(float(mine[key]), float(base[key])) for key in mine if key in base]
        ties = sum(a == b for a, b in pairs)
        assert line.improvements == sum(a > b for a, b in pairs)
        assert line.improvements + line.regressions + ties == len(pairs)
        if not pairs:
            assert line.diff is None
        else:
            exact = sum(mine[key] - base[key] for key in mine if key in base) / len(pairs)
            assert math.isclose(line.diff, exact, abs_tol=1e-12)


@given(tables)
def test_the_mean_is_over_all_that_have_the_score_matched_or_not(table):
    for line in compared(table).scores:
        values = [scores[line.name] for _, scores in table if line.name in scores]
        assert line.mean == math.fsum(values) / len(values)


@given(tables)
def test_without_a_base_it_does_not_matter_what_keys_rows_have(table):
    assert compared(table) == compared([(None, scores) for _, scores in table])


@given(tables, tables, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_changes_no_number(ours, theirs, random):
    shuffled = compared(random.sample(ours, len(ours)), random.sample(theirs, len(theirs)), "base")
    by_name = {line.name: line for line in shuffled.scores}
    assert by_name == {line.name: line for line in compared(ours, theirs, "base").scores}


@given(tables)
def test_an_experiment_is_neither_better_nor_worse_than_itself(table):
    for line in compared(table, table, "base").scores:
        assert (line.improvements, line.regressions, line.diff or 0) == (0, 0, 0)


def test_half_a_point_on_one_of_two_keys_is_a_quarter():
    ours = [("1", {"s": 1.0}), ("2", {"s": 0.5})]
    theirs = [("1", {"s": 0.5}), ("2", {"s": 0.5})]
    line = compared(ours, theirs, "base").scores[0]
    assert (line.diff, line.improvements, line.regressions) == (0.25, 1, 0)


def test_a_shorter_duration_is_an_improvement():
    line = compared([("1", {"s": 0.25})], [("1", {"s": 1.0})], "base").metrics[0]
    assert (line.name, line.diff, line.improvements, line.regressions) == ("duration", -0.75, 1, 0)


def test_trials_count_as_one_key():
    ours = [("1", {"s": 0.0}), ("1", {"s": 1.0}), ("2", {"s": 1.0}), ("2", {"s": 1.0})]
    theirs = [("1", {"s": 0.5}), ("2", {"s": 0.0})]
    line = compared(ours, theirs, "base").scores[0]
    assert (line.mean, line.diff, line.improvements) == (0.75, 0.5, 1)


def test_without_a_key_in_common_there_is_no_difference():
    line = compared([("1", {"s": 1.0})], [("2", {"s": 0.0})], "base").scores[0]
    assert (line.diff, line.improvements, line.regressions) == (None, 0, 0)


def test_rows_without_a_key_match_nothing():
    assert compared([(None, {"s": 1.0})], [(None, {"s": 0.0})], "base").scores[0].diff is None


def test_a_base_without_the_score_has_no_difference_in_it():
    assert compared([("1", {"s": 1.0})], [("1", {"other": 0.0})], "base").scores[0].diff is None


def test_no_rows_come_to_nothing():
    assert compared([], [("1", {"s": 1.0})], "base").scores == ()


def test_units_are_those_of_the_contract():
    assert [unit(name) for name in ("llm_calls", "prompt_tokens", "estimated_cost", "duration", "my_tokens")] == [
        "",
        "tok",
        "$",
        "s",
        "",
    ]


def test_a_row_without_a_key_has_no_partner():
    found = compared([("1", {"s": 1.0}), (None, {"s": 1.0})], [("1", {"s": 0.0})], "base").statistics[0].comparison
    assert (found.n_paired, found.coverage) == (1, 0.5)
