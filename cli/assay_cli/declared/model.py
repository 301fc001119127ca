"""What a declared evaluation is made of, in the words of the project (docs/concepts.md)."""

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, JsonValue, Tag, model_validator

Name = Annotated[str, Field(min_length=1, max_length=1000)]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
MOST_TRIALS = 1000


class Part(BaseModel):
    """A part of the file. A word that we do not know is a mistake."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


def short_for(key: str) -> BeforeValidator:
    """A text alone stands for an object with that text under `key`."""
    return BeforeValidator(lambda given: {key: given} if isinstance(given, str) else given)


def by_key(*keys: str) -> Discriminator:
    """Which of several parts it is: the one whose own key is there."""

    def found(given: Any) -> str | None:
        there = given if isinstance(given, dict) else getattr(given, "__dict__", ())
        return next((f"with {key}" for key in keys if key in there), None)

    return Discriminator(
        found,
        custom_error_type="no_such_part",
        custom_error_message=f"It needs one of: {', '.join(keys)}.",
    )


class DataFile(Part):
    """Rows in a file. Without names for its columns, `target` is the target and every other one an input."""

    file: Path
    inputs: Annotated[tuple[Name, ...], Field(min_length=1)] | None = None
    target: Name | None = None
    metadata: tuple[Name, ...] = ()
    id: Name | None = None
    cluster_by: Name | None = None


class StoredDataset(Part):
    """A dataset that is there already, in the same project unless another is named."""

    dataset: Name
    project: Name | None = None
    version: Name | None = None


class Message(Part):
    """A message of a prompt; its text is a template."""

    role: Literal["system", "developer", "user", "assistant"]
    content: str


class ModelPrompt(Part):
    """A model and what it is asked: one text, the text of a file, or messages."""

    model: Name
    prompt: Name | None = None
    prompt_file: Path | None = None
    messages: tuple[Message, ...] | None = None
    system: Name | None = None
    parameters: dict[str, JsonValue] = Field(default_factory=dict)
    template: Literal["mustache", "nunjucks", "none"] = "mustache"
    strict: bool = True

    @model_validator(mode="after")
    def asked_once(self) -> "ModelPrompt":
        """Raises ValueError unless it is said once what the model is asked."""
        given = [each for each in (self.prompt, self.prompt_file, self.messages) if each is not None]
        if len(given) != 1:
            raise ValueError("Give one of prompt, prompt_file and messages.")
        if self.system is not None and self.messages is not None:
            raise ValueError("Put the system message among the messages.")
        return self


class CodeTask(Part):
    """Code of the user's: a file that defines `handler`."""

    code: Path
    parameters: dict[str, JsonValue] = Field(default_factory=dict)


class StoredTask(Part):
    """A function or prompt that is stored in the project, or in another that is named."""

    function: Name
    project: Name | None = None
    version: Name | None = None
    parameters: dict[str, JsonValue] = Field(default_factory=dict)


as_messages = BeforeValidator(lambda given: [{"role": "user", "content": given}] if isinstance(given, str) else given)


class Evaluator(Part):
    """What every evaluator says of itself. Without a direction (null) it wins and loses nothing, and is not gated."""

    name: Name | None = None
    higher_is_better: bool | None = True


class GlobalEvaluator(Evaluator):
    """One of the catalogue, such as Levenshtein."""

    global_: Name = Field(alias="global")
    config: dict[str, JsonValue] = Field(default_factory=dict)

    @property
    def called(self) -> str:
        return self.name or self.global_


class CodeEvaluator(Evaluator):
    """Code of the user's: a file that defines `handler`."""

    code: Path

    @property
    def called(self) -> str:
        return self.name or self.code.stem


class JudgeEvaluator(Evaluator):
    """A model that judges: it must choose one of `choices`, each of which has its score.

    `judge` are the messages that it gets; a text alone is the user's.
    """

    name: Name
    judge: Annotated[tuple[Message, ...], Field(min_length=1), as_messages]
    model: Name
    choices: Annotated[dict[str, Share], Field(min_length=1)]
    reasons: bool = True
    parameters: dict[str, JsonValue] = Field(default_factory=dict)

    @property
    def called(self) -> str:
        return self.name


class StoredEvaluator(Part):
    """A function that is stored in the project, or in another that is named; it has its own name and direction."""

    function: Name
    project: Name | None = None
    version: Name | None = None


class NamedBase(Part):
    """An experiment of the project, by its name or its id."""

    experiment: Name


class Branch(Part):
    """The newest finished experiment of this evaluation that was launched on a branch."""

    branch: Name


class Gate(Part):
    """What is asked of the run: the loss that must be ruled out, and the share of rows that may go without a score."""

    tolerance: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = None
    errors: Share = 0.0


Data = Annotated[
    Annotated[DataFile, Tag("with file")] | Annotated[StoredDataset, Tag("with dataset")],
    by_key("file", "dataset"),
    short_for("file"),
]
Task = Annotated[
    Annotated[ModelPrompt, Tag("with model")]
    | Annotated[CodeTask, Tag("with code")]
    | Annotated[StoredTask, Tag("with function")],
    by_key("model", "code", "function"),
]
AnyEvaluator = Annotated[
    Annotated[GlobalEvaluator, Tag("with global")]
    | Annotated[JudgeEvaluator, Tag("with judge")]
    | Annotated[CodeEvaluator, Tag("with code")]
    | Annotated[StoredEvaluator, Tag("with function")],
    by_key("global", "judge", "code", "function"),
    short_for("global"),
]

Base = Annotated[
    Annotated[NamedBase, Tag("with experiment")] | Annotated[Branch, Tag("with branch")],
    by_key("experiment", "branch"),
    short_for("experiment"),
]


class Declaration(Part):
    """An evaluation: data, a task, evaluators, and how it is to be run, compared and gated."""

    project: Name
    name: Name | None = None
    data: Data
    task: Task
    evaluators: tuple[AnyEvaluator, ...] = ()
    trials: Annotated[int, Field(ge=1, le=MOST_TRIALS)] = 1
    base: Base | None = None
    max_concurrency: Annotated[int, Field(ge=1)] | None = 10
    max_cost: Annotated[float, Field(gt=0, allow_inf_nan=False)] | None = None
    cache: bool | None = None
    timeout: Annotated[float, Field(gt=0, allow_inf_nan=False)] | None = None
    gate: Gate | None = None
