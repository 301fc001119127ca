"""What an experiment came to, from the run to the numbers beside its base."""

from typing import Any

import pytest

from assay.domain.comparison import Comparison
from assay.domain.errors import ProviderRefused
from assay.domain.evaluation import Pass
from assay.domain.experiment import Experiment
from assay.domain.project import Project
from assay.domain.rows import Event
from assay.domain.spans import SCORERS, SpanPlace, span_id
from assay.use_cases.compare_experiment import Stores, compare_experiment
from assay.use_cases.summarize_experiment import summarize_experiment
from tests.support.build import TIMES, a_dataset_version, an_evaluation
from tests.support.engine import ORGANISATION, Engine

TRIALS = 2


def an_experiment(number, **fields):
    """The experiment of evaluation `ev_x{number}`, one a minute."""
    times = {name: at.replace(minute=number) for name, at in TIMES.items()}
    defaults: dict[str, Any] = {
        "id": f"x{number}",
        "project_id": "pr_1",
        "name": f"run {number}",
        "evaluation_id": f"ev_x{number}",
    }
    return Experiment(**{**defaults, **times, **fields})


class Lab(Engine):
    """An engine whose evaluations make experiments of one project, one after another."""

    def __init__(self, settings=None, **engine):
        super().__init__(**{"latency": 0.125, "trials": TRIALS, **engine})
        self.resources.create(ORGANISATION, Project(id="pr_1", name="sums", settings=settings, **TIMES))

    def begin(self, number=1, width=10, **experiment):
        """Makes the next evaluation and its experiment."""
        made = an_experiment(number, **experiment)
        self.evaluation = an_evaluation(
            id=made.evaluation_id, experiment_id=made.id, max_concurrency=width, trials=TRIALS,
            dataset=self.evaluation.dataset,
        )  # fmt: skip
        self.resources.create(ORGANISATION, made, self.evaluation)
        self.this = Pass(organisation=ORGANISATION, evaluation_id=self.evaluation.id, number=1)
        return made

    def compared(self, number=1, **begin):
        """What the experiment came to."""
        self.begin(number, **begin)
        self.finish()
        return self.runs.comparison(ORGANISATION, f"ev_x{number}")


def line(comparison, name):
    return next(one for one in (*comparison.scores, *comparison.metrics) if one.name == name)


def test_the_first_experiment_of_a_project_has_its_means_and_no_base():
    comparison = Lab(datapoints=20).compared()
    assert comparison.base_id is None
    score = line(comparison, "Exact match")
    assert (score.mean, score.diff, score.improvements, score.regressions) == (1.0, None, 0, 0)
    means = {metric.name: metric.mean for metric in comparison.metrics}
    assert (means["duration"], means["llm_calls"], means["errors"]) == (0.125, 1, 0)
    assert (means["prompt_tokens"], means["completion_tokens"], means["total_tokens"]) == (3, 2, 5)


def test_the_next_is_compared_with_the_one_before_key_by_key():
    lab = Lab(datapoints=20)
    lab.compared(1)
    right = lab.provider.answer
    lab.provider.answer = lambda messages: "wrong" if messages[-1].content.startswith("Add 7 ") else right(messages)
    lab.provider.latency = 0.25
    comparison = lab.compared(2)
    score, duration = line(comparison, "Exact match"), line(comparison, "duration")
    assert comparison.base_id == "x1"
    assert (score.mean, score.diff, score.improvements, score.regressions) == (0.95, -0.05, 0, 1)
    assert (duration.diff, duration.improvements, duration.regressions) == (0.125, 0, 20)


def test_a_row_that_failed_counts_as_an_error_and_in_no_mean():
    lab = Lab(datapoints=20)
    right = lab.provider.answer
    lab.provider.answer = lambda messages: (
        ProviderRefused("no") if messages[-1].content.startswith("Add 7 ") else right(messages)
    )
    comparison = lab.compared()
    assert line(comparison, "Exact match").mean == 1.0
    assert line(comparison, "errors").mean == 3 / 20
    assert line(comparison, "llm_errors").mean == 1 / 20


def test_why_rows_have_no_output_is_counted_by_kind_with_the_first_message():
    lab = Lab(datapoints=20)
    right = lab.provider.answer
    failing = {"Add 7 ": ProviderRefused("too long"), "Add 9 ": ProviderRefused("too rude")}
    lab.provider.answer = lambda messages: failing.get(messages[-1].content[:6], right(messages))
    faults = lab.compared().faults
    assert [(one.evaluator, one.kind, one.rows, one.message) for one in faults] == [
        (None, "refused", 2 * TRIALS, "too long")
    ]


