"""Scorers of Braintrust's kind: code, prompts, and those that have a name everywhere (contracts/braintrust.md §4.5)."""

import json
from typing import Annotated, Literal

from pydantic import Field

from assay.domain.completion import Completion
from assay.domain.dataset import Datapoint
from assay.domain.errors import AssayError
from assay.domain.evaluators.global_scorer import (
    DEFAULT_EMBEDDER,
    DEFAULT_MODEL,
    DEFAULT_MODERATOR,
    EMBEDDING,
    EMBEDDING_BESIDE,
    MODEL_SCORERS,
    MODERATING,
)
from assay.domain.model_task import ModelCall, Task
from assay.domain.prompt_data import LlmClassifier
from assay.domain.prompt_task import Prompt, parsed, provider_of
from assay.domain.sandbox import HANDLER, CodeBatch, Runtime
from assay.domain.score import Output
from assay.domain.templates.values import TemplateFault
from assay.domain.value import JsonValue, Value

SELECT = "select_choice"
"""The tool by which a classifying model says what it chose."""
NO_MATCH = "No match"


class NoChoice(AssayError):
    """The model did not choose."""


class CodeScorer(Value):
    """Source that defines `handler`."""

    kind: Literal["code"] = "code"
    runtime: Runtime
    code: str

    def batch(self, rows: tuple[tuple[JsonValue, ...], ...]) -> CodeBatch:
        """Work for the sandbox."""
        return CodeBatch(runtime=self.runtime, code=self.code, function=HANDLER, call="scorer", rows=rows)


class PromptScorer(Value):
    """A prompt over the row. With a classifier the model must choose; without one its answer is the result."""

    kind: Literal["prompt"] = "prompt"
    prompt: Prompt
    classifier: LlmClassifier | None = None

    @property
    def model(self) -> Task:
        """The model that is asked, without what it is asked."""
        return Task(provider=self.prompt.provider, model=self.prompt.model)

    def call(self, row: dict[str, JsonValue]) -> ModelCall:
        """What the model is asked. Raises TemplateFault."""
        call = self.prompt.call(row)
        if self.classifier is None:
            return call
        other = {**call.task.other, **forced_choice(self.classifier)}
        return call.model_copy(update={"task": call.task.model_copy(update={"other": other})})

    def result(self, completion: Completion) -> JsonValue:
        """What a function of the user's own would return. Raises NoChoice."""
        if self.classifier is not None:
            return chosen(self.classifier, completion)
        answer = self.prompt.answer(completion)
        return answer.text if answer.form == "text" else json.loads(answer.text)


class GlobalScorer(Value):
    """A scorer of the autoevals catalogue, and what its author fixed of it."""

    kind: Literal["global"] = "global"
    name: str
    config: dict[str, JsonValue] = Field(default_factory=dict)

    @property
    def model(self) -> Task | None:
        """The model that is asked, if one is; `config` may name it."""
        if self.name not in MODEL_SCORERS:
            return None
        if self.name in EMBEDDING:
            return model_at("embed", self.config.get("model") or self.config.get("embedding_model") or DEFAULT_EMBEDDER)
        if self.name == MODERATING:
            return model_at("moderate", self.config.get("model") or DEFAULT_MODERATOR)
        return model_at("complete", self.config.get("model") or DEFAULT_MODEL)

    @property
    def embedder(self) -> Task | None:
        """The model that makes embeddings beside what the other says, if one does; it is of the same provider."""
        if self.name not in EMBEDDING_BESIDE or self.model is None:
            return None
        own = self.model.model if self.model.provider == "mock" else DEFAULT_EMBEDDER
        return Task(
            provider=self.model.provider, model=str(self.config.get("embedding_model") or own), endpoint="embed"
        )


def model_at(endpoint: Literal["complete", "embed", "moderate"], name: JsonValue) -> Task:
    """A model, of the provider that its name tells."""
    return Task(provider=provider_of(str(name)), model=str(name), endpoint=endpoint)


Scorer = Annotated[CodeScorer | PromptScorer | GlobalScorer, Field(discriminator="kind")]


def scored_row(datapoint: Datapoint, output: Output) -> dict[str, JsonValue]:
    """What a scorer is given of a row."""
    return {
        "input": datapoint.inputs,
        "output": output.value,
        "expected": datapoint.target,
        "metadata": datapoint.metadata,
    }


def forced_choice(classifier: LlmClassifier) -> dict[str, JsonValue]:
    """The parameters that leave the model nothing but to choose; the reasons stand first, so that they come first."""
    choices: list[JsonValue] = [*classifier.choice_scores, *([NO_MATCH] if classifier.allow_no_match else [])]
    reasons: dict[str, JsonValue] = {"type": "string", "description": "Step by step, what speaks for which choice."}
    choice: dict[str, JsonValue] = {"type": "string", "enum": choices, "description": "The choice."}
    properties: dict[str, JsonValue] = {**({"reasons": reasons} if classifier.use_cot else {}), "choice": choice}
    function: dict[str, JsonValue] = {
        "name": SELECT,
        "description": "Says which choice applies.",
        "parameters": {"type": "object", "properties": properties, "required": [*properties]},
    }
    return {
        "tools": [{"type": "function", "function": function}],
        "tool_choice": {"type": "function", "function": {"name": SELECT}},
    }


def chosen(classifier: LlmClassifier, completion: Completion) -> JsonValue:
    """The choice's score, none where it is no choice of ours; with the choice and why. Raises NoChoice."""
    calls = [call.function for call in completion.message.tool_calls or () if call.function.name == SELECT]
    try:
        said = parsed(calls[0].arguments or "", "The choice is") if calls else None
    except TemplateFault as error:
        raise NoChoice(str(error)) from error
    if not isinstance(said, dict) or not isinstance(choice := said.get("choice"), str):
        raise NoChoice(f"The model did not call {SELECT} with a choice.")
    metadata: dict[str, JsonValue] = {"choice": choice}
    if "reasons" in said:
        metadata = {"rationale": said["reasons"], **metadata}
    return {"score": classifier.choice_scores.get(choice), "metadata": metadata}
