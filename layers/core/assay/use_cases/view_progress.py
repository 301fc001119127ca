"""How far a run is, of the counts that its workers keep."""

from collections import Counter
from datetime import datetime

from assay.domain.evaluation import Aggregate, Evaluation
from assay.domain.evaluators.evaluator import EvaluatorVersion
from assay.domain.lane import LaneProgress
from assay.domain.price import Spent
from assay.domain.run_progress import RunProgress, ScoreSoFar
from assay.domain.task import Config
from assay.ports import Clock, Posted, Prices, Progress, Resources
from assay.use_cases.get_evaluation import aggregates


def view_progress(
    organisation: str,
    evaluation: Evaluation,
    *,
    resources: Resources,
    progress: Progress,
    posted: Posted,
    prices: Prices,
    clock: Clock,
) -> RunProgress:
    """How far the evaluation is by now."""
    chunks = progress.chunks(organisation, evaluation.id)
    errors = sum((Counter(chunk.errors_by_kind) for chunk in chunks), Counter[str]())
    sums = aggregates(organisation, evaluation, progress=progress, posted=posted)
    versions = resources.get_many(organisation, EvaluatorVersion, evaluation.evaluator_versions)
    return RunProgress(
        status=evaluation.status,
        reason=evaluation.reason,
        is_over=evaluation.is_over,
        rows=evaluation.dataset.datapoints * evaluation.trials,
        awaits_client=evaluation.awaits_clients,
        done=sum(chunk.rows for chunk in chunks) or posted_rows(evaluation, sums),
        errors_by_kind=dict(sorted(errors.items())),
        cost=progress.spent(organisation, evaluation.id).dollars
        or cost(organisation, evaluation, chunks, resources, prices),
        seconds=seconds(evaluation, clock.now()),
        scores=tuple(
            ScoreSoFar(name=version.name, mean=found.mean, n_scored=found.n_scored)
            for version, found in zip(versions, sums, strict=True)
        ),
    )


def seconds(evaluation: Evaluation, now: datetime) -> float:
    """How long it has taken by now; of one that is over how long it took."""
    until = evaluation.updated_at if evaluation.is_over and not evaluation.is_working else now
    return max((until - evaluation.created_at).total_seconds(), 0)


def posted_rows(evaluation: Evaluation, sums: list[Aggregate]) -> int:
    """How many rows are judged whose outputs a client posts, by the evaluator that is furthest."""
    if evaluation.generated_by == "server":
        return 0
    return max((one.n_scored + one.n_skipped + one.n_errors for one in sums), default=0)


def cost(
    organisation: str, evaluation: Evaluation, chunks: list[LaneProgress], resources: Resources, prices: Prices
) -> float | None:
    """What the task's model has cost so far; code costs nothing."""
    task = resources.get(organisation, Config, evaluation.config_id).task
    if task.kind == "code":
        return 0.0
    model = task.as_model()
    spent = sum((chunk.spent for chunk in chunks), Spent())
    return spent.cost(prices.price(model.provider, model.model)) if chunks else None
