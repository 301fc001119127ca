"""An evaluation that may take only so long: it ends then, and what was finished by then is summed up."""

import pytest

from assay.domain.errors import ProviderThrottled
from tests.support.build import an_evaluator_version
from tests.support.engine import Engine

A_JUDGE = an_evaluator_version(
    id="evv_judge",
    type="llm",
    code=None,
    task={"provider": "mock", "model": "m", "endpoint": "chat", "chat_template": [{"role": "user", "content": "?"}]},
)


def test_a_task_that_takes_for_ever_is_given_up_when_the_time_is_over():
    engine = Engine(datapoints=5, width=5, latency=500, timeout=0.5)
    summary = engine.finish()
    assert engine.clock.seconds == pytest.approx(0.5)
    assert (summary.status, summary.n_outputs, summary.errors_by_kind) == ("completed", 0, {"timeout": 5})


def test_what_was_finished_in_time_is_scored_and_summed_up():
    engine = Engine(datapoints=1000, width=1, latency=0.1, timeout=5.05)
    summary = engine.finish()
    assert engine.clock.seconds == pytest.approx(5.05)
    assert (summary.n_outputs, summary.n_errors, summary.n_missing) == (50, 10, 940)
    assert summary.scores[0].n_scored == 50
    assert summary.reason == "It was cut off at 00:00:05 UTC, when its time was over."
    assert engine.provider.calls == 51


def test_what_was_finished_of_a_single_large_chunk_is_scored_too():
    engine = Engine(datapoints=1000, width=100, latency=0.1, timeout=0.55)
    summary = engine.finish()
    assert (summary.n_outputs, summary.n_errors, summary.n_missing) == (500, 500, 0)
    assert summary.scores[0].n_scored == 500


def test_of_a_long_evaluation_with_a_slow_judge_most_outputs_are_scored():
    engine = Engine(datapoints=2000, width=10, latency=1, timeout=200, evaluators=(A_JUDGE,))
    summary = engine.finish()
    assert engine.clock.seconds <= 200 + 5
    assert summary.n_missing > 0
    assert summary.scores[0].n_scored >= 0.9 * summary.n_outputs


def test_nothing_is_begun_after_the_end():
    engine = Engine(datapoints=300, width=3, latency=1, timeout=10.5)
    engine.invocation_seconds = 65
    engine.finish()
    assert engine.clock.seconds == pytest.approx(10.5)
    assert engine.provider.calls <= 33


def test_a_judge_that_takes_for_ever_is_given_up_too():
    engine = Engine(datapoints=5, width=5, latency=0.1, timeout=3, evaluators=(A_JUDGE,))
    engine.judge.latency = 500
    summary = engine.finish()
    assert engine.clock.seconds == pytest.approx(3 + 5)
    assert (summary.n_outputs, summary.scores[0].n_missing) == (5, 5)


def test_a_provider_that_asks_for_a_long_pause_is_waited_for_no_longer_than_there_is_time():
    engine = Engine(datapoints=5, width=5, timeout=10)
    engine.provider.answer = lambda _: ProviderThrottled("later", retry_after=3600)
    engine.finish()
    assert engine.clock.seconds <= 11


def test_an_evaluation_that_is_done_in_time_is_like_any_other():
    timed, free = Engine(timeout=3600), Engine()
    assert timed.finish() == free.finish()
