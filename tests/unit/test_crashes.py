"""Killed at any await, at any word with a store: what comes of it in the end is the same, byte for byte."""

from contextlib import suppress
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assay.domain.errors import ProviderGarbled, ProviderRefused
from assay.use_cases.summarize_experiment import summarize_experiment
from tests.support.build import a_judge_version, an_evaluator_version
from tests.support.crash import Life, died, doomed
from tests.support.engine import ORGANISATION, Engine, Killed
from tests.support.virtual_time import START

AWAITS = 500
ROWS, WIDTH = 150, 4
UNSAVED = 75


def an_engine(rows=ROWS, width=WIDTH):
    """An evaluation by code and by a model, of a task that fails some rows; its clock never says another time."""
    engine = Engine(rows, width, latency=0.125, evaluators=(an_evaluator_version(), a_judge_version()))
    engine.clock.now = lambda: START

    def answer(messages):
        number = int(messages[-1].content.split()[1])
        faults = {5: ProviderRefused("too long"), 11: ProviderGarbled("<html>")}
        return faults.get(number % 15, messages[-1].content)

    engine.provider.answer = answer
    return engine


def kept(engine):
    """Everything that is kept of the evaluation and read by others, as bytes."""
    place = (ORGANISATION, engine.evaluation.id)
    plan = engine.runs.plan(*place)
    outputs = [row.model_dump_json() for n in range(plan.chunks) for row in engine.runs.outputs(*place, n)]
    scores = [row.model_dump_json() for n in range(plan.chunks) for row in engine.runs.scores(*place, 0, n)]
    return "\n".join([*outputs, *scores, engine.runs.summary(*place).model_dump_json()])


@pytest.fixture(scope="module")
def undisturbed():
    engine = an_engine()
    engine.finish()
    return kept(engine)


@pytest.mark.parametrize("every", [13, pytest.param(1, marks=pytest.mark.long)])
def test_row_10_killed_after_any_of_its_first_500_steps_it_converges_to_the_same_bytes(undisturbed, every):
    for steps in range(0, AWAITS, every):
        engine = an_engine()
        assert died(engine, steps), "there are not so many steps"
        engine.finish()
        assert kept(engine) == undisturbed, f"killed after {steps} steps"
        assert engine.provider.calls <= ROWS + ROWS // 15 + WIDTH + UNSAVED
        assert {one.status for one in engine.events.announced} == {"completed"}


@settings(max_examples=15, deadline=None)
@given(st.integers(1, AWAITS), st.integers(1, AWAITS))
def test_killed_twice_it_converges_to_the_same_bytes(undisturbed, first, second):
    engine = an_engine()
    died(engine, first)
    died(engine, second)
    engine.finish()
    assert kept(engine) == undisturbed


def test_row_14_whatever_is_over_has_its_summary_wherever_summing_up_dies():
    steps, place = count(), (ORGANISATION, "ev_1")
    while True:
        engine = an_engine(rows=5)
        engine.clock.run(engine.lanes(engine.prepare()))
        life = Life(next(steps))
        with doomed(engine, life), suppress(Killed):
            summarize_experiment(engine.this, **engine.ends, executions=engine.executions)
        if engine.current.is_over:
            assert engine.runs.summary(*place).status == engine.current.status == "completed"
        if not life.is_over:
            return


@pytest.mark.parametrize("width", [1, 7, 150, 201, 250])
def test_the_summary_is_the_same_whatever_the_lanes_and_chunks(undisturbed, width):
    engine = an_engine(width=width)
    engine.finish()
    assert kept(engine) == undisturbed
