"""A model with a prompt and parameters, as Humanloop has it; and what any model is asked in the end."""

from typing import ClassVar, Literal, NamedTuple

from pydantic import Field

from assay.domain.completion import Completion
from assay.domain.dataset import Datapoint
from assay.domain.messages import Message
from assay.domain.prompt import populate, populate_messages
from assay.domain.score import OutputForm
from assay.domain.value import JsonValue, Value

ProviderName = Literal[
    "openai", "openai_azure", "mock", "anthropic", "bedrock", "cohere", "replicate", "google", "groq"
]


class Answer(NamedTuple):
    """A task's output: a text, or the JSON text of any other value."""

    text: str
    form: OutputForm = "text"


class Task(Value):
    """A model with a prompt. Two tasks with equal fields are the same task.

    At the endpoints `embed` and `moderate` the answer's text is what the provider says of the one message, as JSON.
    """

    kind: ClassVar[Literal["model"]] = "model"
    provider: ProviderName = "openai"
    model: str
    endpoint: Literal["complete", "chat", "edit", "embed", "moderate"] = "complete"
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

    def call_for(self, datapoint: Datapoint) -> "ModelCall":
        """What the model is asked about the datapoint. Raises MissingVariables."""
        return ModelCall(task=self, messages=self.messages_for(datapoint))

    def messages_for(self, datapoint: Datapoint) -> tuple[Message, ...]:
        """The populated template followed by the datapoint's messages (contracts/humanloop-v4.md §5.7).

        Raises MissingVariables when the datapoint lacks an input that the template names.
        """
        inputs = datapoint.inputs if isinstance(datapoint.inputs, dict) else {}
        if self.endpoint == "chat":
            return (*populate_messages(self.chat_template or (), inputs), *datapoint.messages)
        prompt = populate(self.prompt_template or "", inputs)
        return (Message(role="user", content=prompt), *datapoint.messages)

    def answer(self, completion: Completion) -> Answer:
        """The output that the model's answer is: its text."""
        return Answer(completion.text)

    @property
    def priced_as(self) -> str:
        """What its price is found by."""
        return f"{self.provider}/{self.model}"

    def as_model(self) -> "Task":
        """The task itself, which is a model with its parameters."""
        return self


class ModelCall(Value):
    """What a model is asked: the task holds its name and parameters."""

    task: Task
    messages: tuple[Message, ...]
