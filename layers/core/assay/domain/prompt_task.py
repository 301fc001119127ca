"""Prompts of Braintrust's kind, with the model that they go to (contracts/braintrust.md §4.2 to §4.4)."""

import json
import re
from collections.abc import Mapping
from typing import Literal

from pydantic import Field, ValidationError

from assay.domain.complaints import complaints
from assay.domain.completion import Completion
from assay.domain.dataset import Datapoint
from assay.domain.messages import Message, ToolCall
from assay.domain.model_task import Answer, ModelCall, ProviderName, Task
from assay.domain.prompt_data import TemplateFormat
from assay.domain.templates import RENDERED
from assay.domain.templates.values import Missing, TemplateFault, followed
from assay.domain.value import JsonValue, Value

UNSENT = frozenset({"use_cache", "reasoning_enabled", "reasoning_budget", "stream", "stream_options"})
"""Parameters for Braintrust's own pages and proxy, and those of an answer in pieces, which nobody here reads."""
UNTEMPLATED = frozenset({"role", "type", "detail"})
"""Fields of a message that are words of the format."""
AS_JSON = frozenset({"json_object", "json_schema"})
"""The response formats that make an answer JSON."""


BEDROCK = r"((us|eu|apac|jp|au|global)\.)?(ai21|amazon|anthropic|cohere|deepseek|meta|mistral|openai|qwen|writer)\..*"
"""The ids of its models, and of the profiles that spread calls over regions."""
SERVED_BY: tuple[tuple[str, ProviderName], ...] = (
    (r"mock(/.*)?", "mock"),
    (r"claude-.*", "anthropic"),
    (r"gemini-.*", "google"),
    (r"command-.*", "cohere"),
    (BEDROCK, "bedrock"),
    (r"arn:aws[\w-]*:bedrock:.*", "bedrock"),
)
"""Who serves a model, by its name; whoever serves any other speaks OpenAI's."""


def provider_of(model: str) -> ProviderName:
    """Who serves a model. `mock`, or whatever begins with `mock/`, is the stack's own."""
    return next((provider for name, provider in SERVED_BY if re.fullmatch(name, model)), "openai")


class Prompt(Value):
    """Messages that are templates, and a model with its parameters.

    `tools` is JSON text, a template too; `extra_messages` is the path of a list of messages that come last.
    """

    model: str
    params: dict[str, JsonValue] = Field(default_factory=dict)
    messages: tuple[dict[str, JsonValue], ...]
    tools: str | None = None
    template_format: TemplateFormat = "mustache"
    strict: bool = False
    extra_messages: str | None = None

    @property
    def provider(self) -> ProviderName:
        """Who serves the model."""
        return provider_of(self.model)

    def call(self, variables: Mapping[str, JsonValue]) -> ModelCall:
        """What the model is asked. Raises TemplateFault."""
        messages = tuple(as_message(self.rendered(message, variables)) for message in self.messages)
        return ModelCall(task=self.asked(variables), messages=(*messages, *self.last(variables)))

    def asked(self, variables: Mapping[str, JsonValue]) -> Task:
        """The model with the parameters that it gets. Raises TemplateFault."""
        given = {name: value for name, value in self.params.items() if name not in UNSENT}
        params: dict[str, JsonValue] = {name: value for name, value in given.items() if value is not None}
        if "response_format" in params:
            params["response_format"] = self.response_format(params["response_format"], variables)
        if self.tools and self.tools.strip():
            params["tools"] = parsed(self.text(self.tools, variables), "The prompt's tools are")
        return Task(provider=self.provider, model=self.model, endpoint="chat", other=params)

    def response_format(self, wanted: JsonValue, variables: Mapping[str, JsonValue]) -> JsonValue:
        """The response format; a schema that is text is a template of JSON."""
        inner = wanted.get("json_schema") if isinstance(wanted, dict) else None
        schema = inner.get("schema") if isinstance(inner, dict) else None
        if not (isinstance(wanted, dict) and isinstance(inner, dict) and isinstance(schema, str)):
            return wanted
        made = parsed(self.text(schema, variables), "The prompt's schema is")
        return {**wanted, "json_schema": {**inner, "schema": made}}

    def text(self, template: str, variables: Mapping[str, JsonValue]) -> str:
        return RENDERED[self.template_format](template, variables, strict=self.strict)

    def rendered(self, value: JsonValue, variables: Mapping[str, JsonValue]) -> JsonValue:
        """`value` with every text in it rendered but the words of the format."""
        if isinstance(value, str):
            return self.text(value, variables)
        if isinstance(value, list):
            return [self.rendered(item, variables) for item in value]
        if not isinstance(value, dict):
            return value
        return {
            name: inner if name in UNTEMPLATED else self.rendered(inner, variables) for name, inner in value.items()
        }

    def last(self, variables: Mapping[str, JsonValue]) -> tuple[Message, ...]:
        """The messages at the path `extra_messages`; none where nothing is there, unless that is a fault."""
        if not self.extra_messages:
            return ()
        path = self.extra_messages.strip(" {}")
        found = followed(dict(variables), path)
        if isinstance(found, Missing | None) and not self.strict:
            return ()
        if not isinstance(found, list):
            raise TemplateFault(f"There is no list of messages at '{path}'.")
        return tuple(as_message(each) for each in found)

    @property
    def wants_json(self) -> bool:
        """Whether the model is asked for JSON."""
        wanted = self.params.get("response_format")
        return isinstance(wanted, dict) and wanted.get("type") in AS_JSON

    def answer(self, completion: Completion) -> Answer:
        """The output that the model's answer is: tool calls, JSON where that was asked for, else the text."""
        if completion.message.tool_calls:
            return Answer(json.dumps(called(completion.message.tool_calls), ensure_ascii=False), "json")
        return Answer(completion.text, "json" if self.wants_json and is_json(completion.text) else "text")


