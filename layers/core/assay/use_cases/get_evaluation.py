"""Evaluations, as they are read: with what they point at, with their scores so far, row by row."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, product
from typing import TypeVar

from assay.domain.dataset import Datapoint
from assay.domain.errors import NotFound
from assay.domain.evaluation import Aggregate, Evaluation
from assay.domain.evaluators.evaluator import EvaluatorVersion
from assay.domain.plan import Plan
from assay.domain.posted import PostedLog, PostedResult
from assay.domain.score import AnyOutput, AnyScore, FailedOutput, Failure, merged
from assay.domain.statistics.describe import ScoreStatistics
from assay.domain.task import Config
from assay.domain.value import Value
from assay.ports import Datasets, Posted, Progress, Resources, RunRecords, Runs
from assay.use_cases.counted import counted

P = TypeVar("P", PostedLog, PostedResult)
NONE_LEFT = (-1, iter(()))


class EvaluationView(Value):
    """An evaluation with what it points at."""

    evaluation: Evaluation
    config: Config
    evaluators: tuple[EvaluatorVersion, ...]
    datapoints_now: int


class Row(Value):
    """One datapoint with its output, once there is one, and the scores so far.

    `log` is the log that a client posted, of which the output is made; `results` are what stands beside posted logs
    or came from clients, with `scores` those that we keep in bulk.
    """

    ordinal: int
    datapoint: Datapoint
    output: AnyOutput | None = None
    scores: tuple[AnyScore, ...] = ()
    log: PostedLog | None = None
    results: tuple[PostedResult, ...] = ()


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


def aggregates(organisation: str, evaluation: Evaluation, *, progress: Progress, posted: Posted) -> list[Aggregate]:
    """One for each evaluator: exact at the end of a pass, of the rows scored so far before that."""
    known = {aggregate.evaluator: aggregate for aggregate in evaluation.aggregates}
    if evaluation.generated_by == "server" and any(one not in known for some in evaluation.rounds for one in some):
        live = {one.evaluator: one for one in progress.aggregates(organisation, evaluation.id)}
        known = {**live, **known}
    if evaluation.is_posted_to:
        known |= {one.evaluator: one for one in posted.aggregates(organisation, evaluation.id)}
    return [known.get(version, Aggregate(evaluator=version)) for version in evaluation.evaluator_versions]


def statistics(organisation: str, evaluation: Evaluation, *, runs: Runs) -> tuple[ScoreStatistics, ...] | None:
    """How sure the scores are, as the summary says; None while something goes on, which may change them."""
    if not evaluation.is_at_rest:
        return None
    try:
        return runs.summary(organisation, evaluation.id).statistics
    except NotFound:
        return None


def list_rows(
    organisation: str, evaluation: Evaluation, span: range, *, datasets: Datasets, runs: Runs, posted: Posted
) -> Iterator[Row]:
    """The rows with the ordinals `span`, in dataset order; those without an output yet have none.

    Once the evaluation is over, a row that never got an output has a failure that says so. What was posted is read
    row by row: whoever stops early has not paid for the rest. Raises TooMuch where what we keep in bulk is too large.
    """
    rows: Iterable[Row] = generated_rows(organisation, evaluation, span, datasets=datasets, runs=runs)
    if evaluation.is_posted_to:
        rows = with_posted(organisation, evaluation, span, rows, posted=posted)
    return (row if row.output else row.model_copy(update={"output": lost(evaluation, row)}) for row in rows)


def generated_rows(
    organisation: str, evaluation: Evaluation, span: range, *, datasets: Datasets, runs: Runs
) -> list[Row]:
    """The rows with what we generated and scored in bulk."""
    try:
        plan = runs.plan(organisation, evaluation.id)
    except NotFound:
        return unprepared(organisation, evaluation, span, datasets)
    datapoints = read_datapoints(organisation, plan, span, datasets)
    server = plan.generated_by == "server"
    records = counted(organisation, evaluation, runs)
    outputs = read_outputs(organisation, plan, span, records) if server else {}
    scores = read_scores(organisation, plan, span, records) if server else {}
    return [
        Row(
            ordinal=ordinal,
            datapoint=datapoints[ordinal],
            output=outputs.get(ordinal),
            scores=scores.get(ordinal, ()),
        )
        for ordinal in span
    ]


def with_posted(
    organisation: str, evaluation: Evaluation, span: range, rows: Iterable[Row], *, posted: Posted
) -> Iterator[Row]:
    """The rows `span` with the logs and results that were posted."""
    logs = by_row(span, posted.logs(organisation, evaluation.id, span))
    results = by_row(span, posted.results(organisation, evaluation.id, span))
    for row, some, beside in zip(rows, logs, results, strict=True):
        log = next(iter(some), None)
        yield row.model_copy(update={"output": log.output() if log else row.output, "log": log, "results": beside})


def by_row(span: range, things: Iterable[P]) -> Iterator[tuple[P, ...]]:
    """For each ordinal of `span` the things of that row; they come in order of their ordinals."""
    groups = groupby(things, key=lambda thing: thing.ordinal)
    ordinal, found = next(groups, NONE_LEFT)
    for wanted in span:
        if ordinal != wanted:
            yield ()
        else:
            yield tuple(found)
            ordinal, found = next(groups, NONE_LEFT)


def has_log(organisation: str, evaluation: Evaluation, ordinal: int, *, runs: Runs, posted: Posted) -> bool:
    """Whether the row has a log by now."""
    span = range(ordinal, ordinal + 1)
    if ordinal >= evaluation.dataset.datapoints * evaluation.trials:
        return False
    if evaluation.generated_by == "client":
        return any(posted.logs(organisation, evaluation.id, span))
    try:
        plan = runs.plan(organisation, evaluation.id)
        return ordinal in read_outputs(organisation, plan, span, counted(organisation, evaluation, runs))
    except NotFound:
        return False


def unprepared(organisation: str, evaluation: Evaluation, span: range, datasets: Datasets) -> list[Row]:
    """The rows of an evaluation that has no plan: datapoints only."""
    version, trials = evaluation.dataset, evaluation.trials
    indices = range(span.start // trials, -(-span.stop // trials))
    found = datasets.rows(organisation, version.dataset_id, version.sequence, indices)
    return [Row(ordinal=ordinal, datapoint=found[ordinal // trials - indices.start]) for ordinal in span]


def read_datapoints(organisation: str, plan: Plan, span: range, datasets: Datasets) -> dict[int, Datapoint]:
    """The datapoint behind each ordinal of `span`."""
    indices = plan.datapoints(span)
    found = datasets.snapshot(organisation, plan.dataset.dataset_id, plan.dataset.sequence, indices)
    return {ordinal: found[ordinal // plan.trials - indices.start] for ordinal in span}


def read_outputs(organisation: str, plan: Plan, span: range, records: RunRecords) -> dict[int, AnyOutput]:
    """The outputs of the rows `span` that there are by now, checkpointed ones included."""
    found = dict[int, AnyOutput]()
    for chunk in plan.chunks_of(span):
        where = (organisation, plan.evaluation_id, chunk, span)
        rows = records.outputs(*where)
        found |= {row.ordinal: row for row in (records.output_parts(*where) if rows is None else rows)}
    return found


def read_scores(organisation: str, plan: Plan, span: range, records: RunRecords) -> dict[int, tuple[AnyScore, ...]]:
    """The scores of the rows `span` that there are by now, checkpointed ones included."""
    found = dict[int, tuple[AnyScore, ...]]()
    for round_, chunk in product(range(len(plan.rounds)), plan.chunks_of(span)):
        where = (organisation, plan.evaluation_id, round_, chunk, span)
        rows = records.scores(*where)
        for row in merged(records.score_parts(*where)) if rows is None else rows:
            found[row.ordinal] = (*found.get(row.ordinal, ()), *row.scores)
    return found


def lost(evaluation: Evaluation, row: Row) -> FailedOutput | None:
    """The failure of a row that will never get an output; None while it still may, or where a client owes it."""
    if not evaluation.is_over or evaluation.generated_by == "client":
        return None
    message = f"This row was not generated: the evaluation is {evaluation.status}. {evaluation.reason or ''}".strip()
    failure = Failure(kind=evaluation.left_over, message=message, attempts=0)
    return FailedOutput(
        ordinal=row.ordinal, datapoint_id=row.datapoint.id, failure=failure, created_at=evaluation.updated_at
    )
