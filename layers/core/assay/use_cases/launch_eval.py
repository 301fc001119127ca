"""An experiment is launched: all it points at is found first, then it and its evaluation are made in one stroke."""

from contextlib import suppress
from datetime import datetime
from typing import NamedTuple

from pydantic import Field

from assay.domain.claim import Attempt
from assay.domain.errors import AlreadyExists, InvalidRequest, NotFound
from assay.domain.eval_data import EvalData
from assay.domain.evaluation import Evaluation
from assay.domain.evaluators.evaluator import EvaluatorVersion
from assay.domain.experiment import Experiment
from assay.domain.function import FunctionRef
from assay.domain.ids import NewId, as_uuid
from assay.domain.project import Project
from assay.domain.spans import MOST_SLOTS, SCORERS
from assay.domain.task import CodeTask, Config
from assay.domain.value import JsonValue, Resource, Value
from assay.ports import Resources
from assay.use_cases.by_name import called
from assay.use_cases.claim_launch import Launches
from assay.use_cases.compare_experiment import chosen_base
from assay.use_cases.find_eval_data import Found, find_data
from assay.use_cases.launch_ports import LaunchPorts
from assay.use_cases.launched import Launched, renew_parts
from assay.use_cases.model_prices import asked_models, require_prices
from assay.use_cases.resolve_function import resolve_scorers, resolve_task
from assay.use_cases.start_evaluation import allowed

UNASKED_CONCURRENCY = 10
"""Rows in flight where a request says nothing (contracts/braintrust.md §1.2)."""
MOST_SCORERS = MOST_SLOTS - SCORERS


class LaunchEval(Value):
    """What is to be run, on what, judged by whom, and what the experiment is to be called.

    `max_concurrency` None means as many rows in flight as the stack allows, `cache` None what the stack does unasked.
    `timeout` is in seconds, `max_cost` in dollars.
    """

    project_id: str
    data: EvalData
    task: FunctionRef
    scores: tuple[FunctionRef, ...] = Field(max_length=MOST_SCORERS)
    experiment_name: str | None = None
    metadata: dict[str, JsonValue] | None = None
    tags: tuple[str, ...] | None = None
    repo_info: dict[str, JsonValue] | None = None
    public: bool = False
    trials: int = 1
    max_concurrency: int | None = UNASKED_CONCURRENCY
    timeout: float | None = None
    max_cost: float | None = None
    cache: bool | None = None
    base_experiment_id: str | None = None
    base_experiment_name: str | None = None
    strict: bool = False
    extra_messages: str | None = None
    parameters: dict[str, JsonValue] | None = None


class Resolved(NamedTuple):
    """Everything that a launch points at."""

    task: Config
    scorers: tuple[EvaluatorVersion, ...]
    base: Experiment | None
    data: Found

    @property
    def described(self) -> tuple[Resource, ...]:
        """What is kept under ids that stand for all that is in it, and may be kept already."""
        return self.task, *self.scorers


class NewEval(NamedTuple):
    """An experiment and the evaluation that makes it, as they will be, with all that they point at."""

    experiment: Experiment
    evaluation: Evaluation
    parts: Resolved


def launch_once(organisation: str, wish: LaunchEval, attempt: Attempt, ports: LaunchPorts) -> Experiment:
    """The experiment, with its first pass under way: a new one, or the one that the attempt was for all along.

    Raises what is wrong with the wish before anything is made, KeyReused for a key that stands for something else.
    """
    launches = Launches(organisation, resources=ports.resources, clock=ports.clock, pause=ports.pause)
    return launches.once(
        attempt, str(ports.new_uuid()), lambda identifier: launch(organisation, wish, identifier, ports)
    )


def launch(organisation: str, wish: LaunchEval, experiment_id: str, ports: LaunchPorts) -> Experiment:
    """The experiment of that id, with its first pass under way."""
    new = new_eval(organisation, wish, experiment_id, ports)
    keep_parts(organisation, new, ports)
    experiment = create(organisation, new, ports.resources)
    renew_parts(organisation, new.evaluation, new.parts.described, resources=ports.resources)
    ports.executions.start(new.evaluation.latest_pass(organisation))
    return experiment


def launch_for_trigger(organisation: str, wish: LaunchEval, new_id: NewId, ports: LaunchPorts) -> Launched:
    """What there is to create for an event; its ids are made by `new_id`, and a name that is taken gets an ending.

    What they point at is kept already: tasks and scorers under ids that stand for all that is in them, and inline rows
    as a dataset that has no name and is on no list. Raises NotFound, InvalidRequest.
    """
    experiment_id = str(as_uuid(new_id("experiment_")))
    new = new_eval(organisation, wish, experiment_id, ports._replace(new_id=new_id))
    keep_parts(organisation, new, ports)
    with suppress(NotFound):
        ports.resources.named(organisation, Experiment, str(new.experiment.unique_name))
        return Launched(new.evaluation, (with_an_ending(new.experiment),), new.parts.described)
    return Launched(new.evaluation, (new.experiment,), new.parts.described)


def new_eval(organisation: str, wish: LaunchEval, experiment_id: str, ports: LaunchPorts) -> NewEval:
    """The experiment and its evaluation. Raises NotFound and InvalidRequest; writes nothing."""
    ports.resources.get(organisation, Project, wish.project_id)
    return rehearsed_eval(organisation, wish, experiment_id, ports)


