"""A run may repeat about as many calls as it has to make, over all its rows, lanes, turns and judges."""

from itertools import count

import pytest

from assay.domain.errors import ProviderThrottled, ProviderUnavailable
from assay.domain.plan import SPARE_RETRIES
from assay.use_cases.call_model import SPENT
from tests.support.build import a_judge_version, a_plan
from tests.support.engine import Engine

DOWN = ProviderUnavailable("500")


def down(engine):
    engine.provider.answer = lambda _: DOWN
    return engine


@pytest.mark.parametrize("width", [10, 250])
def test_a_provider_that_is_down_is_asked_no_more_than_the_budget_allows(width):
    engine = down(Engine(datapoints=400, width=width))
    summary = engine.finish()
    assert summary.errors_by_kind == {"provider": 400}
    assert 400 + SPARE_RETRIES <= engine.provider.calls <= 2 * 400 + SPARE_RETRIES + 3
    assert any(row.failure.message == f"500 {SPENT}" for row in engine.outputs())


def test_a_small_run_may_ask_eight_times_for_each_row():
    engine = down(Engine(datapoints=100, width=10))
    engine.finish()
    assert engine.provider.calls == 800
    assert not any(SPENT in row.failure.message for row in engine.outputs())


def test_what_was_spent_in_earlier_turns_counts():
    engine = down(Engine(datapoints=400, width=10))
    engine.invocation_seconds = 70
    engine.finish()
    assert engine.provider.calls <= 2 * 400 + SPARE_RETRIES


@pytest.mark.parametrize("invocation_seconds", [1e9, 65])
def test_judges_share_the_budget_of_their_lane(invocation_seconds):
    engine = Engine(datapoints=400, width=10, evaluators=(a_judge_version(),))
    engine.invocation_seconds = invocation_seconds
    engine.judge.answer = lambda _: DOWN
    summary = engine.finish()
    turns = max(engine.progress.tokens.values()) / 2
    assert turns > 3 or invocation_seconds == 1e9
    assert (summary.n_outputs, summary.scores[0].n_errors) == (400, 400)
    assert engine.judge.calls == 400 + 2 * 400 + SPARE_RETRIES


def test_a_faulty_tenth_leaves_every_row_with_an_output():
    engine = Engine(datapoints=2000, width=50)
    answer, numbers = engine.provider.answer, count(1)
    engine.provider.answer = lambda messages: DOWN if next(numbers) % 10 == 0 else answer(messages)
    assert engine.finish().n_outputs == 2000


def test_a_throttled_lane_is_held_whatever_is_left_of_its_budget():
    engine = Engine(datapoints=50, width=10)
    answer, until = engine.provider.answer, engine.clock.monotonic() + 100
    busy = ProviderThrottled("429", retry_after=60)
    engine.provider.answer = lambda messages: busy if engine.clock.monotonic() < until else answer(messages)
    assert engine.finish().n_outputs == 50


@pytest.mark.parametrize("widths", [(10,), (3, 3, 2), (1,) * 7])
def test_the_lanes_budgets_come_to_that_of_the_run(widths):
    plan = a_plan(datapoints=95, rows_per_chunk=10, widths=widths)
    total = sum(plan.retries(lane) for lane in range(len(widths)))
    assert 95 + SPARE_RETRIES <= total < 95 + SPARE_RETRIES + len(widths)