def test_rows_that_never_ran_are_errors():
    lab = Lab(datapoints=100, timeout=None)
    lab.begin(1, width=1)
    lab.evaluation = lab.evaluation.revised(TIMES["updated_at"], timeout=1.05)
    lab.resources.replace(ORGANISATION, lab.current, lab.evaluation)
    lab.finish()
    comparison = lab.runs.comparison(ORGANISATION, "ev_x1")
    assert line(comparison, "errors").mean == pytest.approx(2 * 192 / 200)


def test_an_empty_dataset_comes_to_nothing():
    comparison = Lab(datapoints=0).compared()
    assert (comparison.scores, comparison.metrics) == ((), ())


def test_a_pass_that_leaves_work_to_the_next_says_how_sure_the_scores_are_that_there_are():
    summaries = []
    for rests in (False, True):
        lab = Lab(datapoints=20)
        lab.begin(1)
        lab.clock.run(lab.lanes(lab.prepare()))
        if rests:
            lab.progress.rest_lane(lab.this, 0)
        summaries.append(summarize_experiment(lab.this, **lab.ends, executions=lab.executions))
    assert [summary.status for summary in summaries] == ["completed", "running"]
    over, going_on = ([(one.n_scored, one.mean) for one in summary.statistics] for summary in summaries)
    assert over == going_on == [(20 * TRIALS, 1.0)]


@pytest.mark.parametrize(
    ("settings", "asked", "expected"),
    [(None, None, "x2"), ({"baseline_experiment_id": "x1"}, None, "x1"), ({"baseline_experiment_id": "x2"}, "x1", "x1"),
     ({"baseline_experiment_id": "gone"}, None, "x2")],
)  # fmt: skip
def test_the_base_is_what_was_asked_for_or_the_projects_or_the_latest(settings, asked, expected):
    lab = Lab(settings, datapoints=3)
    lab.compared(1)
    lab.compared(2)
    assert lab.compared(3, base_experiment_id=asked).base_id == expected


def test_an_experiment_that_still_runs_is_no_base():
    lab = Lab(datapoints=3)
    lab.compared(1)
    lab.begin(2)
    assert lab.compared(3).base_id == "x1"


def test_a_base_without_rows_in_common_is_named_and_nothing_is_compared():
    lab = Lab(datapoints=3)
    lab.compared(1)
    rows = lab.datasets.kept[ORGANISATION, "evts_1"][0][1]
    lab.datasets.append(ORGANISATION, "evts_2", "s", [
        row.model_copy(update={"inputs": {"a": "9", "b": row.inputs["a"]}}) for row in rows
    ])  # fmt: skip
    lab.evaluation = lab.evaluation.model_copy(update={"dataset": a_dataset_version(dataset_id="evts_2", datapoints=3)})
    comparison = lab.compared(2)
    assert comparison.base_id == "x1"
    assert {(one.diff, one.improvements, one.regressions) for one in (*comparison.scores, *comparison.metrics)} == {
        (None, 0, 0)
    }


def test_a_comparison_key_matches_rows_whose_inputs_differ():
    lab = Lab({"comparison_key": "[input.b, metadata.id]"}, datapoints=3)
    lab.compared(1)
    rows = lab.datasets.kept[ORGANISATION, "evts_1"][0][1]
    lab.datasets.append(ORGANISATION, "evts_2", "s", [
        row.model_copy(update={"inputs": {"a": "9", "b": "1"}}) for row in rows
    ])  # fmt: skip
    lab.evaluation = lab.evaluation.model_copy(update={"dataset": a_dataset_version(dataset_id="evts_2", datapoints=3)})
    score = line(lab.compared(2), "Exact match")
    assert (score.mean, score.diff, score.regressions) == (0.0, -1.0, 1)


def base_after(settled, **third):
    """What the third experiment is compared with, where `settled` became of the second."""
    lab = Lab(datapoints=3)
    lab.compared(1)
    settled(lab)
    return lab.compared(3, **third).base_id


def failed(lab):
    lab.compared(2)
    lab.resources.replace(ORGANISATION, lab.current, lab.current.model_copy(update={"status": "failed"}))


def without_rows(lab):
    dataset = lab.evaluation.dataset
    lab.evaluation = lab.evaluation.model_copy(update={"dataset": dataset.model_copy(update={"datapoints": 0})})
    lab.compared(2)
    lab.evaluation = lab.evaluation.model_copy(update={"dataset": dataset})


def without_scores(lab):
    right = lab.provider.answer
    lab.provider.answer = lambda _: ProviderRefused("no")
    lab.compared(2)
    lab.provider.answer = right


