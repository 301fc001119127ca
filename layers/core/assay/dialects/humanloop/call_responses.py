"""What clients read of a call (contracts/humanloop-v4.md §3.8), and why there is nothing to read."""

from typing import Literal

from pydantic import Field

from assay.dialects.humanloop.responses import MessageResponse
from assay.domain.value import JsonValue, Model


class UsageResponse(Model):
    """Tokens of all samples."""

    prompt_tokens: int
    generation_tokens: int
    total_tokens: int


class SampleResponse(Model):
    """One answer; `id` is that of its log."""

    id: str
    index: int
    output: str
    raw_output: str
    inputs: dict[str, JsonValue]
    finish_reason: str | None = None
    model_config_id: str
    tool_results: list[JsonValue] = Field(default_factory=list)


class FunctionResponse(Model):
    """A call that the model asks for."""

    name: str
    arguments: str | None = None


class ChatSampleResponse(SampleResponse):
    """One answer in a chat. `tool_call` and `tool_calls` say what stands in `output_message`, for old clients."""

    messages: list[MessageResponse]
    tool_call: FunctionResponse | None = None
    tool_calls: list[dict[str, JsonValue]] | None = None
    output_message: MessageResponse


class CallResponse(Model):
    """What every call is answered with. `provider_responses` are the answers as they came, of providers with a wire."""

    project_id: str
    num_samples: int
    user: str | None = None
    usage: UsageResponse | None = None
    metadata: dict[str, JsonValue] | None = None
    session_id: str | None = None
    provider_responses: list[JsonValue]


class ChatResponse(CallResponse):
    """Answers in a chat."""

    data: list[ChatSampleResponse]
    tool_choice: JsonValue = None


class CompletionResponse(CallResponse):
    """Answers to a text."""

    data: list[SampleResponse]
    logprobs: int | None = None


class CallProblem(Model):
    """What went wrong with a model (contracts/humanloop-v4.md §1.1); `origin` is its provider."""

    type: Literal["unprocessable_entity_error", "authentication_error", "service_unavailable_error", "timeout_error"]
    message: str
    code: int
    origin: str


class CallRefusal(Model):
    """Why a call has no answer; the error stands in its log, too."""

    detail: CallProblem
