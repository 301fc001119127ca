"""What a request for an evaluation asks for, in the core's words."""

from assay.dialects.humanloop.requests import CreateEvaluationRequest
from assay.use_cases.start_evaluation import StartEvaluation


def wish(project_id: str, request: CreateEvaluationRequest) -> StartEvaluation:
    """An evaluation of the project."""
    return StartEvaluation(
        project_id=project_id,
        generated_by="server" if request.hl_generated else "client",
        **request.model_dump(exclude={"hl_generated", "provider_api_keys"}),
    )
