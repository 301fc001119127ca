"""The routes of feedback on logs, and of its types."""

from typing import Any

from aws_lambda_powertools.event_handler import Response

from assay.dialects.http import Call, Route, answer, parsed
from assay.dialects.humanloop import translate, translate_logs
from assay.dialects.humanloop.log_requests import FeedbackRequest, FeedbackRequests
from assay.dialects.humanloop.logs import require_posted
from assay.dialects.humanloop.resource_requests import FeedbackTypeRequest
from assay.dialects.humanloop.responses import FeedbackResponse
from assay.use_cases.manage_resources import feedback
from assay.use_cases.one_log import one_log


def give(call: Call, ports: Any) -> Response[str]:
    """POST /feedback, one or a list -> 200, one or a list."""
    body = call.json
    if isinstance(body, list):
        return answer(kept(call, ports, parsed("body", lambda: FeedbackRequests.validate_python(body))))
    return answer(kept(call, ports, (parsed("body", lambda: FeedbackRequest.model_validate(body)),))[0])


def kept(call: Call, ports: Any, requests: tuple[FeedbackRequest, ...]) -> list[FeedbackResponse]:
    """The feedback, kept with its logs. Raises NotFound, IllegalTransition, InvalidRequest before any is."""
    for request in requests:
        require_posted(call, ports, request.data_id)
        if not request.unset:
            request.given()
        one_log(call.organisation, request.data_id, logs=ports.logs)
    return [withdrawn(call, ports, request) if request.unset else given(call, ports, request) for request in requests]


def given(call: Call, ports: Any, request: FeedbackRequest) -> FeedbackResponse:
    """One more thing that somebody said."""
    made = feedback.give_feedback(
        call.organisation,
        request.data_id,
        request.given(),
        logs=ports.logs,
        clock=ports.clock,
        new_id=ports.new_id,
    )
    return translate_logs.feedback(request.data_id, made)


def withdrawn(call: Call, ports: Any, request: FeedbackRequest) -> FeedbackResponse:
    """What somebody does not say any more; where nothing was said, an answer that says nothing."""
    gone = feedback.withdraw_feedback(call.organisation, request.data_id, request.withdrawn(), logs=ports.logs)
    if gone:
        return translate_logs.feedback(request.data_id, gone[-1])
    return FeedbackResponse(
        id=ports.new_id("ann_"),
        type=request.type,
        value=request.value if request.value is not None else "",
        data_id=request.data_id,
        user=request.user,
        created_at=ports.clock.now(),
    )


def create_type(call: Call, ports: Any, id: str) -> Response[str]:  # noqa: A002
    """POST /projects/{id}/feedback-types -> 201."""
    wish = call.body(FeedbackTypeRequest).translated()
    stores = {"resources": ports.resources, "clock": ports.clock}
    return answer(translate.feedback_type(feedback.create_feedback_type(call.organisation, id, wish, **stores)), 201)


ROUTES = (
    Route("POST", "/v4/feedback", give),
    Route("POST", "/v4/projects/{id}/feedback-types", create_type),
)
