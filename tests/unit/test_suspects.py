"""Rows that kill their workers: tried alone after two deaths, given up after the third, and never a neighbour's fault."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assay.domain.lane import InFlight
from assay.use_cases.paid_work import UNSAVED_ROWS
from assay.use_cases.suspects import FATAL
from tests.support.deadly import beside_the_suspect, deadly
from tests.support.engine import ORGANISATION, Engine


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 249), st.integers(1, 40))
def test_a_row_that_kills_its_worker_three_times_is_that_rows_error(row, width):
    engine = Engine(datapoints=250, width=width)
    deaths = deadly(engine.provider, row, times=100)
    summary = engine.finish()
    assert (summary.status, summary.n_outputs, summary.errors_by_kind) == ("completed", 249, {"lost": 1})
    assert engine.outputs()[row].failure.message == "3 workers died on this row."
    assert deaths == {row: FATAL}
    assert engine.provider.calls <= 250 + FATAL * (width + UNSAVED_ROWS)


def test_two_such_rows_in_one_lane_are_two_errors():
    engine = Engine(datapoints=100, width=10)
    deadly(engine.provider, 3, 7, times=100)
    summary = engine.finish()
    assert (summary.status, summary.n_outputs, summary.errors_by_kind) == ("completed", 98, {"lost": 2})


@pytest.mark.parametrize("times", [1, 2])
def test_a_row_that_outlives_its_deaths_has_an_output(times):
    engine = Engine(datapoints=60, width=10)
    deadly(engine.provider, 20, times=times)
    summary = engine.finish()
    assert (summary.n_outputs, summary.n_errors) == (60, 0)


def test_after_two_deaths_a_suspect_row_is_called_for_alone():
    engine = Engine(datapoints=60, width=10)
    deaths = deadly(engine.provider, 20, times=2)
    beside = beside_the_suspect(engine.provider, 20, deaths)
    engine.finish()
    assert beside == [0]


def test_deaths_of_workers_that_had_not_noted_a_row_do_not_count_against_it():
    noted = InFlight(rows=(1, 2), deaths={2: 1, 9: 2})
    assert noted.after_death() == {1: 1, 2: 2, 9: 2}


@pytest.mark.parametrize("times", [0, 2])
def test_when_a_lane_is_through_no_row_and_no_death_is_noted_any_more(times):
    engine = Engine(datapoints=100, width=10)
    deadly(engine.provider, 3, times=times)
    engine.finish()
    assert engine.progress.noted(ORGANISATION, engine.evaluation.id, 0, "generate") == InFlight()


def test_rows_are_noted_many_at_a_time():
    engine = Engine(datapoints=1000, width=100)
    notes, note = [], engine.progress.note
    engine.progress.note = lambda *args: notes.append(args[-1]) or note(*args)
    engine.finish()
    assert len(notes) <= 12
