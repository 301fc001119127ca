"""What a request for an eval comes to, before anything runs."""

import hashlib
from uuid import UUID

import pytest
from pydantic import ValidationError

from assay.dialects.braintrust.eval_requests import EvalRequest
from assay.dialects.braintrust.translate_evals import wish
from assay.domain.claim import Attempt
from assay.domain.errors import InvalidRequest
from assay.domain.estimate import Range, Tokens
from assay.domain.evaluation import Evaluation
from assay.domain.evaluators.evaluator import EvaluatorVersion
from assay.domain.ids import make_id, make_uuid
from assay.domain.project import Project
from assay.domain.task import Config
from assay.use_cases.estimate_eval import estimate_eval
from assay.use_cases.launch_eval import launch_for_trigger, launch_once, new_eval
from assay.use_cases.launch_ports import LaunchPorts
from assay.use_cases.start_evaluation import LaunchLimits
from tests.support.build import TIMES
from tests.support.fake_datasets import FakeDatasets, FakeRows
from tests.support.fake_resources import FakeResources
from tests.support.fakes import FakeExecutions, FakePrices, counting_ids
from tests.support.virtual_time import START, VirtualClock

ORGANISATION = "acme"
ECHO = {"inline_prompt": {"prompt": {"type": "chat", "messages": [{"role": "user", "content": "{{input}}"}]},
                          "options": {"model": "mock"}}}  # fmt: skip


class Desk:
    """Where evals are asked for. The stack lets 250 rows be in flight."""

    def __init__(self):
        count = iter(range(1, 10**6))
        self.resources, self.datasets, self.executions = FakeResources(), FakeDatasets(), FakeExecutions()
        self.ports = LaunchPorts(
            resources=self.resources,
            datasets=self.datasets,
            dataset_rows=FakeRows(),
            executions=self.executions,
            prices=FakePrices(),
            limits=LaunchLimits(default=20, ceiling=250),
            clock=VirtualClock(),
            new_id=counting_ids(),
            new_uuid=lambda: make_uuid(START, next(count).to_bytes(8)),
            pause=lambda _: None,
        )
        self.resources.create(ORGANISATION, Project(id="p", name="sums", **TIMES))

    def wish(self, rows=({"input": "x"},), **more):
        """What a request comes to."""
        body = {"project_id": "p", "data": {"data": list(rows)}, "task": ECHO, "scores": [], **more}
        return wish(EvalRequest.model_validate(body), self.ports.new_uuid)

    def launch(self, rows=({"input": "x"},), **more):
        """The experiment, with the evaluation that makes it."""
        experiment = launch_once(ORGANISATION, self.wish(rows, **more), Attempt(fingerprint="f"), self.ports)
        return experiment, self.resources.get(ORGANISATION, Evaluation, experiment.evaluation_id)


@pytest.fixture
def desk():
    return Desk()


@pytest.mark.parametrize(
    ("asked", "in_flight"),
    [({}, 10), ({"max_concurrency": 1}, 1), ({"max_concurrency": 137}, 137), ({"max_concurrency": None}, 250),
     ({"max_concurrency": 10_000}, 250)],
)  # fmt: skip
def test_rows_in_flight_are_as_many_as_asked_for_or_ten_or_all_that_the_stack_allows(desk, asked, in_flight):
    assert desk.launch(**asked)[1].max_concurrency == in_flight


def test_a_timeout_comes_in_milliseconds(desk):
    assert desk.launch(timeout=1500)[1].timeout == 1.5
    assert desk.launch()[1].timeout is None


def test_trials_are_the_engines_unless_a_row_has_its_own(desk):
    _, alike = desk.launch([{"input": 1}, {"input": 2}], trial_count=3)
    assert (alike.trials, alike.dataset.datapoints) == (3, 2)
    _, mixed = desk.launch([{"input": 1, "trial_count": 1}, {"input": 2}], trial_count=3)
    assert (mixed.trials, mixed.dataset.datapoints) == (1, 4)


def test_what_is_said_of_an_experiment_is_kept_with_it(desk):
    said = {"metadata": {"k": 1}, "tags": ["a"], "is_public": True, "repo_info": {"branch": "main", "commit": "c"}}
    experiment, _ = desk.launch(**said)
    assert (experiment.metadata, experiment.tags, experiment.public) == ({"k": 1}, ("a",), True)
    assert experiment.repo_info == said["repo_info"]
    assert experiment.name == f"main-{int(START.timestamp())}"


@pytest.mark.parametrize(
    ("asked", "name"),
    [({}, "eval-1767225600"), ({"name": "mine"}, "mine"), ({"name": "mine", "experiment_name": "nightly"}, "nightly")],
)
def test_an_experiment_without_a_name_gets_one(desk, asked, name):
    assert desk.launch(**asked)[0].name == name


def test_inline_rows_are_kept_as_a_dataset_without_a_name(desk):
    row = {"input": {"q": 1}, "expected": "2", "metadata": {"m": 1}, "tags": ["t"], "id": "mine", "origin": {"x": 1}}
    _, evaluation = desk.launch([row])
    kept = desk.datasets.kept[ORGANISATION, evaluation.dataset.dataset_id][0][1][0]
    assert (kept.id, kept.inputs, kept.target, kept.metadata) == ("mine", {"q": 1}, "2", {"m": 1})
    assert (kept.tags, kept.origin, evaluation.dataset.name) == (("t",), {"x": 1}, "")


def test_strictness_and_extra_messages_are_the_prompts(desk):
    _, evaluation = desk.launch(strict=True, extra_messages="input.history")
    prompt = next(one for one in desk.resources.kept.values() if one.id == evaluation.config_id).task.prompt
    assert (prompt.strict, prompt.extra_messages) == (True, "input.history")


