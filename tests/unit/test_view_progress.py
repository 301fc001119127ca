"""How far a run is, as whoever waits for it is told."""

import pytest

from assay.domain.completion import Completion
from assay.domain.errors import ProviderRefused
from assay.domain.messages import Message
from assay.domain.score import Usage
from assay.use_cases.view_progress import view_progress
from tests.support.engine import ORGANISATION, Engine


def progress(engine):
    return view_progress(
        ORGANISATION,
        engine.current,
        resources=engine.resources,
        progress=engine.progress,
        posted=engine.posted,
        prices=engine.prices,
        clock=engine.clock,
    )


def test_a_run_that_has_not_begun_has_done_nothing_and_its_cost_is_not_known():
    found = progress(Engine(datapoints=20))
    assert (found.rows, found.done, found.errors_by_kind, found.cost) == (20, 0, {}, None)
    assert [(score.name, score.mean, score.n_scored) for score in found.scores] == [("Exact match", None, 0)]


def test_a_finished_run_has_done_all_its_rows_at_the_price_of_its_tokens():
    engine = Engine(datapoints=20, trials=2)
    engine.finish()
    found = progress(engine)
    assert (found.status, found.is_over, found.done) == ("completed", True, 40)
    assert found.cost == pytest.approx(40 * (3 * 0.5 + 2 * 0.25))
    assert [(score.mean, score.n_scored) for score in found.scores] == [(1.0, 40)]


def test_a_run_that_is_over_takes_no_longer():
    engine = Engine(datapoints=20)
    engine.finish()
    took = progress(engine).seconds
    engine.clock.run(engine.clock.sleep(600))
    assert progress(engine).seconds == took


def test_errors_are_counted_by_their_kind_while_rows_come_in():
    engine = Engine(datapoints=20)

    def answer(messages):
        return ProviderRefused("No.") if "Add 7 and" in str(messages[-1].content) else str(messages[-1].content)

    engine.provider.answer = answer
    engine.clock.run(engine.lanes(engine.prepare()))
    found = progress(engine)
    assert (found.is_over, found.done, found.errors_by_kind) == (False, 20, {"refused": 1})


def test_a_cost_is_not_known_where_the_provider_did_not_count():
    engine = Engine(datapoints=5)
    said = Message(role="assistant", content="5")
    engine.provider.answer = lambda _: Completion(text="5", message=said, finish_reason="stop", usage=Usage())
    engine.finish()
    assert progress(engine).cost is None
