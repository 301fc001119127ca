"""Posted logs, feedback and sessions in the dialect's words."""

from assay.dialects.humanloop import translate_configs
from assay.dialects.humanloop.log_responses import SessionProjectResponse, SessionResponse
from assay.dialects.humanloop.responses import EvaluationResultResponse, FeedbackResponse, LogResponse
from assay.domain.feedback import Feedback
from assay.domain.identity import log_id, suffix
from assay.domain.log import Log, LogResult, Said
from assay.domain.project import Project
from assay.domain.score import Score
from assay.domain.task import Config
from assay.use_cases.manage_resources.sessions import SessionView


def posted_log(project: Project | None, config: Config, log: Log) -> LogResponse:
    """A log as its client reported it; of a project that is deleted only the id is known."""
    report = log.report
    counted = report.prompt_tokens is not None and report.output_tokens is not None
    return LogResponse(
        id=log.id,
        config=translate_configs.config(config),
        config_id=log.config_id,
        project=project.name if project else None,
        project_id=log.project_id,
        inputs=report.inputs,
        messages=[translate_configs.message(each) for each in report.messages],
        output=None if report.output is None else report.output.strip(),
        raw_output=report.output,
        output_message=translate_configs.message(report.output_message) if report.output_message else None,
        finish_reason=report.finish_reason,
        provider_latency=report.provider_latency,
        tokens=(report.prompt_tokens or 0) + (report.output_tokens or 0) if counted else None,
        feedback=[feedback(log.id, each) for each in log.feedback],
        evaluation_results=[result(log.id, each) for each in log.results],
        observability_status="completed" if report.error is None else "failed",
        created_at=log.created_at,
        updated_at=log.updated_at,
        **report.model_dump(include=set(Said.model_fields) - {"output"}),
    )


def feedback(identifier: str, each: Feedback) -> FeedbackResponse:
    """Feedback on the log of an id."""
    return FeedbackResponse(**dict(each), data_id=identifier)


def result(identifier: str, each: LogResult) -> EvaluationResultResponse:
    """A result that was posted on the log of an id; its id is that of its row and evaluator."""
    score = each.score
    return EvaluationResultResponse(
        id=f"evres_{suffix(log_id(each.evaluation_id, each.ordinal))}_{suffix(score.evaluator)}",
        evaluator_id=each.evaluator_id,
        evaluator_version_id=score.evaluator,
        evaluation_id=each.evaluation_id,
        log_id=identifier,
        value=score.value if isinstance(score, Score) else None,
        error=None if isinstance(score, Score) else score.failure.message,
        created_at=each.created_at,
        updated_at=each.updated_at,
    )


def session(view: SessionView) -> SessionResponse:
    return SessionResponse(
        id=view.id,
        reference_id=view.reference_id,
        projects=[SessionProjectResponse(id=project.id, name=project.name) for project in view.projects],
        datapoints_count=view.logs,
        first_inputs=view.first_inputs,
        last_output=None if view.last_output is None else view.last_output.strip(),
        created_at=view.created_at,
        updated_at=view.updated_at,
    )