def test_the_pass_is_started(desk):
    _, evaluation = desk.launch()
    assert [one.evaluation_id for one in desk.executions.started] == [evaluation.id]


def prompt(model):
    """A task that asks a model."""
    data = {"prompt": {"type": "chat", "messages": [{"role": "user", "content": "{{input}}"}]}}
    return {"inline_prompt": {**data, "options": {"model": model}}}


def test_what_an_eval_may_cost_is_kept_with_it(desk):
    assert desk.launch(task=prompt("gpt-x"), max_cost=0.5)[1].max_cost == 0.5
    assert desk.launch()[1].max_cost is None


@pytest.mark.parametrize("asked", [{"task": prompt("gpt-9")}, {"task": prompt("gpt-x"), "scores": [prompt("gpt-9")]}])
def test_a_limit_on_the_cost_needs_the_price_of_every_model(desk, asked):
    with pytest.raises(InvalidRequest, match="price of openai/gpt-9 is not known") as refused:
        desk.launch(**asked, max_cost=1)
    assert refused.value.place == ("max_cost",)
    assert [type(one) for one in desk.resources.kept.values()] == [Project]


@pytest.mark.parametrize("much", [0, -1, "a lot", float("inf"), float("nan")])
def test_a_limit_on_the_cost_is_more_than_nothing_and_finite(desk, much):
    with pytest.raises(ValidationError, match="max_cost"):
        desk.launch(max_cost=much)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"max_cots": 1}, r"max_cots is not a field \(is max_cost meant\?\)"),
        ({"maxConcurrency": 1}, "is max_concurrency meant"),
        ({"base_experiment": "x"}, "is base_experiment_id meant"),
        ({"data": {"dataset_id": "d", "version": "7"}}, r"version is not a field \(is dataset_version meant\?\)"),
        ({"data": {"dataset_id": "d", "environment": "e"}}, "is dataset_environment meant"),
        ({"data": {"dataset_id": "d", "limit": 5}}, "limit is not a field"),
        ({"data": {"experiment_id": "x"}}, "experiment_id is not supported"),
        ({"trial_count": "3"}, "trial_count"),
        ({"trial_count": True}, "trial_count"),
        ({"max_concurrency": "10"}, "max_concurrency"),
        ({"timeout": "500"}, "timeout"),
        ({"stream": "yes"}, "stream"),
        ({"is_public": 1}, "is_public"),
        ({"strict": "no"}, "strict"),
    ],
    ids=str,
)
def test_what_would_run_something_else_than_was_meant_is_refused_by_name(desk, asked, said):
    with pytest.raises(ValidationError, match=said):
        desk.wish(**asked)


def test_fields_that_are_like_none_of_ours_and_fields_that_say_nothing_are_passed_over(desk):
    rows = [{"input": "x", "id": "1"}]
    assert desk.wish(rows, something_new=[1], max_cots=None) == desk.wish(rows)
    assert desk.wish(trial_count=3.0).trials == 3


def triggered(desk, event="e1", **more):
    """What there is to create for an event."""

    def new_id(prefix):
        return make_id(prefix, START, hashlib.sha256(f"{prefix} {event}".encode()).digest())

    found = launch_for_trigger(ORGANISATION, desk.wish(**more), new_id, desk.ports)
    return found.evaluation, *found.beside


def test_the_second_delivery_of_an_event_comes_to_the_same_ids(desk):
    first, second = triggered(desk), triggered(desk)
    assert [one.id for one in first] == [one.id for one in second]
    evaluation, experiment = first
    assert (evaluation.experiment_id, experiment.evaluation_id) == (experiment.id, evaluation.id)
    assert UUID(experiment.id).version == 7


def test_neither_evaluation_nor_experiment_of_an_event_is_created_or_started_here(desk):
    evaluation, experiment = triggered(desk, scores=[{"global_function": "ExactMatch"}])
    assert not {evaluation.id, experiment.id} & {one.id for one in desk.resources.kept.values()}
    assert desk.executions.started == []
    desk.resources.create(ORGANISATION, evaluation, experiment)
    assert desk.resources.get(ORGANISATION, Config, evaluation.config_id)
    assert desk.resources.get_many(ORGANISATION, EvaluatorVersion, evaluation.evaluator_versions)
    assert len(desk.datasets.kept[ORGANISATION, evaluation.dataset.dataset_id]) == evaluation.dataset.sequence == 1


def test_each_experiment_of_a_trigger_has_a_name_of_its_own(desk):
    _, first = triggered(desk, experiment_name="nightly")
    desk.resources.create(ORGANISATION, first)
    _, second = triggered(desk, "e2", experiment_name="nightly")
    assert first.name == "nightly"
    assert second.name == f"nightly-{second.id[-8:]}"


def estimated(desk, rows, **more):
    new = new_eval(ORGANISATION, desk.wish(rows, **more), "x", desk.ports)
    return estimate_eval(ORGANISATION, new, desk.ports)


def test_what_an_eval_would_come_to_is_told_from_rows_that_nobody_keeps(desk):
    found = estimated(desk, [{"input": "four"}] * 100, task=prompt("gpt-x"), trial_count=2)
    assert (found.rows, found.calls, found.sampled) == (200, 200, 48)
    assert found.prompt_tokens == Tokens(low=200, high=200)
    assert found.cost == Range(low=200 * (0.5 + 20 * 0.25), high=200 * (0.5 + 500 * 0.25))
    assert [type(one) for one in desk.resources.kept.values()] == [Project]
    assert desk.datasets.kept == {}


def test_no_rows_would_come_to_nothing(desk):
    assert estimated(desk, []).calls == 0
