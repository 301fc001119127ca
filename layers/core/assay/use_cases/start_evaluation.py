"""An evaluation is created and its first pass started. Everything is resolved before anything is written."""

from collections.abc import Iterable
from typing import Literal

from pydantic import Field

from assay.domain.allowance import ALLOWANCE, Allowance, Whose
from assay.domain.dataset import Dataset, DatasetVersion
from assay.domain.errors import InvalidRequest, NotFound
from assay.domain.evaluation import Evaluation
from assay.domain.evaluators.evaluator import Evaluator, EvaluatorVersion
from assay.domain.ids import NewId
from assay.domain.project import Project
from assay.domain.task import Config
from assay.domain.value import Value
from assay.ports import Clock, Datasets, Executions, Prices, Resources
from assay.use_cases.if_there import if_there
from assay.use_cases.model_prices import asked_models, require_prices
from assay.use_cases.sent_keys import NOTHING_SENT, SentKeys

OF_STACK = "this stack allows"
OF_ORGANISATION = "your organisation is allowed; who operates the stack sets its limits"


class StartEvaluation(Value):
    """What is to be evaluated, on what, by whom. `max_concurrency` and `cache` None mean the stack's default."""

    project_id: str
    config_id: str
    dataset_id: str
    evaluator_ids: tuple[str, ...] = ()
    name: str | None = None
    generated_by: Literal["server", "client"] = "server"
    trials: int = Field(default=1, ge=1)
    max_concurrency: int | None = Field(default=None, ge=1)
    max_cost: float | None = Field(default=None, gt=0)
    cache: bool | None = None


class LaunchLimits(Value):
    """What the stack's launches get unasked, and the most that any can have.

    `default` and `ceiling` are rows in flight, `rows` datapoints times trials, `cost` dollars; None is no limit.
    An organisation's own allowance may be less: `datapoints`, `trials` and `tokens` are its alone, and `cost_by` says
    whose limit `cost` is.
    """

    default: int
    ceiling: int
    cache: bool = False
    rows: int | None = None
    cost: float | None = None
    cost_by: Whose = "stack"
    datapoints: int | None = None
    trials: int | None = None
    tokens: int | None = None

    def within(self, allowance: Allowance) -> "LaunchLimits":
        """These limits, and an organisation's own."""
        ceiling = min(self.ceiling, allowance.concurrency or self.ceiling)
        cost = least(self.cost, allowance.cost)
        return self.model_copy(
            update={
                "default": min(self.default, ceiling),
                "ceiling": ceiling,
                "cost": cost,
                "cost_by": self.cost_by if cost == self.cost else "organisation",
                "datapoints": allowance.datapoints,
                "trials": allowance.trials,
                "tokens": allowance.tokens,
            }
        )

    def applied_to(self, evaluation: Evaluation) -> Evaluation:
        """The evaluation, which costs no more than any may. Raises InvalidRequest where it is too much."""
        datapoints, trials = evaluation.dataset.datapoints, evaluation.trials
        require_at_most(self.rows, datapoints * trials, "rows, trials counted,", OF_STACK)
        require_at_most(self.datapoints, datapoints, "datapoints", OF_ORGANISATION)
        require_at_most(self.trials, trials, "trials", OF_ORGANISATION)
        if evaluation.generated_by == "client":
            return evaluation
        cost = least(self.cost, evaluation.max_cost)
        by = "launch" if cost == evaluation.max_cost else self.cost_by
        return evaluation.model_copy(update={"max_cost": cost, "max_cost_by": by, "max_tokens": self.tokens})


def require_at_most(most: int | None, wanted: int, what: str, whose: str) -> None:
    """Raises InvalidRequest where more is wanted than may be had, and says whose limit that is."""
    if most is not None and wanted > most:
        raise InvalidRequest(f"{wanted} {what} are more than the {most} that {whose}.")


def least(first: float | None, second: float | None) -> float | None:
    """The lesser of two limits, of which None is none."""
    return min((each for each in (first, second) if each is not None), default=None)


def allowed(organisation: str, limits: LaunchLimits, *, resources: Resources) -> LaunchLimits:
    """The stack's limits, within what the organisation may have."""
    allowance = if_there(organisation, Allowance, ALLOWANCE, resources=resources)
    return limits if allowance is None else limits.within(allowance)


