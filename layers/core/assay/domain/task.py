"""What is under test: a model with a prompt and parameters."""

from typing import Literal

from pydantic import Field

from assay.domain.dataset import Datapoint
from assay.domain.ids import canonical_json, content_id
from assay.domain.messages import Message
from assay.domain.prompt import populate, populate_messages
from assay.domain.value import JsonValue, Resource, Value

ProviderName = Literal[
    "openai", "openai_azure", "mock", "anthropic", "bedrock", "cohere", "replicate", "google", "groq"
]


class Task(Value):
    """A model with a prompt. Two tasks with equal fields are the same task."""

    provider: ProviderName = "openai"
    model: str
    endpoint: Literal["complete", "chat", "edit"] = "complete"
    prompt_template: str | None = None
    chat_template: tuple[Message, ...] | None = None
    tools: tuple[dict[str, JsonValue], ...] | None = None
    max_tokens: int = -1
    temperature: float = Field(default=1, allow_inf_nan=False)
    top_p: float = Field(default=1, allow_inf_nan=False)
    presence_penalty: float = Field(default=0, allow_inf_nan=False)
    frequency_penalty: float = Field(default=0, allow_inf_nan=False)
    stop: str | tuple[str, ...] | None = None
    seed: int | None = None
    response_format: dict[str, JsonValue] | None = None
    other: dict[str, JsonValue] = Field(default_factory=dict)

    def messages_for(self, datapoint: Datapoint) -> tuple[Message, ...]:
        """The populated template followed by the datapoint's messages (contracts/humanloop-v4.md §5.7).

        Raises MissingVariables when the datapoint lacks an input that the template names.
        """
        inputs = datapoint.inputs if isinstance(datapoint.inputs, dict) else {}
        if self.endpoint == "chat":
            return (*populate_messages(self.chat_template or (), inputs), *datapoint.messages)
        prompt = populate(self.prompt_template or "", inputs)
        return (Message(role="user", content=prompt), *datapoint.messages)


class Config(Resource):
    """A task as registered in a project, with the name people gave it."""

    project_id: str
    name: str
    description: str | None = None
    task: Task

    @property
    def listed_in(self) -> tuple[str, ...]:
        return (f"{self.project_id}/configs",)


def config_id(project_id: str, task: Task) -> str:
    """The id of a task within a project: one for each set of parameters (contracts/humanloop-v4.md §3.2)."""
    return content_id("config_", f"{project_id} {canonical_json(task.model_dump(mode='json'))}")
