"""What a summary says of how sure its scores are: nothing is lost, and the same whatever way it was computed."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.domain.comparison import Comparison
from assay.domain.errors import ProviderRefused
from assay.domain.rows import Event
from assay.domain.statistics.judge import Judge
from assay.domain.statistics.tally import Tally
from assay.domain.summary import Summary
from assay.use_cases.compare_experiment import Stores, compare_experiment
from tests.support.build import an_evaluator_version
from tests.support.engine import ORGANISATION, Engine
from tests.unit.test_compare_experiment import TRIALS, Lab, an_experiment

KEYS = {
    "n_items", "n_trials", "n_scored", "n_skipped", "n_errors", "mean", "mean_errors_as_zero", "bounds", "stderr", "ci",
    "clusters", "comparison", "mde",
}  # fmt: skip
"""Those of the quality contract, §1."""
COMPARED = {
    "base", "n_paired", "coverage", "diff", "stderr", "ci", "method", "p_value", "wins", "losses", "ties",
}  # fmt: skip


def wrong_at(lab, *numbers):
    """From now on the model errs at these datapoints."""
    right = lab.provider.answer
    wrong = tuple(f"Add {number} and" for number in numbers)
    lab.provider.answer = lambda messages: "wrong" if messages[-1].content.startswith(wrong) else right(messages)


def own(summary):
    """The statistics without what ties them to an experiment."""
    return [one.model_copy(update={"comparison": None}) for one in summary.statistics]


def test_a_summary_says_how_sure_each_score_is():
    engine = Engine(datapoints=40)
    wrong_at(engine, *range(10))
    (found,) = engine.finish().statistics
    assert (found.name, found.n_items, found.n_trials, found.n_scored) == ("Exact match", 40, 40, 40)
    assert (found.mean, found.bounds, found.mean_errors_as_zero) == (0.75, (0.75, 0.75), 0.75)
    assert found.ci.method == "wilson"
    assert found.ci.low < 0.75 < found.ci.high
    assert found.comparison is None


def test_it_has_the_keys_of_the_contract():
    lab = Lab(datapoints=12)
    lab.compared(1)
    lab.begin(2)
    (said,) = json.loads(lab.finish().model_dump_json())["statistics"]
    assert said.keys() >= KEYS
    assert said["comparison"].keys() >= COMPARED
    assert said["ci"].keys() == {"low", "high", "level", "method", "df"}
    assert said["n_errors"].keys() == {"provider", "timeout", "evaluator", "parse", "not_run"}


def test_trials_are_no_datapoints():
    engine = Engine(datapoints=20, trials=3)
    (found,) = engine.finish().statistics
    assert (found.n_items, found.n_trials, found.n_scored) == (20, 60, 60)


def test_a_row_that_failed_is_counted_by_what_went_wrong_and_never_averaged():
    engine = Engine(datapoints=20)
    right = engine.provider.answer

    def answer(messages):
        if messages[-1].content.startswith("Add 7 "):
            return ProviderRefused("no")
        return right(messages)

    engine.provider.answer = answer
    (found,) = engine.finish().statistics
    assert (found.n_trials, found.n_scored, found.mean) == (20, 19, 1.0)
    assert {group: n for group, n in found.n_errors.items() if n} == {"provider": 1}
    assert (found.mean_errors_as_zero, found.bounds) == (0.95, (0.95, 1.0))


def test_rows_that_never_ran_are_in_the_denominator_too():
    lab = Lab(datapoints=100)
    lab.begin(1, width=1)
    lab.evaluation = lab.evaluation.revised(lab.evaluation.updated_at, timeout=1.05)
    lab.resources.replace(ORGANISATION, lab.current, lab.evaluation)
    (found,) = lab.finish().statistics
    assert (found.n_items, found.n_trials) == (100, 200)
    assert found.n_errors["timeout"] == 200 - found.n_scored


@pytest.mark.parametrize("lab", [Engine, Lab])
def test_what_a_run_that_reached_its_limit_left_over_is_called_not_run(lab):
    run = lab(datapoints=400)
    if isinstance(run, Lab):
        run.begin(1, width=10)
    limited = run.evaluation.revised(run.evaluation.updated_at, max_cost=50.0)
    run.resources.replace(ORGANISATION, run.evaluation, limited)
    run.evaluation = limited
    (found,) = run.finish().statistics
    assert found.n_scored < found.n_trials
    assert {group: n for group, n in found.n_errors.items() if n} == {"not_run": found.n_trials - found.n_scored}


def test_two_runs_are_compared_datapoint_by_datapoint():
    lab = Lab(datapoints=40)
    lab.compared(1)
    wrong_at(lab, 3, 5)
    lab.begin(2)
    (found,) = lab.finish().statistics
    beside = found.comparison
    assert (beside.base, beside.n_paired, beside.coverage) == ("x1", 40, 1.0)
    assert (beside.diff, beside.wins, beside.losses, beside.ties) == (-0.05, 0, 2, 38)
    assert beside.method == "mcnemar_mid_p"
    assert beside.ci.low < -0.05 < beside.ci.high


def test_a_base_without_the_datapoints_pairs_with_nothing():
    lab = Lab(datapoints=12)
    lab.compared(1)
    rows = lab.datasets.kept[ORGANISATION, "evts_1"][0][1]
    others = [row.model_copy(update={"inputs": {"a": "99", "b": row.inputs["a"]}}) for row in rows]
    lab.datasets.append(ORGANISATION, "evts_2", "s", others)
    dataset = lab.evaluation.dataset.model_copy(update={"dataset_id": "evts_2"})
    lab.evaluation = lab.evaluation.model_copy(update={"dataset": dataset})
    lab.begin(2)
    (found,) = lab.finish().statistics
    assert (found.comparison.n_paired, found.comparison.coverage, found.comparison.diff) == (0, 0, None)


def test_the_summary_of_an_experiment_has_the_numbers_that_stand_beside_its_base():
    lab = Lab(datapoints=12)
    lab.begin(1)
    summary = lab.finish()
    assert summary.statistics == lab.runs.comparison(ORGANISATION, "ev_x1").statistics


def troubled(lab):
    """A model of which some calls fail for good, some take several goes, and some answers are wrong."""
    right = lab.provider.answer

    def answer(messages):
        number = int(messages[-1].content.split()[1])
        if number % 7 == 0:
            return ProviderRefused("no")
        return "wrong" if number % 3 == 0 else right(messages)

    lab.provider.answer = answer
    return lab


JUDGE = an_evaluator_version(id="evv_2", name="Judge", return_type="number")


def test_records_and_spans_come_to_the_same_numbers():
    run = troubled(Engine(datapoints=60, trials=TRIALS)).finish()
    lab = troubled(Lab(datapoints=60))
    lab.begin(1)
    assert own(lab.finish()) == own(run)


@pytest.mark.parametrize(("width", "lanes"), [(1, 1), (7, 1), (150, 2)])
def test_the_numbers_are_the_same_however_the_work_was_cut(width, lanes):
    engine = troubled(Engine(datapoints=60, width=width, trials=2))
    summary = engine.finish()
    assert len(engine.runs.plan(ORGANISATION, engine.evaluation.id).widths) == lanes
    expected = troubled(Engine(datapoints=60, trials=2)).finish()
    assert summary.model_dump_json(include={"statistics"}) == expected.model_dump_json(include={"statistics"})


def test_what_is_logged_by_clients_has_statistics_too():
    lab = Lab(datapoints=3)
    lab.resources.create(ORGANISATION, an_experiment(1, evaluation_id=None))
    rows = [
        Event(id=f"r{n}", content={"inputs": {"q": n // 2}, "scores": {"human": n % 4 / 4}})
        for n in range(24)
    ]  # fmt: skip
    broken = [Event(id="r99", content={"inputs": {"q": "?"}, "error": "no answer"})]
    lab.experiment_rows.write(ORGANISATION, "x1", None, [*rows, *broken])
    stores = Stores(lab.resources, lab.datasets, lab.runs, lab.experiment_rows, lab.posted)
    found = compare_experiment(
        ORGANISATION, an_experiment(1, evaluation_id=None), None, stores=stores, prices=lab.prices
    )
    (human,) = found.statistics
    assert (human.name, human.n_items, human.n_scored, human.n_trials) == ("human", 13, 24, 25)
    assert (human.n_errors["provider"], human.ci.method) == (1, "bca")


def test_summaries_of_earlier_days_are_still_read():
    old = json.loads(Engine(datapoints=3).finish().model_dump_json())
    del old["statistics"]
    assert Summary.model_validate_json(json.dumps(old)).statistics == ()
    assert Comparison.model_validate_json('{"base_id": null, "scores": [], "metrics": []}').statistics == ()


outcomes = st.one_of(st.floats(0, 1, width=32), st.none(), st.sampled_from(["output", "score", "nothing"]))


@given(st.lists(st.lists(outcomes, min_size=1, max_size=3), max_size=20))
def test_every_row_is_scored_or_skipped_or_an_error_whatever_happens(rows):
    tally = Tally()
    for item, trials in enumerate(rows):
        for outcome in trials:
            tally.row(item)
            if outcome == "output":
                tally.fail(item, "provider")
            elif outcome == "score":
                tally.let_down("e", item, "parse")
            elif outcome != "nothing":
                tally.judge("e", item, {"s": outcome})
    (found,) = tally.statistics({"e": Judge("e", owes="timeout")})
    outcomes = [outcome for trials in rows for outcome in trials]
    assert (found.n_items, found.n_trials) == (len(rows), len(outcomes))
    assert found.n_scored == sum(isinstance(one, float) for one in outcomes)
    assert found.n_skipped == outcomes.count(None)
    expected = {"provider": "output", "parse": "score", "timeout": "nothing"}
    assert found.n_errors == {
        "evaluator": 0,
        "not_run": 0,
        **{group: outcomes.count(name) for group, name in expected.items()},
    }
    assert list(tally.statistics({"e": Judge("e", owes="timeout")})) == [found], "To look changes nothing."


def test_who_owes_no_score_is_asked_for_none():
    tally = Tally()
    for item in range(3):
        tally.row(item)
    tally.judge("human", 0, {"human": 1.0})
    (free,) = tally.statistics({})
    (owing,) = tally.statistics({"human": Judge("human", owes="timeout")})
    assert (free.n_items, free.n_trials, free.n_errors["timeout"]) == (3, 1, 0)
    assert (owing.n_items, owing.n_trials, owing.n_errors["timeout"]) == (3, 3, 2)
