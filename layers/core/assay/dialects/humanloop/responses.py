"""What clients read (contracts/humanloop-v4.md §2.9, §3). Required fields are never null: strict clients check."""

from datetime import UTC, datetime
from typing import Annotated, Generic, Literal, TypeVar

from pydantic import BaseModel, Field, PlainSerializer, RootModel

from assay.domain.feedback import FeedbackValue, Label
from assay.domain.log import Said
from assay.domain.score import Verdict
from assay.domain.statistics.describe import ScoreStatistics
from assay.domain.value import JsonValue, Model

T = TypeVar("T", bound=BaseModel)


def naive(moment: datetime) -> str:
    """UTC without saying so, with microseconds: as the service wrote it (§1.5)."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds")


Timestamp = Annotated[datetime, PlainSerializer(naive, return_type=str)]


class Done(Model):
    """That it is done, and no more: an object, since strict clients choke on null (contracts/humanloop-v4.md §6.8)."""


class Page(Model, Generic[T]):
    """One page of a list; `page` is said back as it was asked for."""

    records: list[T]
    page: int
    size: int
    total: int


class MessageResponse(Model):
    """A chat message."""

    role: str
    content: JsonValue = None
    name: str | None = None
    tool_call_id: str | None = None
    tool_calls: list[dict[str, JsonValue]] | None = None


class ToolResponse(Model):
    """A tool of a config."""

    id: str
    name: str
    description: str | None = None
    strict: bool | None = None
    parameters: dict[str, JsonValue] | None = None
    source: str | None = None
    source_code: str | None = None
    other: dict[str, JsonValue] | None = None
    preset_name: str | None = None


class ModelConfigResponse(Model):
    """A config."""

    id: str
    type: Literal["model"] = "model"
    name: str | None = None
    description: str | None = None
    provider: str
    model: str
    endpoint: str
    prompt_template: str | None = None
    chat_template: list[MessageResponse] | None = None
    tools: list[ToolResponse] = Field(default_factory=list)
    max_tokens: int
    temperature: float
    top_p: float
    presence_penalty: float
    frequency_penalty: float
    stop: str | list[str] | None = None
    seed: int | None = None
    response_format: dict[str, JsonValue] | None = None
    other: dict[str, JsonValue]


class PromptFile(RootModel[str]):
    """A config as the text of a .prompt file."""


class ProjectConfigResponse(Model):
    """A config within its project."""

    project_id: str
    project_name: str
    created_at: Timestamp
    updated_at: Timestamp
    last_used: Timestamp
    config: ModelConfigResponse
    evaluation_aggregates: list["AggregateResponse"] | None = None


class ActiveConfigResponse(ProjectConfigResponse):
    """The active config, with the environment in which it is active."""

    environment_id: str


class DeploymentResponse(Model):
    """What is deployed to an environment of a project."""

    project_id: str
    project_name: str
    environment_id: str
    environment_name: str
    environment_tag: str
    model_config_id: str | None = None
    model_config_name: str | None = None


class CreateLogResponse(Model):
    """A log that was just kept."""

    id: str
    project_id: str
    session_id: str | None = None


class FeedbackTypeResponse(Model):
    """A type of feedback, and what can be selected in it."""

    type: str
    values: list[Label] | None = None


class ProjectResponse(Model):
    """A project."""

    id: str
    name: str
    active_config: ProjectConfigResponse | None = None
    users: list[dict[str, JsonValue]] = Field(default_factory=list)
    data_count: int = 0
    feedback_types: list[FeedbackTypeResponse] = Field(default_factory=list)
    team_id: str
    config_type: Literal["model"] | None = None
    created_at: Timestamp
    updated_at: Timestamp


class DatasetResponse(Model):
    """A dataset. `project_id` is empty: datasets belong to no project, and clients want a string (§3.4)."""

    id: str
    project_id: str = ""
    name: str
    description: str | None = None
    datapoint_count: int
    created_at: Timestamp
    updated_at: Timestamp


class DatapointResponse(Model):
    """A datapoint."""

    id: str
    dataset_id: str
    inputs: JsonValue = None
    messages: list[MessageResponse] = Field(default_factory=list)
    target: JsonValue = None


class EvaluatorResponse(Model):
    """An evaluator, in the version that is meant."""

    id: str
    name: str
    description: str
    arguments_type: str
    return_type: str
    type: str
    higher_is_better: bool | None = Field(default=True, exclude_if=lambda higher: higher is True)
    code: str | None = None
    model_config_: ModelConfigResponse | None = Field(default=None, serialization_alias="model_config")
    logging_project: ProjectResponse | None = None
    created_at: Timestamp
    updated_at: Timestamp


class EvaluatorConfigResponse(Model):
    """An evaluator as the config of its own logs; what it does in full stands with the evaluator."""

    id: str
    type: Literal["evaluator"] = "evaluator"
    status: Literal["committed"] = "committed"
    name: str
    description: str | None = None
    evaluator_type: str
    arguments_type: str
    return_type: str


class AggregateResponse(Model):
    """An evaluator's number for the evaluated config: the mean, for a boolean the share of true (0 to 1)."""

    model_config_id: str
    evaluator_id: str
    evaluator_version_id: str
    aggregate_value: float | None = None


class EvaluationResponse(Model):
    """An evaluation; beside the aggregates of one that is over, `statistics` say how sure they are.

    `url` opens its page, without a key, for a week. `reason` says why it came to another end than it should have.
    """

    id: str
    status: Literal["pending", "running", "completed", "cancelled"]
    reason: str | None = None
    config: ModelConfigResponse
    evaluators: list[EvaluatorResponse]
    dataset: DatasetResponse
    dataset_version_id: str
    dataset_snapshot: DatasetResponse
    evaluator_aggregates: list[AggregateResponse] | None = None
    statistics: list[ScoreStatistics] | None = None
    url: str
    created_at: Timestamp
    updated_at: Timestamp


class FeedbackResponse(Model):
    """What somebody said about a log."""

    id: str
    type: str
    value: FeedbackValue
    data_id: str
    user: str | None = None
    created_at: Timestamp


class LogResponse(Said):
    """What the config said for one datapoint, or the error that it ended with."""

    id: str
    config: ModelConfigResponse | EvaluatorConfigResponse
    config_id: str
    project_id: str | None = None
    project: str | None = None
    inputs: JsonValue = None
    messages: list[MessageResponse] = Field(default_factory=list)
    raw_output: str | None = None
    output_message: MessageResponse | None = None
    finish_reason: str | None = None
    provider_latency: float | None = None
    tokens: int | None = None
    feedback: list[FeedbackResponse] = Field(default_factory=list)
    evaluation_results: list["EvaluationResultResponse"] = Field(default_factory=list)
    observability_status: Literal["pending", "running", "completed", "failed"]
    created_at: Timestamp
    updated_at: Timestamp


class EvaluationResultResponse(Model):
    """One evaluator's verdict on one log. `llm_evaluator_log` is what clients up to 0.7.30 call `evaluator_log`."""

    id: str
    evaluator_id: str
    evaluator_version_id: str
    evaluation_id: str
    log_id: str
    log: None = None
    version_id: None = None
    version: None = None
    value: Verdict = None
    error: str | None = None
    evaluator_log: LogResponse | None = None
    llm_evaluator_log: LogResponse | None = None
    created_at: Timestamp
    updated_at: Timestamp


class RowResponse(Model):
    """One datapoint of an evaluation, with its log once there is one."""

    datapoint: DatapointResponse
    log: LogResponse | None = None
    evaluation_results: list[EvaluationResultResponse]
