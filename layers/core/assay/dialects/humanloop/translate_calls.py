"""Calls of configs in the dialect's words."""

from typing import Any, Literal, NamedTuple

from assay.dialects.humanloop.call_requests import CallRequest, ChatCall, CompletionCall
from assay.dialects.humanloop.call_responses import (
    CallProblem,
    CallRefusal,
    ChatResponse,
    ChatSampleResponse,
    CompletionResponse,
    FunctionResponse,
    SampleResponse,
    UsageResponse,
)
from assay.dialects.humanloop.translate import finish_reason
from assay.dialects.humanloop.translate_configs import message, tool_calls
from assay.domain.completion import Completion
from assay.domain.messages import ToolCall
from assay.domain.score import FailureKind, Usage
from assay.use_cases.call_config import Called, raw
from assay.use_cases.call_model import Answered, Unanswered

Problem = Literal["unprocessable_entity_error", "authentication_error", "service_unavailable_error", "timeout_error"]
PROBLEMS: dict[FailureKind, tuple[Problem, int]] = {
    "refused": ("unprocessable_entity_error", 422),
    "denied": ("authentication_error", 422),
    "timeout": ("timeout_error", 504),
}
"""What failures are called, and their status: that of a key which a provider denies is not 401, which is about ours."""
UNAVAILABLE: tuple[Problem, int] = ("service_unavailable_error", 503)


class Said(NamedTuple):
    """One of a call's answers: which it is, its log, and what the model said."""

    number: int
    log_id: str
    answer: Answered

    @property
    def completion(self) -> Completion:
        return self.answer.completion


def answers(called: Called) -> list[Said]:
    """The answers that there are."""
    return [
        Said(number, sample.log.id, sample.answer)
        for number, sample in enumerate(called.samples)
        if isinstance(sample.answer, Answered)
    ]


def response(request: ChatCall | CompletionCall, called: Called) -> ChatResponse | CompletionResponse:
    """The answers in the form of their kind of call."""
    found = answers(called)
    if isinstance(request, ChatCall):
        chat = [chat_sample(request, called, said) for said in found]
        return ChatResponse(data=chat, tool_choice=request.choice, **shared(request, called, found))
    data = [SampleResponse(**sample(request, called, said)) for said in found]
    return CompletionResponse(data=data, logprobs=request.logprobs, **shared(request, called, found))


def shared(request: CallRequest, called: Called, found: list[Said]) -> dict[str, Any]:
    """What answers of both kinds say of the call as a whole."""
    log = called.samples[0].log
    return {
        "project_id": log.project_id,
        "session_id": log.report.session_id,
        "num_samples": request.num_samples,
        "user": request.user,
        "metadata": request.metadata,
        "usage": usage([said.completion.usage for said in found]),
        "provider_responses": [raw(said.answer) for said in found],
    }


def usage(counted: list[Usage]) -> UsageResponse | None:
    """The tokens of all answers; None where the provider did not count some of them."""
    if not all(one.is_complete for one in counted):
        return None
    prompt, output = (sum(getattr(one, name) for one in counted) for name in ("prompt_tokens", "output_tokens"))
    return UsageResponse(prompt_tokens=prompt, generation_tokens=output, total_tokens=prompt + output)


def sample(request: CallRequest, called: Called, said: Said) -> dict[str, Any]:
    """What an answer of either kind says."""
    text = said.completion.text
    return {
        "id": said.log_id,
        "index": said.number,
        "output": text.strip(),
        "raw_output": text,
        "inputs": request.inputs if request.return_inputs else {},
        "finish_reason": finish_reason(said.completion.finish_reason),
        "model_config_id": called.samples[0].log.config_id,
    }


def chat_sample(request: ChatCall, called: Called, said: Said) -> ChatSampleResponse:
    answer = said.completion.message
    return ChatSampleResponse(
        messages=[message(each) for each in called.messages],
        output_message=message(answer),
        tool_calls=tool_calls(answer),
        tool_call=only(answer.tool_calls or ()),
        **sample(request, called, said),
    )


def only(calls: tuple[ToolCall, ...]) -> FunctionResponse | None:
    """The first of the calls, as clients knew it when there was never more than one."""
    return FunctionResponse(**calls[0].function.model_dump()) if calls else None


def refusal(provider: str, called: Called) -> CallRefusal:
    """Why a call without any answer has none: what befell its first sample."""
    failure = next(one.answer.failure for one in called.samples if isinstance(one.answer, Unanswered))
    kind, code = PROBLEMS.get(failure.kind, UNAVAILABLE)
    return CallRefusal(detail=CallProblem(type=kind, message=failure.message, code=code, origin=provider))
