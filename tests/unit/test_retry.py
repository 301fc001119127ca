"""When a provider call is made again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.domain.errors import ProviderDenied, ProviderGarbled, ProviderRefused, ProviderThrottled, ProviderUnavailable
from assay.domain.retry import RetryRule

RULE = RetryRule()
uniform = st.floats(0, 1, exclude_max=True)
attempts = st.integers(1, 30)
again = st.sampled_from([ProviderUnavailable("The connection was reset."), ProviderThrottled("Too many requests.")])


def always(value):
    return lambda: value


@given(again, attempts, uniform)
def test_a_wait_is_between_nothing_and_the_doubling_bound_under_the_ceiling(error, attempt, drawn):
    wait = RULE.wait(error, attempt, always(drawn))
    if attempt >= RULE.attempts:
        assert wait is None
    else:
        assert 0 <= wait <= min(20, 0.5 * 2**attempt)


@given(st.integers(1, 7))
def test_the_jitter_is_full_the_whole_range_is_used(attempt):
    bound = min(20, 0.5 * 2**attempt)
    waits = [RULE.wait(ProviderUnavailable("503"), attempt, always(drawn)) for drawn in (0, 0.25, 0.5)]
    assert waits == [0, bound / 4, bound / 2]


@given(st.floats(0, 1e6), st.integers(1, 7), uniform)
def test_no_call_is_made_before_the_time_the_provider_named_and_not_much_later(seconds, attempt, drawn):
    wait = RULE.wait(ProviderThrottled("429", seconds), attempt, always(drawn))
    assert seconds <= wait <= seconds + RULE.ceiling


@given(again, st.integers(1, 7), uniform)
def test_a_row_whose_calls_took_too_long_together_is_given_up(error, attempt, drawn):
    assert RULE.wait(error, attempt, always(drawn), took=RULE.patience) is None
    assert RULE.wait(error, attempt, always(drawn), took=RULE.patience - 1) is not None


def test_an_answer_that_makes_no_sense_is_asked_for_once_more_and_at_once():
    garbled = ProviderGarbled("<html>")
    assert RULE.wait(garbled, 3, always(0.5)) == 0
    assert RULE.wait(garbled, 4, always(0.5), garbled=True) is None


@pytest.mark.parametrize("error", [ProviderRefused("400"), ProviderDenied("401")])
@given(attempt=attempts, drawn=uniform)
def test_what_would_only_fail_again_is_given_up_at_once(error, attempt, drawn):
    assert RULE.wait(error, attempt, always(drawn)) is None


@given(st.integers(1, 20), again, uniform)
def test_a_row_costs_at_most_as_many_calls_as_the_rule_says(most, error, drawn):
    assert calls_for(RetryRule(attempts=most), error, drawn) == most


def test_a_rule_of_one_attempt_does_not_ask_a_second_time_for_anything():
    once = RetryRule(attempts=1)
    errors = (ProviderThrottled("429", 1), ProviderUnavailable("503"), ProviderGarbled("<html>"))
    assert [calls_for(once, error, 0.5) for error in errors] == [1, 1, 1]


def calls_for(rule, error, drawn):
    """How many calls a row makes that always fail with `error`."""
    calls = 1
    while rule.wait(error, calls, always(drawn)) is not None:
        calls += 1
    return calls
