"""An evaluation is made ready: its dataset version frozen, its work cut, its lanes laid out."""

from datetime import datetime, timedelta

from assay.domain.evaluation import Evaluation, Pass
from assay.domain.evaluators.evaluator import EvaluatorVersion
from assay.domain.plan import Plan, chunk_starts, lane_widths
from assay.domain.price import Price
from assay.domain.task import Config
from assay.domain.value import Value
from assay.ports import Clock, Datasets, Prices, Resources, Runs
from assay.use_cases.model_prices import asked_models, model_prices
from assay.use_cases.races import settled


class Prepared(Value):
    """What the state machine goes on with: where the lanes' items lie, and how many there are."""

    lanes: str
    lane_count: int


def prepare_evaluation(
    this: Pass, *, resources: Resources, datasets: Datasets, runs: Runs, prices: Prices, clock: Clock
) -> Prepared:
    """Freezes, plans, and sets a pending evaluation running. Doing it twice does it once.

    An evaluation that has no work gets no lanes: there is nothing to do but sum up. It is read once more when the plan
    is there: a log posted earlier could not be judged without one, and is judged by this pass. Raises NotFound, and
    ConfigurationError where its cost cannot be limited as it was asked for.
    """
    evaluation = resources.get(this.organisation, Evaluation, this.evaluation_id)
    plan = make_plan(this.organisation, evaluation, clock.now(), resources=resources, datasets=datasets)
    plan = plan.model_copy(update={"prices": priced(evaluation, plan, prices)})
    runs.save_plan(this.organisation, plan)
    evaluation = settled(lambda: begun(this, resources=resources, clock=clock))
    lanes = [lane for lane in range(len(plan.widths)) if evaluation.has_work and plan.lane_chunks(lane)]
    return Prepared(lanes=runs.save_lanes(this.organisation, this, lanes), lane_count=len(lanes))


def cut_off(evaluation: Evaluation, now: datetime) -> datetime | None:
    """The moment at which a pass that begins now is cut off."""
    return None if evaluation.timeout is None else now + timedelta(seconds=evaluation.timeout)


def make_plan(
    organisation: str, evaluation: Evaluation, now: datetime, *, resources: Resources, datasets: Datasets
) -> Plan:
    """The plan of a pass that begins now, from the evaluation and the frozen version of its dataset."""
    version = evaluation.dataset
    index = datasets.freeze(organisation, version.dataset_id, version.sequence)
    widths = lane_widths(evaluation.max_concurrency)
    return Plan(
        evaluation_id=evaluation.id,
        config=resources.get(organisation, Config, evaluation.config_id),
        rounds=tuple(tuple(resources.get_many(organisation, EvaluatorVersion, some)) for some in evaluation.rounds),
        generated_by=evaluation.generated_by,
        dataset=version,
        trials=evaluation.trials,
        widths=widths,
        starts=chunk_starts(widths, index, evaluation.trials),
        begun=now,
        until=cut_off(evaluation, now),
        max_cost=evaluation.max_cost,
        max_tokens=evaluation.max_tokens,
        cache=evaluation.cache,
    )


def priced(evaluation: Evaluation, plan: Plan, prices: Prices) -> dict[str, Price]:
    """The price of each model, where a limit on the cost needs it. Raises ConfigurationError where one is not known."""
    if evaluation.max_cost is None:
        return {}
    task = plan.config.task if plan.generated_by == "server" else None
    return model_prices(asked_models(task, plan.evaluators), prices, evaluation.max_cost_by)


def begun(this: Pass, *, resources: Resources, clock: Clock) -> Evaluation:
    """The evaluation, once it is kept that this pass has begun; one that we generate runs from now on."""
    before = resources.get(this.organisation, Evaluation, this.evaluation_id)
    runs = before.status == "pending" and before.generated_by == "server"
    if before.begun >= this.number and not runs:
        return before
    changes = {"status": "running" if runs else before.status, "begun": max(before.begun, this.number)}
    after = before.revised(clock.now(), **changes)
    resources.replace(this.organisation, before, after)
    return after
