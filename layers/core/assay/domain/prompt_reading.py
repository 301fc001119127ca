"""A prompt as a client wrote it, made ready for a model; what cannot work is refused before anything runs."""

from collections.abc import Iterator
from typing import NamedTuple

from assay.domain.errors import InvalidRequest
from assay.domain.prompt_data import ChatPrompt, PromptData
from assay.domain.prompt_task import Prompt, as_message
from assay.domain.templates import CHECKED
from assay.domain.templates.values import TemplateFault
from assay.domain.value import JsonValue

Place = tuple[str | int, ...]


class Rendering(NamedTuple):
    """What a request says of how prompts are rendered."""

    strict: bool = False
    extra_messages: str | None = None


PLAIN = Rendering()


def as_prompt(data: PromptData, place: Place, rendering: Rendering = PLAIN) -> Prompt:
    """The prompt, ready. Raises InvalidRequest."""
    model = data.options.model if data.options else None
    if data.prompt is None or not model:
        raise InvalidRequest("The prompt needs messages and a model: prompt and options.model.", place)
    for unsupported in ("tool_functions", "mcp"):
        if getattr(data, unsupported):
            raise InvalidRequest(f"Prompts with {unsupported} are not supported.", (*place, unsupported))
    prompt = Prompt(
        model=model,
        params=(data.options.params if data.options else None) or {},
        messages=messages(data),
        tools=data.prompt.tools if isinstance(data.prompt, ChatPrompt) else None,
        template_format=data.template_format,
        strict=rendering.strict,
        extra_messages=rendering.extra_messages,
    )
    if not prompt.messages and not rendering.extra_messages:
        raise InvalidRequest("The prompt needs a message: prompt.messages is empty.", (*place, "prompt"))
    require_sound(prompt, place)
    return prompt


def messages(data: PromptData) -> tuple[dict[str, JsonValue], ...]:
    """The prompt's messages; of a text that is to be gone on from, that text as the user's."""
    if isinstance(data.prompt, ChatPrompt):
        return data.prompt.messages
    return ({"role": "user", "content": data.prompt.content if data.prompt else ""},)


def require_sound(prompt: Prompt, place: Place) -> None:
    """Raises InvalidRequest where a message is none, or a template is malformed."""
    try:
        for message in prompt.messages:
            as_message(message)
        for template in (*texts([*prompt.messages]), prompt.tools or ""):
            CHECKED[prompt.template_format](template)
    except TemplateFault as error:
        raise InvalidRequest(str(error), (*place, "prompt")) from error


def texts(value: JsonValue) -> Iterator[str]:
    """Every text in a value."""
    if isinstance(value, str):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from texts(inner)