def as_message(raw: JsonValue) -> Message:
    """A message, of which we keep what messages have. Raises TemplateFault."""
    known = raw.items() if isinstance(raw, dict) else ()
    try:
        return Message.model_validate({name: value for name, value in known if name in Message.model_fields})
    except ValidationError as error:
        raise TemplateFault(f"This is no message: {next(complaints(error))}") from error


def called(calls: tuple[ToolCall, ...]) -> JsonValue:
    """What tool calls come to: one call's arguments, or several calls as they are."""
    if len(calls) > 1:
        return [call.model_dump(mode="json") for call in calls]
    arguments = calls[0].function.arguments or "{}"
    return json.loads(arguments) if is_json(arguments) else arguments


def is_json(text: str) -> bool:
    """Whether the text is JSON."""
    try:
        parsed(text, "")
    except TemplateFault:
        return False
    return True


def parsed(text: str, what: str) -> JsonValue:
    """The text as JSON. Raises TemplateFault."""
    try:
        value: JsonValue = json.loads(text, parse_constant=refuse)
    except (ValueError, RecursionError) as error:
        raise TemplateFault(f"{what} no JSON: {error}"[:300]) from error
    return value


def refuse(constant: str) -> None:
    """NaN and the infinities are no JSON."""
    raise ValueError(constant)


def variables_of(datapoint: Datapoint) -> dict[str, JsonValue]:
    """What a task's prompt can name: input, expected, metadata, and the fields of an input that is an object."""
    fields = datapoint.inputs if isinstance(datapoint.inputs, dict) else {}
    row = {"input": datapoint.inputs, "expected": datapoint.target, "metadata": datapoint.metadata}
    return {**fields, **{name: value for name, value in row.items() if value is not None or name not in fields}}


class PromptTask(Value):
    """A prompt under test."""

    kind: Literal["prompt"] = "prompt"
    prompt: Prompt

    def call_for(self, datapoint: Datapoint) -> ModelCall:
        """What the model is asked about the datapoint. Raises TemplateFault."""
        return self.prompt.call(variables_of(datapoint))

    def messages_for(self, datapoint: Datapoint) -> tuple[Message, ...]:
        """The messages that are sent. Raises TemplateFault."""
        return self.call_for(datapoint).messages

    def answer(self, completion: Completion) -> Answer:
        """The output that the model's answer is."""
        return self.prompt.answer(completion)

    def as_model(self) -> Task:
        """The task as a model with its parameters, which is all that Humanloop's clients can show."""
        return Task(provider=self.prompt.provider, model=self.prompt.model, other=self.prompt.params)
