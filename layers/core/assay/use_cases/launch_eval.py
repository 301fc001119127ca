"""An experiment is launched: all it points at is found first, then it and its evaluation are made in one stroke."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import NamedTuple

from pydantic import Field

from assay.domain.claim import Attempt
from assay.domain.dataset import DatasetVersion
from assay.domain.errors import AlreadyExists, InvalidRequest, NotFound
from assay.domain.eval_data import EvalData
from assay.domain.evaluation import Evaluation, Pass
from assay.domain.evaluators.evaluator import EvaluatorVersion
from assay.domain.experiment import Experiment
from assay.domain.function import FunctionRef
from assay.domain.project import Project
from assay.domain.spans import MOST_SLOTS, SCORERS
from assay.domain.task import CodeTask, Config
from assay.domain.value import JsonValue, Resource, Value
from assay.ports import Resources
from assay.use_cases.claim_launch import Launches
from assay.use_cases.compare_experiment import chosen_base
from assay.use_cases.find_eval_data import Found, find_data
from assay.use_cases.launch_ports import LaunchPorts
from assay.use_cases.resolve_function import resolve_scorers, resolve_task

UNASKED_CONCURRENCY = 10
"""Rows in flight where a request says nothing (contracts/braintrust.md §1.2)."""
NAMES_TRIED = 10
MOST_SCORERS = MOST_SLOTS - SCORERS


class LaunchEval(Value):
    """What is to be run, on what, judged by whom, and what the experiment is to be called.

    `max_concurrency` None means as many rows in flight as the stack allows. `timeout` is in seconds.
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
    found = resolve(organisation, wish, ports)
    keep(organisation, (found.task, *found.scorers), ports.resources)
    version = found.data.version or found.data.commit(organisation, ports)
    evaluation = evaluation_of(wish, found, version, experiment_id, ports)
    experiment = create(organisation, wish, found, evaluation, ports)
    ports.executions.start(Pass(organisation=organisation, evaluation_id=evaluation.id, number=1))
    return experiment


def resolve(organisation: str, wish: LaunchEval, ports: LaunchPorts) -> Resolved:
    """What the wish points at. Raises NotFound and InvalidRequest; writes nothing."""
    resources = ports.resources
    resources.get(organisation, Project, wish.project_id)
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
    try:
        return resources.named(organisation, Experiment, f"{wish.project_id}/experiments/{wish.base_experiment_name}")
    except NotFound as error:
        raise NotFound("base experiment", wish.base_experiment_name) from error


def keep(organisation: str, some: Sequence[Resource], resources: Resources) -> None:
    """Keeps what is not kept yet; an id stands for all that is in it."""
    for each in some:
        with suppress(AlreadyExists):
            resources.create(organisation, each)


def evaluation_of(
    wish: LaunchEval, found: Resolved, version: DatasetVersion, experiment_id: str, ports: LaunchPorts
) -> Evaluation:
    """The evaluation that makes the experiment, about to begin its first pass."""
    now, ceiling = ports.clock.now(), ports.limits.ceiling
    return Evaluation(
        id=ports.new_id("ev_"),
        created_at=now,
        updated_at=now,
        project_id=wish.project_id,
        experiment_id=experiment_id,
        config_id=found.task.id,
        dataset=version,
        rounds=(tuple(scorer.id for scorer in found.scorers),) if found.scorers else (),
        trials=found.data.trials,
        max_concurrency=min(wish.max_concurrency or ceiling, ceiling),
        timeout=wish.timeout,
        passes=1,
        is_working=True,
    )


def create(
    organisation: str, wish: LaunchEval, found: Resolved, evaluation: Evaluation, ports: LaunchPorts
) -> Experiment:
    """Makes the experiment and its evaluation, under another name where the wanted one is taken."""
    wanted = wish.experiment_name or unasked_name(wish.repo_info, evaluation.created_at)
    experiment = Experiment(
        id=str(evaluation.experiment_id),
        created_at=evaluation.created_at,
        updated_at=evaluation.created_at,
        project_id=wish.project_id,
        name=wanted,
        evaluation_id=evaluation.id,
        base_experiment_id=found.base.id if found.base else None,
        dataset_id=found.data.dataset_id,
        dataset_version=found.data.dataset_version,
        repo_info=wish.repo_info,
        metadata=wish.metadata,
        tags=wish.tags,
        public=wish.public,
    )
    for _ in range(NAMES_TRIED):
        try:
            ports.resources.create(organisation, experiment, evaluation)
        except AlreadyExists:
            experiment = experiment.model_copy(update={"name": f"{wanted}-{ports.new_uuid().hex[-8:]}"})
        else:
            return experiment
    raise AlreadyExists(f"'{wanted}' exists already.")


def unasked_name(repo_info: dict[str, JsonValue] | None, now: datetime) -> str:
    """What an experiment is called that nobody gave a name (contracts/braintrust.md §1.6)."""
    branch = (repo_info or {}).get("branch")
    return f"{branch if isinstance(branch, str) and branch else 'eval'}-{int(now.timestamp())}"
