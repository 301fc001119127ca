"""Whoever waits for an evaluation hears of its end soon, and does not ask forever as if it had begun just now."""

from datetime import timedelta

import pytest

from assay.domain.evaluation import Evaluation
from assay.use_cases.await_experiment import LONGEST, SHORTEST, await_evaluation
from tests.support.build import NOON, an_evaluation
from tests.support.engine import ORGANISATION


class Waiting:
    """Somebody who waits for an evaluation that is over `ends` seconds after it began. Implements ports.Clock."""

    def __init__(self, ends: float, since: float = 0) -> None:
        self.ends, self.seconds = ends, since
        self.looks: list[float] = []

    def now(self):
        return NOON + timedelta(seconds=self.seconds)

    def monotonic(self):
        return self.seconds

    def pause(self, seconds):
        self.seconds += seconds

    def get(self, organisation, kind, identifier):
        assert (organisation, kind, identifier) == (ORGANISATION, Evaluation, "ev_1")
        self.looks.append(self.seconds)
        is_over = self.seconds >= self.ends
        return an_evaluation(status="completed" if is_over else "running", is_working=not is_over, updated_at=NOON)

    def wait(self, seconds):
        return await_evaluation(ORGANISATION, "ev_1", seconds, resources=self, clock=self, pause=self.pause)


@pytest.mark.parametrize("ends", [0.3, 3, 20])
def test_an_end_is_heard_within_a_twentieth_of_a_second_or_a_hundredth_of_the_time_that_it_took(ends):
    waiting = Waiting(ends)
    assert waiting.wait(25).is_at_rest
    assert waiting.seconds - ends <= max(SHORTEST, 0.0101 * ends)


def test_patience_ends_to_the_moment():
    waiting = Waiting(ends=60)
    assert not waiting.wait(25).is_at_rest
    assert waiting.seconds == pytest.approx(25)


def test_what_has_been_running_for_long_is_looked_at_seldom():
    waiting = Waiting(ends=1e6, since=500)
    waiting.wait(25)
    assert len(waiting.looks) == 25 / LONGEST + 1
