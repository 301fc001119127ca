"""What clients send to have a config called (contracts/humanloop-v4.md §3.8). Unknown keys are refused."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from assay.dialects.humanloop.log_requests import session_of
from assay.dialects.humanloop.requests import (
    ChatMessage,
    Closed,
    CompletionConfigRequest,
    ConfigRequest,
    ResponseFormat,
    WithProviderKeys,
)
from assay.domain.dataset import Datapoint
from assay.domain.errors import InvalidRequest
from assay.domain.log import Report, Said
from assay.domain.task import Task
from assay.domain.value import JsonValue
from assay.use_cases.manage_resources.configs import RegisterConfig

MOST_SAMPLES = 20


class CallRequest(WithProviderKeys, Closed):
    """What every call says: where it is logged, with what, and how often the model is asked."""

    project: str | None = None
    project_id: str | None = None
    session_id: str | None = None
    session_reference_id: str | None = None
    parent_id: str | None = None
    parent_reference_id: str | None = None
    inputs: dict[str, JsonValue] = Field(default_factory=dict)
    source: str | None = None
    metadata: dict[str, JsonValue] | None = None
    save: bool = True
    source_datapoint_id: str | None = None
    num_samples: Annotated[int, Field(ge=1, le=MOST_SAMPLES)] = 1
    stream: bool = False
    user: str | None = None
    seed: int | None = None
    return_inputs: bool = True

    def require_possible(self) -> None:
        """Raises InvalidRequest for what is not offered."""
        if self.stream:
            raise InvalidRequest(
                "stream: true is not supported: without it the answer comes in one piece.", ("stream",)
            )

    def report(self) -> Report:
        """What the logs of this call say of it."""
        said = self.model_dump(include=set(Said.model_fields) - {"session_id"})
        return Report(**said, session_id=session_of(self.session_id, self.session_reference_id))

    @property
    def datapoint(self) -> Datapoint:
        """What goes into the config's template."""
        return Datapoint(id=self.source_datapoint_id or "", inputs=dict(self.inputs))

    @property
    def other(self) -> dict[str, JsonValue]:
        """What is said to the provider beside the config's own parameters."""
        return {"user": self.user} if self.user else {}

    def changed(self, task: Task) -> Task:
        """The config's task as this call wants it."""
        seed = task.seed if self.seed is None else self.seed
        return task.model_copy(update={"other": {**task.other, **self.other}, "seed": seed})


class ChosenFunction(Closed):
    """A tool by its name."""

    name: str


class ToolChoice(Closed):
    """The one tool that must be called."""

    type: Literal["function"] = "function"
    function: ChosenFunction


Choice = Literal["none", "auto", "required"]


class ChatCall(CallRequest):
    """A call of a chat config. `tool_call` is what old clients say for `tool_choice`."""

    messages: tuple[ChatMessage, ...]
    tool_choice: Choice | ToolChoice | None = None
    tool_call: Choice | ChosenFunction | None = None
    response_format: ResponseFormat | None = None

    @property
    def datapoint(self) -> Datapoint:
        messages = tuple(each.translated() for each in self.messages)
        return super().datapoint.model_copy(update={"messages": messages})

    @property
    def choice(self) -> JsonValue:
        """Which tool is to be called, as the provider is told; None where nothing is said."""
        old = self.tool_call
        choice = self.tool_choice or (ToolChoice(function=old) if isinstance(old, ChosenFunction) else old)
        return choice.model_dump() if isinstance(choice, BaseModel) else choice

    @property
    def other(self) -> dict[str, JsonValue]:
        return {**super().other, **({"tool_choice": self.choice} if self.choice else {})}

    def changed(self, task: Task) -> Task:
        changed = super().changed(task)
        if self.response_format is None:
            return changed
        return changed.model_copy(update={"response_format": self.response_format.model_dump(exclude_none=True)})


class CompletionCall(CallRequest):
    """A call of a config that is no chat. Texts are completed as one message of a user, and so have no `suffix`."""

    logprobs: Annotated[int, Field(ge=0, le=20)] | None = None
    suffix: str | None = None

    def require_possible(self) -> None:
        super().require_possible()
        if self.suffix is not None:
            raise InvalidRequest("suffix is not supported: models are asked by messages.", ("suffix",))

    @property
    def other(self) -> dict[str, JsonValue]:
        wanted: dict[str, Any] = {"logprobs": True, "top_logprobs": self.logprobs} if self.logprobs is not None else {}
        return {**super().other, **wanted}


class NewChatConfig(ConfigRequest):
    """The config of `POST /chat`."""

    endpoint: Literal["chat"] = "chat"


class NewCompletionConfig(CompletionConfigRequest):
    """The config of `POST /completion`."""

    endpoint: Literal["complete", "edit"] = "complete"

    def translated(self) -> RegisterConfig:
        """The config in the core's terms."""
        return RegisterConfig(task=self.task(), name=self.name, description=self.description)


class ChatRequest(ChatCall):
    """`POST /chat`."""

    config: Annotated[NewChatConfig, Field(alias="model_config")]


class CompletionRequest(CompletionCall):
    """`POST /completion`."""

    config: Annotated[NewCompletionConfig, Field(alias="model_config")]


class ChatConfigRequest(ChatCall):
    """`POST /chat-model-config`."""

    model_config_id: str


class CompletionConfigCallRequest(CompletionCall):
    """`POST /completion-model-config`."""

    model_config_id: str


class ChatDeployedRequest(ChatCall):
    """`POST /chat-deployed`."""

    environment: str | None = None


class CompletionDeployedRequest(CompletionCall):
    """`POST /completion-deployed`."""

    environment: str | None = None