def empty(lab):
    lab.resources.create(ORGANISATION, an_experiment(2, evaluation_id=None))


def of_another_dataset(lab):
    lab.compared(2, dataset_id="another")


def of_another_evaluation(lab):
    lab.compared(2, metadata={"evaluation": "refunds"})


@pytest.mark.parametrize(
    "settled", [failed, without_rows, without_scores, empty, of_another_dataset, of_another_evaluation]
)
def test_what_nothing_can_be_learned_from_is_no_base_that_nobody_asked_for(settled):
    assert base_after(settled) == "x1"


def test_runs_of_one_evaluation_are_compared_though_their_rows_were_sent_as_other_datasets():
    named = {"metadata": {"evaluation": "refunds"}, "dataset_id": "later"}
    assert base_after(of_another_evaluation, **named) == "x2"


def test_what_is_asked_for_as_the_base_is_the_base_whatever_became_of_it():
    assert base_after(failed, base_experiment_id="x2") == "x2"


def test_what_clients_log_to_an_experiment_counts():
    lab = Lab(datapoints=3)
    lab.compared(1)
    experiment = an_experiment(1)
    stores = Stores(lab.resources, lab.datasets, lab.runs, lab.experiment_rows, lab.posted)
    scorer = span_id("ev_x1", SpanPlace(0, SCORERS))
    human = Event(id=scorer, change="merge", content={"scores": {"Exact match": 0.5, "human": 0.25}})
    logged = {"inputs": {"q": "logged"}, "scores": {"human": 0.75}, "span_attributes": {"type": "eval"}}
    lab.experiment_rows.write(ORGANISATION, "x1", None, [human, Event(id="mine", content=logged)])
    comparison = compare_experiment(ORGANISATION, experiment, None, stores=stores, prices=lab.prices)
    assert line(comparison, "Exact match").mean == pytest.approx(5.5 / 6)
    assert line(comparison, "human").mean == 0.5
    human = next(one for one in comparison.statistics if one.name == "human")
    assert (human.n_scored, human.mean) == (2, 0.5), "Whoever gave it, it is one score."


def test_a_tag_on_one_row_of_a_long_run_changes_no_score_and_nothing_of_how_sure_they_are():
    lab = Lab(datapoints=1001)
    before = lab.compared(1)
    stores = Stores(lab.resources, lab.datasets, lab.runs, lab.experiment_rows, lab.posted)
    tagged = Event(id=span_id("ev_x1", SpanPlace(7, 0)), change="merge", content={"tags": ["seen"]})
    lab.experiment_rows.write(ORGANISATION, "x1", None, [tagged])
    after = compare_experiment(ORGANISATION, an_experiment(1), None, stores=stores, prices=lab.prices)
    assert (after.scores, after.statistics) == (before.scores, before.statistics)
    assert [each.name for each in after.metrics] == [each.name for each in before.metrics]
    for one, other in zip(after.metrics, before.metrics, strict=True):
        assert one.mean == pytest.approx(other.mean)


def test_a_client_may_log_all_of_an_experiment_and_it_may_be_a_base():
    lab = Lab(datapoints=3)
    lab.resources.create(ORGANISATION, an_experiment(1, evaluation_id=None))
    rows = [
        Event(id=f"r{n}", content={"inputs": {"a": str(n), "b": "1"}, "scores": {"Exact match": 0.5}}) for n in range(3)
    ]
    lab.experiment_rows.write(ORGANISATION, "x1", None, rows)
    comparison = lab.compared(2)
    score = line(comparison, "Exact match")
    assert (comparison.base_id, score.diff, score.improvements) == ("x1", 0.5, 3)


def undisturbed(width=10, kills=()):
    """The bytes of a comparison with a base, the work cut for `width` rows in flight, workers killed at some calls."""
    lab = Lab(datapoints=60)
    lab.compared(1, width=width)
    lab.begin(2, width=width)
    for call in kills:
        lab.kill_after(lab.provider.calls + call)
    lab.finish()
    return lab.runs.comparison(ORGANISATION, "ev_x2").model_dump_json()


@pytest.mark.parametrize(("width", "kills"), [(1, ()), (7, ()), (100, ()), (250, ()), (10, (5,)), (7, (40,))])
def test_however_the_work_is_cut_and_whoever_dies_the_numbers_are_the_same_to_the_last_byte(width, kills):
    assert undisturbed(width, kills) == undisturbed()
    assert Comparison.model_validate_json(undisturbed(width, kills)).base_id == "x1"
