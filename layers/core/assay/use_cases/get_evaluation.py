"""Evaluations, as they are read: with what they point at, with their scores so far, row by row."""

from collections.abc import Sequence

from assay.domain.dataset import Datapoint
from assay.domain.errors import NotFound
from assay.domain.evaluation import Aggregate, Evaluation
from assay.domain.evaluators.evaluator import EvaluatorVersion
from assay.domain.plan import Plan
from assay.domain.score import AnyOutput, AnyScore, FailedOutput, Failure
from assay.domain.task import Config
from assay.domain.value import Value
from assay.ports import Datasets, Progress, Resources, Runs


class EvaluationView(Value):
    """An evaluation with what it points at."""

    evaluation: Evaluation
    config: Config
    evaluators: tuple[EvaluatorVersion, ...]
    datapoints_now: int


class Row(Value):
    """One datapoint with its output, once there is one, and the scores so far."""

    ordinal: int
    datapoint: Datapoint
    output: AnyOutput | None = None
    scores: tuple[AnyScore, ...] = ()


def get_evaluation(
    organisation: str, evaluation_id: str, *, resources: Resources, datasets: Datasets
) -> EvaluationView:
    """The evaluation with its config, its evaluators and how many datapoints its dataset holds now. Raises NotFound."""
    evaluation = resources.get(organisation, Evaluation, evaluation_id)
    return views(organisation, [evaluation], resources=resources, datasets=datasets)[0]


def list_evaluations(
    organisation: str, project_id: str, *, resources: Resources, datasets: Datasets
) -> list[EvaluationView]:
    """All evaluations of a project, newest first."""
    evaluations = resources.listed(organisation, Evaluation, f"{project_id}/evaluations")
    return views(organisation, evaluations[::-1], resources=resources, datasets=datasets)


def views(
    organisation: str, evaluations: Sequence[Evaluation], *, resources: Resources, datasets: Datasets
) -> list[EvaluationView]:
    """The evaluations with what they point at, each thing read once."""
    configs = resources.get_many(organisation, Config, [each.config_id for each in evaluations])
    versions = {version for each in evaluations for version in each.evaluator_versions}
    evaluators = {found.id: found for found in resources.get_many(organisation, EvaluatorVersion, sorted(versions))}
    heads = datasets.heads(organisation, [each.dataset.dataset_id for each in evaluations])
    return [
        EvaluationView(
            evaluation=evaluation,
            config=config,
            evaluators=tuple(evaluators[version] for version in evaluation.evaluator_versions),
            datapoints_now=head.datapoints,
        )
        for evaluation, config, head in zip(evaluations, configs, heads, strict=True)
    ]


def aggregates(organisation: str, evaluation: Evaluation, *, progress: Progress) -> list[Aggregate]:
    """One for each evaluator: exact once the evaluation is over, of the chunks scored so far before that."""
    found = evaluation.aggregates or progress.aggregates(organisation, evaluation.id)
    known = {aggregate.evaluator: aggregate for aggregate in found}
    return [known.get(version, Aggregate(evaluator=version)) for version in evaluation.evaluator_versions]


def list_rows(organisation: str, evaluation: Evaluation, span: range, *, datasets: Datasets, runs: Runs) -> list[Row]:
    """The rows with the ordinals `span`, in dataset order; those without an output yet have none.

    Once the evaluation is over, a row that never got an output has a failure that says so.
    """
    try:
        plan = runs.plan(organisation, evaluation.id)
    except NotFound:
        return unprepared(organisation, evaluation, span, datasets)
    datapoints = read_datapoints(organisation, plan, span, datasets)
    outputs = read_outputs(organisation, plan, span, runs)
    scores = read_scores(organisation, plan, span, runs)
    return [
        Row(
            ordinal=ordinal,
            datapoint=datapoints[ordinal],
            output=outputs.get(ordinal) or lost(evaluation, ordinal, datapoints[ordinal]),
            scores=scores.get(ordinal, ()),
        )
        for ordinal in span
    ]


def unprepared(organisation: str, evaluation: Evaluation, span: range, datasets: Datasets) -> list[Row]:
    """The rows of an evaluation that has no plan: datapoints only."""
    version = evaluation.dataset
    found = datasets.rows(organisation, version.dataset_id, version.sequence, span)
    return [
        Row(ordinal=ordinal, datapoint=datapoint, output=lost(evaluation, ordinal, datapoint))
        for ordinal, datapoint in zip(span, found, strict=False)
    ]


def read_datapoints(organisation: str, plan: Plan, span: range, datasets: Datasets) -> dict[int, Datapoint]:
    """The datapoint behind each ordinal of `span`."""
    indices = plan.datapoints(span)
    found = datasets.snapshot(organisation, plan.dataset.dataset_id, plan.dataset.sequence, indices)
    return {ordinal: found[ordinal // plan.trials - indices.start] for ordinal in span}


def read_outputs(organisation: str, plan: Plan, span: range, runs: Runs) -> dict[int, AnyOutput]:
    """The outputs there are by now, checkpointed ones included."""
    place = (organisation, plan.evaluation_id)
    return {
        output.ordinal: output
        for chunk in plan.chunks_of(span)
        for output in runs.outputs(*place, chunk) or runs.output_parts(*place, chunk)
    }


def read_scores(organisation: str, plan: Plan, span: range, runs: Runs) -> dict[int, tuple[AnyScore, ...]]:
    """The scores there are by now, of complete chunks."""
    place, found = (organisation, plan.evaluation_id), dict[int, tuple[AnyScore, ...]]()
    for round_ in range(len(plan.rounds)):
        for chunk in plan.chunks_of(span):
            for row in runs.scores(*place, round_, chunk) or ():
                found[row.ordinal] = (*found.get(row.ordinal, ()), *row.scores)
    return found


def lost(evaluation: Evaluation, ordinal: int, datapoint: Datapoint) -> FailedOutput | None:
    """The failure of a row that will never get an output; None while it still may."""
    if not evaluation.is_over:
        return None
    message = f"This row was not generated: the evaluation is {evaluation.status}. {evaluation.reason or ''}".strip()
    failure = Failure(kind="lost", message=message, attempts=0)
    return FailedOutput(
        ordinal=ordinal, datapoint_id=datapoint.id, failure=failure, created_at=evaluation.updated_at
    )
