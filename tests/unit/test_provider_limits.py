"""What a provider asks of one worker binds this one at once, and every other lane within one flush."""

from datetime import timedelta

import pytest

from assay.domain.errors import ProviderDenied, ProviderThrottled
from assay.domain.provider_limit import Denial, Hold, ProviderLimit
from assay.domain.task import Config
from assay.use_cases.paid_work import FLUSH_SECONDS
from tests.support.build import NOON
from tests.support.engine import ORGANISATION, Engine

LATENCY = 0.25


class Throttling:
    """Answers, but for the calls with the numbers `at`: these are refused with 429. Notes when calls are made."""

    def __init__(self, engine, at, retry_after):
        self.engine, self.at, self.retry_after = engine, at, retry_after
        self.moments = []
        engine.provider.answer = self

    def __call__(self, messages):
        self.moments.append(self.engine.clock.monotonic())
        if len(self.moments) in self.at:
            return ProviderThrottled("slow down", self.retry_after)
        return str(messages[-1].content)

    def in_flight(self, moment):
        """How many calls were under way then; they are noted when they end."""
        return sum(moment <= ended < moment + LATENCY for ended in self.moments)


@pytest.mark.parametrize("seconds", [8, 300])
def test_row_1_no_worker_calls_before_the_time_that_a_429_named(seconds):
    engine = Engine(datapoints=100, width=10, latency=LATENCY)
    calls = Throttling(engine, {15}, seconds)
    summary = engine.finish()
    said = calls.moments[14]
    assert (summary.n_outputs, engine.provider.calls) == (100, 101)
    assert not [moment for moment in calls.moments if said + LATENCY < moment < said + seconds + LATENCY]
    assert engine.clock.seconds >= seconds


def test_all_lanes_leave_the_provider_alone_within_one_flush():
    engine = Engine(datapoints=6000, width=300, latency=1)
    calls = Throttling(engine, {700}, 60)
    summary = engine.finish()
    said = calls.moments[699]
    late = [moment for moment in calls.moments if said + FLUSH_SECONDS + 1 < moment < said + 60]
    left = [moment for moment in calls.moments if moment >= said + 60]
    assert (summary.n_outputs, late) == (6000, [])
    assert len(left) > 3000, "the other lanes had work left when they stopped"


def test_a_lane_that_begins_while_the_provider_is_to_be_left_alone_makes_no_call():
    engine = Engine(datapoints=20, width=5)
    until = engine.clock.now() + timedelta(seconds=100)
    engine.limits.hold("acme", "fake", Hold(until=until, seconds=100))
    moments = Throttling(engine, (), None).moments
    assert engine.finish().n_outputs == 20
    assert min(moments) >= 100


def test_another_organisation_is_not_held():
    engine = Engine(datapoints=20, width=5)
    engine.limits.hold("other", "fake", Hold(until=engine.clock.now() + timedelta(seconds=100), seconds=100))
    engine.finish()
    assert engine.clock.seconds < 10


def test_row_2_429s_narrow_the_lane_and_quiet_widens_it_again_also_over_several_turns():
    engine = Engine(datapoints=5000, width=20, latency=LATENCY)
    engine.invocation_seconds = 100
    calls = Throttling(engine, range(101, 141), None)
    summary = engine.finish()
    narrow = calls.moments[140] + 2
    assert summary.n_outputs == 5000
    assert engine.provider.calls == 5040
    assert calls.in_flight(narrow) == 16
    widths = [width for second in range(60) if (width := calls.in_flight(narrow + second)) > 10]
    assert widths == sorted(widths)
    assert set(widths) == {16, 17, 18, 19}


def test_a_refused_key_stops_every_lane_within_one_flush_though_one_alone_was_told():
    engine = Engine(datapoints=6000, width=300, latency=1)
    refused, answered = [], []

    def answer(messages):
        row, now = int(messages[-1].content.split()[1]), engine.clock.monotonic()
        first_lane = row // 1000 % 3 == 0
        if first_lane and now > 2:
            refused.append(now)
            return ProviderDenied("The provider answered 401: wrong key")
        answered.append(now)
        return str(messages[-1].content)

    engine.provider.answer = answer
    summary = engine.finish()
    assert summary.n_outputs + summary.n_errors == 6000
    assert set(summary.errors_by_kind) == {"denied"}
    assert max(refused) == min(refused)
    assert max(answered) <= min(refused) + FLUSH_SECONDS + 1
    assert summary.n_outputs < 3000


def test_a_key_that_was_refused_before_the_evaluation_began_is_tried_again():
    engine = Engine(datapoints=5, width=5)
    task = engine.resources.get(ORGANISATION, Config, engine.evaluation.config_id).task
    earlier = Denial(at=engine.clock.now() - timedelta(seconds=1), message="The provider answered 401: wrong key")
    engine.limits.deny(ORGANISATION, "fake", task.model, earlier)
    assert engine.finish().n_outputs == 5


def test_a_reader_whose_clock_is_wrong_waits_no_longer_than_the_provider_wanted():
    hold = Hold(until=NOON + timedelta(seconds=20), seconds=20)
    waits = [hold.wait(NOON + timedelta(minutes=skew)) for skew in (-5, 0, 5)]
    assert waits == [20, 20, 0]


def test_a_denial_is_for_one_model_and_not_for_ever():
    limit = ProviderLimit(denials={"gpt-x": Denial(at=NOON, message="no")})
    assert (limit.denial("gpt-x", NOON, NOON), limit.denial("gpt-y", NOON, NOON)) == ("no", None)
    assert limit.denial("gpt-x", NOON + timedelta(minutes=5), NOON) is None


def test_an_answer_that_says_that_nothing_remains_makes_everybody_wait_and_counts():
    engine = Engine(datapoints=50, width=5, latency=LATENCY)
    complete, moments = engine.provider.complete, []

    async def exhausted(task, messages):
        said = await complete(task, messages)
        moments.append(engine.clock.monotonic())
        return said.model_copy(update={"pause": 8 if len(moments) == 5 else 0})

    engine.provider.complete = exhausted
    summary = engine.finish()
    assert (summary.n_outputs, engine.provider.calls) == (50, 50)
    assert not [moment for moment in moments if moments[4] + LATENCY < moment < moments[4] + 8]
