"""The stack's caps: what no launch may have more of, whatever it asks for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.domain.errors import InvalidRequest
from assay.use_cases.start_evaluation import LaunchLimits
from tests.support.build import a_dataset_version, an_evaluation

dollars = st.floats(0.01, 1e6)


def limits(**caps):
    return LaunchLimits(default=1, ceiling=1, **caps)


@given(st.integers(0, 1000), st.integers(1, 50), st.integers(1, 5000))
def test_rows_are_datapoints_times_trials(datapoints, trials, most):
    evaluation = an_evaluation(dataset=a_dataset_version(datapoints=datapoints), trials=trials)
    if datapoints * trials <= most:
        assert limits(rows=most).applied_to(evaluation) == evaluation
    else:
        with pytest.raises(InvalidRequest, match=f"{most} that this stack allows"):
            limits(rows=most).applied_to(evaluation)


@given(dollars | st.none(), dollars | st.none())
def test_an_evaluation_may_cost_the_less_of_what_it_asks_for_and_what_any_may(asked, most):
    found = limits(cost=most).applied_to(an_evaluation(max_cost=asked)).max_cost
    assert found == min((each for each in (asked, most) if each is not None), default=None)


def test_what_a_client_generates_costs_the_stack_nothing():
    evaluation = an_evaluation(generated_by="client")
    assert limits(cost=1.0).applied_to(evaluation).max_cost is None
