"""Prompts as Braintrust's clients write them (contracts/braintrust.md §4.2)."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, ConfigDict, Field

from assay.domain.value import JsonValue, Value

TemplateFormat = Literal["mustache", "nunjucks", "none"]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]


class Lenient(Value):
    """Part of what a client wrote; whatever else stands there is not read."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)


class ChatPrompt(Lenient):
    """Messages, each a template; `tools` is JSON text, a template too."""

    type: Literal["chat"] = "chat"
    messages: tuple[dict[str, JsonValue], ...]
    tools: str | None = None


class CompletionPrompt(Lenient):
    """One text, which the model is to go on from."""

    type: Literal["completion"]
    content: str


class PromptOptions(Lenient):
    """Which model, and the parameters that it gets."""

    model: str | None = None
    params: dict[str, JsonValue] | None = None


class LlmClassifier(Lenient):
    """How a scorer's answer becomes a score: the model must choose, and each choice has its score (§4.5)."""

    type: Literal["llm_classifier"]
    use_cot: bool
    choice_scores: dict[str, Share] = Field(min_length=1)
    allow_no_match: bool = False


class PromptData(Lenient):
    """A prompt with all that belongs to it."""

    prompt: Annotated[ChatPrompt | CompletionPrompt, Field(discriminator="type")] | None = None
    options: PromptOptions | None = None
    parser: LlmClassifier | None = None
    tool_functions: tuple[dict[str, JsonValue], ...] | None = None
    template_format: Annotated[TemplateFormat, BeforeValidator(lambda given: given or "mustache")] = "mustache"
    mcp: dict[str, JsonValue] | None = None
