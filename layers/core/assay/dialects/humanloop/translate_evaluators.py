"""Evaluators and the logs they leave, in the dialect's words."""

from datetime import datetime
from typing import Any

from assay.dialects.humanloop.responses import (
    EvaluatorConfigResponse,
    EvaluatorResponse,
    LogResponse,
    ModelConfigResponse,
    ProjectResponse,
)
from assay.dialects.humanloop.translate_configs import config, message
from assay.domain.evaluators.evaluator import EvaluatorVersion
from assay.domain.evaluators.model_judge import judge_inputs, judge_prompt, judge_variables
from assay.domain.evaluators.python_code import datapoint_argument, log_argument
from assay.domain.identity import evaluator_log_id, log_id
from assay.domain.score import AnyScore, Output, Score
from assay.domain.task import Config, config_id
from assay.domain.templates.values import TemplateFault
from assay.domain.value import JsonValue
from assay.use_cases.get_evaluation import EvaluationView, Row


def evaluator(each: EvaluatorVersion, logging_project: ProjectResponse | None = None) -> EvaluatorResponse:
    """An evaluator in one version; its project is shown where the evaluator itself is asked for."""
    return EvaluatorResponse(
        id=each.evaluator_id,
        name=each.name,
        description=each.description,
        arguments_type=each.arguments_type,
        return_type=each.return_type,
        type=each.type,
        higher_is_better=each.higher_is_better,
        code=each.code,
        model_config_=judge_config(each),
        logging_project=logging_project,
        created_at=each.created_at,
        updated_at=each.updated_at,
    )


def judge_config(version: EvaluatorVersion) -> ModelConfigResponse | None:
    """The config of a judging model, as it is registered in the evaluator's own project."""
    if version.task is None or version.project_id is None:
        return None
    times: dict[str, Any] = {"created_at": version.created_at, "updated_at": version.updated_at}
    identifier = config_id(version.project_id, version.task)
    found = Config(id=identifier, project_id=version.project_id, name=version.name, task=version.task, **times)
    return config(found)


def evaluator_log(
    result_id: str, version: EvaluatorVersion, score: AnyScore, view: EvaluationView, row: Row
) -> LogResponse | None:
    """The log that the evaluator itself left with a result; None where nobody ran it but people."""
    if not version.is_runtime:
        return None
    judge = judge_config(version)
    described = judge or EvaluatorConfigResponse(
        **version.model_dump(include={"id", "name", "description", "arguments_type", "return_type"}),
        evaluator_type=version.type,
    )
    return LogResponse(
        id=evaluator_log_id(result_id),
        config=described,
        config_id=described.id,
        project_id=version.project_id,
        judgment=score.value if isinstance(score, Score) else None,
        error=None if isinstance(score, Score) else score.failure.message,
        stdout=score.stdout,
        observability_status="completed" if isinstance(score, Score) else "failed",
        **(said(version, score, view, row) if judge else {"inputs": {}}),
        **moments(score, view),
    )


def moments(score: AnyScore, view: EvaluationView) -> dict[str, datetime]:
    """When the evaluator ran; of code it is known only with which evaluation."""
    if score.judgement:
        return {"created_at": score.judgement.created_at, "updated_at": score.judgement.created_at}
    return {"created_at": view.evaluation.created_at, "updated_at": view.evaluation.updated_at}


def said(version: EvaluatorVersion, score: AnyScore, view: EvaluationView, row: Row) -> dict[str, Any]:
    """What a judging model was asked, what it answered, and what that took."""
    shared = {**asked(version, view, row), "output": (score.reason or "").strip() or None, "raw_output": score.reason}
    if score.judgement is None:
        return shared
    prompt, answer = score.judgement.usage.prompt_tokens, score.judgement.usage.output_tokens
    return {
        **shared,
        "prompt_tokens": prompt,
        "output_tokens": answer,
        "tokens": None if prompt is None or answer is None else prompt + answer,
        "duration": score.judgement.latency,
        "provider_latency": score.judgement.latency,
    }


def asked(version: EvaluatorVersion, view: EvaluationView, row: Row) -> dict[str, Any]:
    """The judge's prompt, and what stood in it for each of its variables."""
    if not isinstance(row.output, Output):
        return {"inputs": {}}
    report = row.log.log.report if row.log else None
    log = log_argument(view.config, row.datapoint, row.output, log_id(view.evaluation.id, row.ordinal), report)
    variables = judge_variables(log, datapoint_argument(row.datapoint))
    inputs: dict[str, JsonValue] = dict(judge_inputs(version, variables))
    try:
        return {"inputs": inputs, "messages": [message(each) for each in judge_prompt(version, variables)]}
    except TemplateFault:
        return {"inputs": inputs}
