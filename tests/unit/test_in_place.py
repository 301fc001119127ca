"""Scorers that only compute: they judge where the outputs are generated, and it shows in nothing but the time."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assay.domain.evaluators.scorer import CodeScorer, GlobalScorer
from assay.domain.lane import LaneTurn
from assay.use_cases.generate_outputs.in_place import LONGEST, InPlace
from assay.use_cases.paid_work import UNSAVED_ROWS
from tests.support.build import an_evaluator_version
from tests.support.engine import ORGANISATION, Engine


def a_scorer(identifier, scorer):
    return an_evaluator_version(id=identifier, name=identifier, type="scorer", code=None, scorer=scorer)


EXACT = a_scorer("evv_exact", GlobalScorer(name="ExactMatch"))
CLOSE = a_scorer("evv_close", GlobalScorer(name="Levenshtein"))
CODE = a_scorer("evv_code", CodeScorer(runtime="python", code="def handler(output): return 1"))


def an_engine(*evaluators, **options):
    """Rows that expect just what the model says."""
    engine = Engine(**{"datapoints": 60, "width": 5, "evaluators": evaluators or (EXACT, CLOSE), **options})
    rows = engine.datasets.kept[ORGANISATION, "evts_1"][0][1]
    rows[:] = [row.model_copy(update={"target": f"Add {n} and 1."}) for n, row in enumerate(rows)]
    return engine


def generated(engine):
    """The turn of the first lane after its outputs are generated."""
    engine.prepare()
    turn = LaneTurn(organisation=ORGANISATION, evaluation_id=engine.evaluation.id, lane=0)
    return engine.clock.run(engine.generate(turn))


def test_nothing_is_left_to_score_where_scorers_only_compute():
    engine = an_engine()
    turn = generated(engine)
    assert (turn.generated, turn.position, turn.status) == (2, 2, "done")
    assert len(engine.scores()) == 120
    assert [(each.evaluator, each.total) for each in engine.progress.aggregates(ORGANISATION, "ev_1")] == [
        ("evv_exact", 60), ("evv_close", 60),
    ]  # fmt: skip


@pytest.mark.parametrize("evaluators", [(CODE,), (EXACT, CODE)])
def test_code_is_left_for_the_state_that_may_run_it(evaluators):
    engine = an_engine(*evaluators)
    turn = generated(engine)
    assert (turn.generated, turn.position, turn.status, engine.scores()) == (2, 0, "more", [])


def test_rows_are_scored_as_they_are_saved_so_that_little_is_left_at_the_end(monkeypatch):
    engine, left = an_engine(datapoints=300, width=30), []
    finish = InPlace.finish
    monkeypatch.setattr(
        InPlace, "finish", lambda self, chunk, *rest: left.append(made(self, chunk)) or finish(self, chunk, *rest)
    )
    assert generated(engine).position == 1
    assert left[0] >= 200
    assert len(engine.scores()) == 600


def made(in_place, chunk):
    """How many rows of a chunk have their scores."""
    return len(in_place.scores[chunk].rows[0])


def test_what_was_saved_by_a_worker_before_is_scored_as_well():
    engine = an_engine(datapoints=300, width=30)
    engine.kill_after(calls=200)
    engine.finish()
    assert len(engine.scores()) == 600


@pytest.mark.parametrize(("datapoints", "width"), [(60, 5), (300, 30)])
def test_what_would_take_long_is_left_for_later(datapoints, width):
    engine = an_engine(datapoints=datapoints, width=width)
    clock, end = engine.clock.monotonic, iter(range(10**6))
    engine.clock.monotonic = lambda: clock() + next(end) * LONGEST / 20
    assert generated(engine).position == 0
    assert engine.scores() == []


@pytest.mark.parametrize(("datapoints", "width"), [(60, 5), (300, 30)])
def test_outputs_that_another_attempt_has_written_are_not_scored_by_one_s_own(datapoints, width):
    engine = an_engine(datapoints=datapoints, width=width)
    save = engine.runs.save_outputs

    def beaten(organisation, evaluation_id, chunk, rows):
        save(organisation, evaluation_id, chunk, [row.model_copy(update={"text": "Hm."}) for row in rows])
        return save(organisation, evaluation_id, chunk, rows)

    engine.runs.save_outputs = beaten
    engine.finish()
    assert {score.value for score in engine.scores() if score.evaluator == "evv_exact"} == {0.0}


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 60), st.sampled_from([(60, 5), (150, 15)]))
def test_a_killed_worker_changes_no_score(calls, size):
    rows, width = size
    engine, undisturbed = (an_engine(datapoints=rows, width=width) for _ in range(2))
    engine.kill_after(calls=calls)
    assert engine.finish().scores == undisturbed.finish().scores
    assert engine.scores() == undisturbed.scores()
    assert engine.provider.calls <= rows + width + UNSAVED_ROWS
