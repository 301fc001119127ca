"""What clients send (contracts/humanloop-v4.md §2, §3). Unknown keys are ignored, but in configs they are refused."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, SecretStr, StrictBool, TypeAdapter, model_validator

from assay.dialects.bodies import Dollars
from assay.dialects.unknown_fields import MISSPELT, meant, unknown
from assay.domain.errors import InvalidRequest
from assay.domain.messages import FunctionCall, ImagePart, Message, TextPart, ToolCall
from assay.domain.task import ProviderName, Task
from assay.domain.value import DEFERRED, JsonValue, Model
from assay.use_cases.manage_resources.configs import RegisterConfig
from assay.use_cases.manage_resources.datasets import NewDatapoint

Finite = Annotated[float, Field(allow_inf_nan=False)]


class Open(Model):
    """A request that may carry keys we do not know."""

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)


class Closed(Model):
    """A request that may not."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class Careful(Open):
    """A request that may carry keys we do not know, but none that is nearly one of ours: something else was meant."""

    @model_validator(mode="before")
    @classmethod
    def is_spelt_well(cls, given: object) -> object:
        """Raises InvalidRequest at the first key that is nearly one that there is."""
        for name in unknown(given, cls.model_fields):
            if hint := meant(name, cls.model_fields, MISSPELT):
                raise InvalidRequest(f"{name} is not a field{hint}.", (name,), "value_error.extra")
        return given


class OpenFunctionCall(Open):
    """A call within a message."""

    name: str
    arguments: str | None = None


class OpenToolCall(Open):
    """A tool call within a message."""

    id: str
    type: Literal["function"] = "function"
    function: OpenFunctionCall


class ChatMessage(Open):
    """A chat message (contracts/humanloop-v4.md §3.3)."""

    role: Literal["user", "assistant", "system", "tool"]
    content: str | tuple[TextPart | ImagePart, ...] | None = None
    name: str | None = None
    tool_call_id: str | None = None
    tool_calls: tuple[OpenToolCall, ...] | None = None

    def translated(self) -> Message:
        """The message in the core's terms."""
        calls = tuple(
            ToolCall(id=call.id, function=FunctionCall(name=call.function.name, arguments=call.function.arguments))
            for call in self.tool_calls or ()
        )
        return Message(
            role=self.role,
            content=self.content,
            name=self.name,
            tool_call_id=self.tool_call_id,
            tool_calls=calls or None,
        )


class Tool(Open):
    """An inline tool of a config. Tools that are linked to are refused: nothing could be called by their names."""

    name: str
    description: str | None = None
    strict: bool | None = None
    parameters: dict[str, JsonValue] | None = None
    source: str | None = None
    source_code: str | None = None
    other: dict[str, JsonValue] | None = None
    preset_name: str | None = None

    @model_validator(mode="before")
    @classmethod
    def is_not_linked(cls, given: object) -> object:
        """Refuses what only points at a tool of the organisation."""
        points = isinstance(given, dict) and str(given.get("id")).startswith("oc_")
        if points or (isinstance(given, dict) and given.get("source") == "organization"):
            raise ValueError("Linked tools are not supported: give the tool's name and parameters inline.")
        return given


class ResponseFormat(Open):
    """How the model is to answer."""

    type: Literal["json_object", "json_schema", "text"]
    json_schema: dict[str, JsonValue] | None = None


class CompletionConfigRequest(Closed):
    """A model, a prompt of one text, and parameters: what every config has (contracts/humanloop-v4.md §3.2)."""

    name: str | None = None
    description: str | None = None
    provider: ProviderName = "openai"
    model: str
    endpoint: Literal["complete", "chat", "edit"] = "complete"
    prompt_template: str | None = None
    max_tokens: int = -1
    temperature: Finite = 1
    top_p: Finite = 1
    presence_penalty: Finite = 0
    frequency_penalty: Finite = 0
    stop: str | tuple[str, ...] | None = None
    seed: int | None = None
    response_format: ResponseFormat | None = None
    other: dict[str, JsonValue] = Field(default_factory=dict)

    def task(self, **more: Any) -> Task:
        """The task in the core's terms, with `more` of its fields."""
        given = set(CompletionConfigRequest.model_fields) - {"name", "description", "response_format"}
        answer = self.response_format.model_dump(exclude_none=True) if self.response_format else None
        return Task(**{**self.model_dump(include=given), "response_format": answer, **more})