def rehearsed_eval(organisation: str, wish: LaunchEval, experiment_id: str, ports: LaunchPorts) -> NewEval:
    """The same, of a project that may be yet to be made."""
    ports = ports._replace(limits=allowed(organisation, ports.limits, resources=ports.resources))
    parts = resolve(organisation, wish, ports)
    evaluation = ports.limits.applied_to(evaluation_of(wish, parts, experiment_id, ports))
    if evaluation.max_cost is not None:
        require_prices(asked_models(parts.task.task, parts.scorers), ports.prices, evaluation.max_cost_by)
    return NewEval(experiment_of(wish, parts, evaluation), evaluation, parts)


def resolve(organisation: str, wish: LaunchEval, ports: LaunchPorts) -> Resolved:
    """What the wish points at. Raises NotFound and InvalidRequest; writes nothing."""
    resources = ports.resources
    task = resolve_task(
        organisation,
        wish.task,
        project_id=wish.project_id,
        strict=wish.strict,
        extra_messages=wish.extra_messages,
        parameters=wish.parameters,
        resources=resources,
        clock=ports.clock,
    )
    require_parametrised(task, wish)
    scorers = resolve_scorers(organisation, wish.scores, resources=resources, clock=ports.clock)
    data = find_data(organisation, wish.data, wish.trials, ports)
    return Resolved(task, tuple(scorers), base(organisation, wish, resources), data)


def require_parametrised(task: Config, wish: LaunchEval) -> None:
    """Raises InvalidRequest for parameters of a task that has none."""
    if wish.parameters and not isinstance(task.task, CodeTask):
        raise InvalidRequest("parameters: only a task in code takes parameters.", ("parameters",))


def base(organisation: str, wish: LaunchEval, resources: Resources) -> Experiment | None:
    """The base that is asked for; an id goes before a name. Raises NotFound, InvalidRequest."""
    if wish.base_experiment_id is not None:
        return chosen_base(organisation, wish.project_id, wish.base_experiment_id, resources=resources)
    if wish.base_experiment_name is None:
        return None
    place = f"{wish.project_id}/{Experiment.LIST}"
    try:
        return called(organisation, Experiment, place, wish.base_experiment_name, resources=resources)
    except NotFound as error:
        raise NotFound("base experiment", error.identifier) from error


def keep_parts(organisation: str, new: NewEval, ports: LaunchPorts) -> None:
    """Keeps what the evaluation points at: what is not kept yet, where an id stands for all that is in it; its rows."""
    for each in new.parts.described:
        with suppress(AlreadyExists):
            ports.resources.create(organisation, each)
    if new.parts.data.rows:
        dataset_id = new.evaluation.dataset.dataset_id
        ports.datasets.append(organisation, dataset_id, ports.new_id(""), new.parts.data.rows)


def evaluation_of(wish: LaunchEval, parts: Resolved, experiment_id: str, ports: LaunchPorts) -> Evaluation:
    """The evaluation that makes the experiment, about to begin its first pass."""
    now, ceiling = ports.clock.now(), ports.limits.ceiling
    return Evaluation(
        id=ports.new_id("ev_"),
        created_at=now,
        updated_at=now,
        project_id=wish.project_id,
        experiment_id=experiment_id,
        config_id=parts.task.id,
        dataset=parts.data.version,
        rounds=(tuple(scorer.id for scorer in parts.scorers),) if parts.scorers else (),
        trials=parts.data.trials,
        max_concurrency=min(wish.max_concurrency or ceiling, ceiling),
        timeout=wish.timeout,
        max_cost=wish.max_cost,
        cache=ports.limits.cache if wish.cache is None else wish.cache,
        passes=1,
        is_working=True,
    )


def experiment_of(wish: LaunchEval, parts: Resolved, evaluation: Evaluation) -> Experiment:
    """The experiment that the evaluation makes, under the name that is wanted."""
    data = parts.data
    return Experiment(
        id=str(evaluation.experiment_id),
        created_at=evaluation.created_at,
        updated_at=evaluation.created_at,
        project_id=wish.project_id,
        name=wish.experiment_name or unasked_name(wish.repo_info, evaluation.created_at),
        evaluation_id=evaluation.id,
        base_experiment_id=parts.base.id if parts.base else None,
        dataset_id=data.dataset.id if data.dataset else None,
        dataset_version=None if data.transaction is None else str(data.transaction),
        repo_info=wish.repo_info,
        metadata=wish.metadata,
        tags=wish.tags,
        public=wish.public,
    )


def create(organisation: str, new: NewEval, resources: Resources) -> Experiment:
    """Makes the experiment and its evaluation; where the wanted name is taken, it gets an ending."""
    try:
        resources.create(organisation, new.experiment, new.evaluation)
    except AlreadyExists:
        renamed = with_an_ending(new.experiment)
        resources.create(organisation, renamed, new.evaluation)
        return renamed
    return new.experiment


def with_an_ending(experiment: Experiment) -> Experiment:
    """The experiment under a name that nobody has: its own with 8 hexadecimal digits (contracts/braintrust.md §1.6)."""
    return experiment.model_copy(update={"name": f"{experiment.name}-{experiment.id[-8:]}"})


def unasked_name(repo_info: dict[str, JsonValue] | None, now: datetime) -> str:
    """What an experiment is called that nobody gave a name (contracts/braintrust.md §1.6)."""
    branch = (repo_info or {}).get("branch")
    return f"{branch if isinstance(branch, str) and branch else 'eval'}-{int(now.timestamp())}"
