"""The core's values in the dialect's words."""

from assay.dialects.humanloop.responses import (
    AggregateResponse,
    DatapointResponse,
    DatasetResponse,
    EvaluationResponse,
    EvaluationResultResponse,
    FeedbackTypeResponse,
    LogResponse,
    MessageResponse,
    ProjectConfigResponse,
    ProjectResponse,
    RowResponse,
)
from assay.dialects.humanloop.translate_configs import config, message
from assay.dialects.humanloop.translate_evaluators import evaluator, evaluator_log
from assay.domain.dataset import Datapoint, DatasetVersion
from assay.domain.evaluation import Aggregate
from assay.domain.feedback import FeedbackType
from assay.domain.identity import log_id, suffix
from assay.domain.project import Project
from assay.domain.score import AnyScore, FailedOutput, Score
from assay.domain.statistics.describe import ScoreStatistics
from assay.domain.task import Config
from assay.domain.templates.values import TemplateFault
from assay.use_cases.get_evaluation import EvaluationView, Row
from assay.use_cases.manage_resources.datasets import DatasetView

STATUSES = {"failed": "cancelled"}
"""Clients know no status `failed`; their closest word is cancelled, and the rows carry the errors."""


def project_config(project: Project, each: Config) -> ProjectConfigResponse:
    return ProjectConfigResponse(
        project_id=project.id,
        project_name=project.name,
        created_at=each.created_at,
        updated_at=each.updated_at,
        last_used=each.updated_at,
        config=config(each),
    )


def project(organisation: str, each: Project, active: Config | None) -> ProjectResponse:
    return ProjectResponse(
        id=each.id,
        name=each.name,
        active_config=project_config(each, active) if active else None,
        feedback_types=[feedback_type(one) for one in each.feedback_types],
        config_type="model" if active else None,
        team_id=f"tm_{organisation.replace('-', '_')}",
        created_at=each.created_at,
        updated_at=each.updated_at,
    )


def feedback_type(one: FeedbackType) -> FeedbackTypeResponse:
    return FeedbackTypeResponse(type=one.type, values=None if one.labels is None else list(one.labels))


def dataset(view: DatasetView) -> DatasetResponse:
    each = view.dataset
    return DatasetResponse(
        id=each.id,
        name=each.name,
        description=each.description or "",
        datapoint_count=view.head.datapoints,
        created_at=each.created_at,
        updated_at=view.head.committed_at or each.updated_at,
    )


def dataset_version(version: DatasetVersion, datapoints: int) -> DatasetResponse:
    """The dataset of an evaluation, with as many datapoints as it had or has."""
    return DatasetResponse(
        id=version.dataset_id,
        name=version.name,
        description=version.description,
        datapoint_count=datapoints,
        created_at=version.created_at,
        updated_at=version.updated_at,
    )


def datapoint(dataset_id: str, each: Datapoint) -> DatapointResponse:
    return DatapointResponse(
        id=each.id,
        dataset_id=dataset_id,
        inputs=each.inputs,
        messages=[message(one) for one in each.messages],
        target=each.target,
    )


def evaluation(
    view: EvaluationView,
    url: str,
    aggregates: list[Aggregate] | None = None,
    statistics: tuple[ScoreStatistics, ...] | None = None,
) -> EvaluationResponse:
    each = view.evaluation
    return EvaluationResponse(
        id=each.id,
        status=STATUSES.get(each.status, each.status),
        reason=each.reason,
        config=config(view.config),
        evaluators=[evaluator(one) for one in view.evaluators],
        dataset=dataset_version(each.dataset, view.datapoints_now),
        dataset_version_id=each.dataset.id,
        dataset_snapshot=dataset_version(each.dataset, each.dataset.datapoints),
        evaluator_aggregates=aggregate_responses(view, aggregates) if aggregates is not None else None,
        statistics=None if statistics is None else list(statistics),
        url=url,
        created_at=each.created_at,
        updated_at=each.updated_at,
    )


def aggregate_responses(view: EvaluationView, aggregates: list[Aggregate]) -> list[AggregateResponse]:
    """The evaluators' numbers, in the order of the evaluators."""
    return [
        AggregateResponse(
            model_config_id=view.config.id,
            evaluator_id=version.evaluator_id,
            evaluator_version_id=version.id,
            aggregate_value=found.mean,
        )
        for version, found in zip(view.evaluators, aggregates, strict=True)
    ]


def row(view: EvaluationView, each: Row) -> RowResponse:
    return RowResponse(
        datapoint=datapoint(view.evaluation.dataset.dataset_id, each.datapoint),
        log=log(view, each) if each.output else None,
        evaluation_results=[result(view, each, score) for score in each.scores],
    )


def log(view: EvaluationView, each: Row) -> LogResponse:
    """The row's output as a log; a failure as a log with an error."""
    output, each_evaluation = each.output, view.evaluation
    shared = {
        "id": log_id(each_evaluation.id, each.ordinal),
        "config": config(view.config),
        "config_id": view.config.id,
        "project_id": each_evaluation.project_id,
        "source_datapoint_id": each.datapoint.id,
        "inputs": each.datapoint.inputs,
        "messages": populated(view.config, each.datapoint),
        "created_at": output.created_at if output else each_evaluation.created_at,
        "updated_at": output.created_at if output else each_evaluation.updated_at,
        "duration": output.latency if output else None,
        "provider_latency": output.latency if output else None,
    }
    if output is None or isinstance(output, FailedOutput):
        error = output.failure.message if output else None
        return LogResponse(**shared, error=error, observability_status="failed")
    prompt, completion = output.usage.prompt_tokens, output.usage.output_tokens
    return LogResponse(
        **shared,
        output=output.text.strip(),
        raw_output=output.text,
        output_message=message(output.message),
        finish_reason=finish_reason(output.finish_reason),
        prompt_tokens=prompt,
        output_tokens=completion,
        tokens=None if prompt is None or completion is None else prompt + completion,
        metadata={"cached": True} if output.is_cached else None,
        observability_status="completed",
    )


def populated(each: Config, one: Datapoint) -> list[MessageResponse]:
    """The messages as they were sent; without those of the template where its variables are missing."""
    try:
        return [message(sent) for sent in each.task.messages_for(one)]
    except TemplateFault:
        return [message(given) for given in one.messages]


def finish_reason(said: str | None) -> str | None:
    """The provider's word in the dialect's: a call for tools is in the singular."""
    return "tool_call" if said == "tool_calls" else said


def result(view: EvaluationView, each: Row, score: AnyScore) -> EvaluationResultResponse:
    """A score as a result; a failed one has an error and no value."""
    version = next(one for one in view.evaluators if one.id == score.evaluator)
    log = log_id(view.evaluation.id, each.ordinal)
    identifier = f"evres_{suffix(log)}_{suffix(version.id)}"
    own_log = evaluator_log(identifier, version, score, view, each)
    return EvaluationResultResponse(
        id=identifier,
        evaluator_id=version.evaluator_id,
        evaluator_version_id=version.id,
        evaluation_id=view.evaluation.id,
        log_id=log,
        value=score.value if isinstance(score, Score) else None,
        error=None if isinstance(score, Score) else score.failure.message,
        evaluator_log=own_log,
        llm_evaluator_log=own_log,
        created_at=view.evaluation.created_at,
        updated_at=view.evaluation.updated_at,
    )
