"""Posted logs in the dialect's words."""

from assay.dialects.humanloop import translate_configs
from assay.dialects.humanloop.responses import LogResponse
from assay.domain.log import Log, Said
from assay.domain.project import Project
from assay.domain.task import Config


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
        tokens=(report.prompt_tokens or 0) + (report.output_tokens or 0) if counted else None,
        observability_status="completed" if report.error is None else "failed",
        created_at=log.created_at,
        updated_at=log.updated_at,
        **report.model_dump(include=set(Said.model_fields) - {"output"}),
    )
