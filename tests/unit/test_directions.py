"""Which way is better, what belongs together, and who judged: what statistics are told beside the scores."""

import pytest

from assay.dialects.braintrust.function_refs import parse_function_ref
from assay.domain.dataset import Dataset
from assay.domain.errors import InvalidRequest
from assay.domain.evaluators.scorer import CodeScorer
from assay.domain.task import Task
from assay.use_cases.resolve_function import resolve_scorer
from tests.support.build import TIMES, a_judge_version, a_task, an_evaluator_version
from tests.support.engine import ORGANISATION
from tests.support.fake_resources import FakeResources
from tests.support.functions import Functions
from tests.support.virtual_time import VirtualClock
from tests.unit.test_compare_experiment import Lab
from tests.unit.test_statistics_of_a_run import wrong_at

CODE = {"inline_context": {"runtime": "python"}, "code": "def handler(output): return 1", "name": "length"}
ENTRIES = [CODE, {"global_function": "ExactMatch"}, {"inline_function": {"type": "global", "name": "ExactMatch"}}]


def resolved(entry):
    ref = parse_function_ref(entry, ("scores", 0))
    return resolve_scorer(ORGANISATION, ref, 0, resources=FakeResources(), clock=VirtualClock())


@pytest.mark.parametrize("entry", ENTRIES)
@pytest.mark.parametrize("direction", [True, False, None])
def test_an_entry_of_scores_may_say_which_way_is_better(entry, direction):
    assert resolved({**entry, "higher_is_better": direction}).higher_is_better is direction


@pytest.mark.parametrize("entry", ENTRIES)
def test_higher_is_better_unless_it_is_said_and_the_same_evaluator_either_way(entry):
    assert resolved(entry).higher_is_better is True
    assert resolved(entry).id == resolved({**entry, "higher_is_better": True}).id
    assert resolved(entry).id != resolved({**entry, "higher_is_better": False}).id


def test_a_direction_is_true_or_false_or_null():
    with pytest.raises(InvalidRequest, match="higher_is_better"):
        resolved({**CODE, "higher_is_better": "lower"})


def second_run(lab, evaluators):
    """The statistics of a run judged by these, after one that was judged as before."""
    lab.compared(1)
    wrong_at(lab, *range(4))
    lab.begin(2)
    lab.resources.create(ORGANISATION, *evaluators)
    rounds = (tuple(one.id for one in evaluators),)
    lab.resources.replace(
        ORGANISATION, lab.evaluation, lab.evaluation.model_copy(update={"rounds": rounds, "revision": 1})
    )
    return lab.finish()


@pytest.mark.parametrize(("direction", "wins", "losses"), [(True, 0, 4), (False, 4, 0), (None, None, None)])
def test_wins_losses_and_regressions_follow_the_direction(direction, wins, losses):
    lab = Lab(datapoints=20)
    turned = an_evaluator_version(id="evv_turned", higher_is_better=direction)
    (found,) = second_run(lab, [turned]).statistics
    assert found.higher_is_better is direction
    assert (found.comparison.diff, found.comparison.wins, found.comparison.losses) == (-0.2, wins, losses)
    (line,) = lab.runs.comparison(ORGANISATION, "ev_x2").scores
    assert (line.diff, line.improvements, line.regressions) == (-0.2, wins or 0, losses or 0)


def test_datapoints_that_belong_together_count_as_one_for_how_sure_a_mean_is():
    lab = Lab(datapoints=60)
    kept = lab.datasets.kept[ORGANISATION, "evts_1"]
    rows = [row.model_copy(update={"metadata": {"document": n // 4}}) for n, row in enumerate(kept[0][1])]
    for silent in (rows[0], rows[5]):
        del silent.metadata["document"]
    lab.datasets.append(ORGANISATION, "evts_2", "s", rows)
    dataset = lab.evaluation.dataset.model_copy(update={"dataset_id": "evts_2", "cluster_by": "document"})
    lab.evaluation = lab.evaluation.model_copy(update={"dataset": dataset})
    lab.compared(1)
    wrong_at(lab, *range(16))
    lab.begin(2)
    (found,) = lab.finish().statistics
    assert (found.n_items, found.clusters) == (60, 17), "15 documents, and two datapoints that say nothing of one."
    assert (found.ci.method, found.ci.df) == ("clustered_t", 16)
    assert (found.comparison.method, found.comparison.ci.df) == ("clustered_paired_t", 16)


@pytest.mark.parametrize(("metadata", "field"), [
    ({"cluster_by": "document"}, "document"), ({"cluster_by": 3}, None), ({}, None), (None, None),
])  # fmt: skip
def test_a_dataset_names_the_field_in_its_metadata(metadata, field):
    assert Dataset(id="d", name="n", metadata=metadata, **TIMES).cluster_by == field


def judge(**task):
    """A model that judges, which is asked so."""
    wanted = {"model": "m", "prompt_template": "Is {{output}} right?", **task}
    return an_evaluator_version(id="evv_judge", type="llm", code=None, task=Task(**wanted))


def test_a_judge_is_known_by_its_model_and_its_prompt_and_by_nothing_else():
    assert judge().instrument == judge().model_copy(update={"name": "Tone", "id": "evv_9"}).instrument
    others = [judge(model="n"), judge(prompt_template="Is {{output}} good?"), judge(temperature=0)]
    assert len({one.instrument for one in (judge(), *others)}) == 4
    assert an_evaluator_version().instrument is None
    assert an_evaluator_version(type="scorer", scorer=CodeScorer(runtime="python", code="x")).instrument is None


@pytest.mark.parametrize(("prompt", "same"), [("Is {{log.output}} right?", True), ("Is {{log.output}} good?", False)])
def test_a_comparison_says_whether_the_same_judge_sat_on_both_sides(prompt, same):
    first = a_judge_version(id="evv_1", task=a_task(prompt_template="Is {{log.output}} right?"))
    lab = Lab(datapoints=12, evaluators=[first])
    (found,) = second_run(
        lab, [first.model_copy(update={"id": "evv_2", "task": a_task(prompt_template=prompt)})]
    ).statistics
    assert found.comparison.n_paired == 12
    assert found.comparison.same_judge is same


@pytest.mark.parametrize(("metadata", "said", "direction"), [
    (None, {}, True), ({"higher_is_better": False}, {}, False), ({"higher_is_better": None}, {}, None),
    ({"higher_is_better": "no"}, {}, True), ({"higher_is_better": False}, {"higher_is_better": True}, True),
])  # fmt: skip
def test_a_stored_function_says_it_in_its_metadata_and_a_request_may_say_otherwise(metadata, said, direction):
    resources = FakeResources()
    data = {"type": "global", "name": "ExactMatch"}
    Functions(ORGANISATION, resources).store("f", 7, function_data=data, metadata=metadata)
    ref = parse_function_ref({"function_id": "f", **said}, ("scores", 0))
    found = resolve_scorer(ORGANISATION, ref, 0, resources=resources, clock=VirtualClock())
    assert found.higher_is_better is direction