class ConfigRequest(CompletionConfigRequest):
    """A config of any kind: `POST /model-configs/serialize`."""

    chat_template: tuple[ChatMessage, ...] | None = None
    tools: tuple[Tool, ...] | None = None

    def translated(self) -> RegisterConfig:
        """The config in the core's terms; a config with a chat template is a chat config.

        Raises InvalidRequest where a template would never be used: clients would not notice.
        """
        if self.prompt_template is not None and (self.chat_template is not None or self.endpoint == "chat"):
            problem = "A chat config has a chat_template, any other a prompt_template."
            raise InvalidRequest(problem, ("prompt_template",))
        chat = tuple(message.translated() for message in self.chat_template) if self.chat_template else None
        tools = tuple(tool.model_dump(exclude_none=True) for tool in self.tools) if self.tools else None
        task = self.task(endpoint="chat" if chat else self.endpoint, chat_template=chat, tools=tools)
        return RegisterConfig(task=task, name=self.name, description=self.description)


class RegisterRequest(ConfigRequest):
    """`POST /model-configs` (contracts/humanloop-v4.md §3.2)."""

    project: str | None = None
    project_id: str | None = None


class CreateProjectRequest(Open):
    """`POST /projects`."""

    name: str


class CreateDatasetRequest(Open):
    """`POST /projects/{project_id}/datasets`."""

    name: Annotated[str, Field(max_length=255)]
    description: Annotated[str, Field(max_length=255)]


class DatapointRequest(Open):
    """One datapoint of `POST /datasets/{dataset_id}/datapoints`."""

    inputs: dict[str, str] = Field(default_factory=dict)
    messages: tuple[ChatMessage, ...] = ()
    target: dict[str, JsonValue] | None = None

    def translated(self) -> NewDatapoint:
        """The datapoint in the core's terms."""
        messages = tuple(message.translated() for message in self.messages)
        return NewDatapoint(inputs=dict(self.inputs), messages=messages, target=self.target)


Datapoints: TypeAdapter[tuple[DatapointRequest, ...]] = TypeAdapter(tuple[DatapointRequest, ...], config=DEFERRED)


ProviderKey = Annotated[SecretStr, Field(max_length=512)] | None


class ProviderApiKeys(Open):
    """Keys of model providers for this one request (contracts/humanloop-v4.md §5.9), of those that can be called."""

    openai: ProviderKey = None
    openai_azure: ProviderKey = None
    openai_azure_endpoint: ProviderKey = None
    anthropic: ProviderKey = None
    bedrock: ProviderKey = None
    cohere: ProviderKey = None
    google: ProviderKey = None
    groq: ProviderKey = None


class WithProviderKeys(Open):
    """A request that may bring provider keys."""

    provider_api_keys: ProviderApiKeys | None = None

    @property
    def keys(self) -> dict[str, SecretStr]:
        """The keys that there are, by their providers."""
        return {name: key for name, key in self.provider_api_keys or () if key}


class CreateEvaluationRequest(Careful, WithProviderKeys):
    """`POST /projects/{project_id}/evaluations`. `max_concurrency` is what clients 0.7.5 to 0.7.25 send.

    Ours are `max_cost`, dollars after which the evaluation ends, and `cache`, whether no model is asked again what it
    has answered before.
    """

    config_id: str
    evaluator_ids: tuple[str, ...]
    dataset_id: str
    hl_generated: bool = True
    name: str | None = None
    max_concurrency: Annotated[int, Field(ge=1)] | None = None
    max_cost: Dollars | None = None
    cache: StrictBool | None = None


class PageQuery(Open):
    """Which page, of how many; pages count from 0."""

    page: Annotated[int, Field(ge=0)] = 0
    size: Annotated[int, Field(ge=1)] = 50


class ProjectsQuery(PageQuery):
    """`GET /projects`."""

    size: Annotated[int, Field(ge=1)] = 10
    filter: str | None = None
    user_filter: str | None = None
    sort_by: Literal["created_at", "updated_at", "name"] = "created_at"
    order: Literal["asc", "desc"] = "desc"


class RowsQuery(Open):
    """`GET /evaluations/{id}/datapoints`; here pages count from 1."""

    page: Annotated[int, Field(ge=1)] = 1
    size: Annotated[int, Field(ge=1)] = 10
    evaluatee_id: str | None = None


class EvaluationQuery(Open):
    """`GET /evaluations/{id}`."""

    evaluator_aggregates: bool = False
    evaluatee_id: str | None = None


SortKey = Annotated[str, Field(pattern=r"^(dataset|config|status|evaluator-[^.]+)\.(asc|desc)$")]


class EvaluationsQuery(PageQuery):
    """`GET /evaluations`. Days are inclusive; `sort` and the filters can be repeated (contracts §2.3)."""

    project_id: str
    id: tuple[str, ...] = ()
    sort: tuple[SortKey, ...] = ()
    id_filter: tuple[str, ...] = ()
    dataset_filter: tuple[str, ...] = ()
    config_filter: tuple[str, ...] = ()
    status_filter: tuple[str, ...] = ()
    start_date: date | None = None
    end_date: date | None = None
    evaluatee_id: str | None = None


class ProjectEvaluationsQuery(Open):
    """`GET /projects/{project_id}/evaluations`."""

    evaluator_aggregates: bool = False
    evaluatee_id: str | None = None