def start_evaluation(
    organisation: str,
    wish: StartEvaluation,
    *,
    resources: Resources,
    datasets: Datasets,
    executions: Executions,
    prices: Prices,
    sent: SentKeys = NOTHING_SENT,
    limits: LaunchLimits,
    clock: Clock,
    new_id: NewId,
) -> Evaluation:
    """The evaluation, pending, with its first pass under way, which calls providers with the keys that were `sent`.

    Raises NotFound for whatever it points at, AlreadyExists for a name the project has used.
    """
    evaluation = new_evaluation(
        organisation,
        wish,
        resources=resources,
        datasets=datasets,
        prices=prices,
        limits=limits,
        clock=clock,
        new_id=new_id,
    )
    this = evaluation.latest_pass(organisation)
    sent.keep_for(this)
    resources.create(organisation, evaluation)
    executions.start(this)
    return evaluation


def new_evaluation(
    organisation: str,
    wish: StartEvaluation,
    *,
    resources: Resources,
    datasets: Datasets,
    prices: Prices,
    limits: LaunchLimits,
    clock: Clock,
    new_id: NewId,
) -> Evaluation:
    """The evaluation as it will be, its references resolved, and nothing written. Raises NotFound, InvalidRequest."""
    if wish.max_cost is not None and wish.generated_by == "client":
        raise InvalidRequest("max_cost is for evaluations whose outputs are generated here.", ("max_cost",))
    limits = allowed(organisation, limits, resources=resources)
    config = config_of(organisation, wish, resources)
    versions = latest_versions(organisation, wish.evaluator_ids, resources=resources)
    runtime = tuple(version.id for version in versions if version.is_runtime)
    now = clock.now()
    evaluation = Evaluation(
        id=new_id("ev_"),
        created_at=now,
        updated_at=now,
        project_id=wish.project_id,
        name=wish.name,
        config_id=config.id,
        dataset=latest_version(organisation, wish.dataset_id, resources=resources, datasets=datasets),
        generated_by=wish.generated_by,
        rounds=(runtime,) if runtime else (),
        posted=tuple(version.id for version in versions if not version.is_runtime),
        trials=wish.trials,
        max_concurrency=min(wish.max_concurrency or limits.default, limits.ceiling),
        max_cost=wish.max_cost,
        cache=limits.cache if wish.cache is None else wish.cache,
        passes=1,
        is_working=True,
    )
    limited = limits.applied_to(evaluation)
    if limited.max_cost is not None:
        require_prices(asked_models(config.task, versions), prices, limited.max_cost_by)
    return limited


def config_of(organisation: str, wish: StartEvaluation, resources: Resources) -> Config:
    """The config, which is of the wish's project. Raises NotFound."""
    resources.get(organisation, Project, wish.project_id)
    config = resources.get(organisation, Config, wish.config_id)
    if config.project_id != wish.project_id:
        raise NotFound("config of this project", wish.config_id)
    return config


def see_begun(organisation: str, evaluation: Evaluation, *, executions: Executions, clock: Clock) -> None:
    """Starts a pass that is overdue; one that is under way is not started twice."""
    if evaluation.is_overdue(clock.now()):
        executions.start(evaluation.latest_pass(organisation))


def latest_versions(organisation: str, evaluator_ids: Iterable[str], *, resources: Resources) -> list[EvaluatorVersion]:
    """The present version of each evaluator, each once. Raises NotFound."""
    evaluators = resources.get_many(organisation, Evaluator, dict.fromkeys(evaluator_ids))
    return resources.get_many(organisation, EvaluatorVersion, [each.version_id for each in evaluators])


def latest_version(organisation: str, dataset_id: str, *, resources: Resources, datasets: Datasets) -> DatasetVersion:
    """The dataset as it stands now, frozen. Raises NotFound."""
    dataset = resources.get(organisation, Dataset, dataset_id)
    head = datasets.head(organisation, dataset_id)
    return DatasetVersion(
        dataset_id=dataset.id,
        sequence=head.sequence,
        datapoints=head.datapoints,
        name=dataset.name,
        description=dataset.description or "",
        created_at=dataset.created_at,
        updated_at=head.committed_at or dataset.updated_at,
    )
