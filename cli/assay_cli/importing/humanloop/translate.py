"""Prompts and evaluators of an export, as requests of the v4 API."""

from typing import Any

from pydantic import JsonValue

from assay_cli.importing.humanloop.objects import EvaluatorFile, Kernel, Object, PromptVersion
from assay_cli.importing.left_out import Untranslatable

PLAIN = (
    "max_tokens",
    "temperature",
    "top_p",
    "presence_penalty",
    "frequency_penalty",
    "stop",
    "seed",
    "response_format",
)
DIRECTIONS = {"positive": True, "negative": False, "neutral": None}
OF_A_TOOL = ("name", "description", "strict", "parameters")
LONGEST = 255
"""Characters of a name or a description."""


def config(version: PromptVersion, project: str) -> dict[str, Any]:
    """The config that a version of a prompt is. Raises Untranslatable."""
    named = {"name": version.version_name, "description": version.version_description}
    tools = [*(version.tools or ()), *(inline(one) for one in version.linked_tools or ())]
    wish = {"project": project, **named, **parameters(version), **template(version), "tools": tools or None}
    return {name: value for name, value in wish.items() if value is not None}


def inline(tool: Object) -> Object:
    """A tool that a prompt points at, as if it stood in the prompt."""
    return {name: tool[name] for name in OF_A_TOOL if tool.get(name) is not None}


def parameters(kernel: Kernel) -> dict[str, Any]:
    """The model and what it is called with. Raises Untranslatable."""
    if kernel.template_language not in {None, "default"}:
        raise Untranslatable(f"its template is written in {kernel.template_language}, and v4 knows {{{{name}}}} only")
    effort = {} if kernel.reasoning_effort is None else {"reasoning_effort": kernel.reasoning_effort}
    given = kernel.model_dump(include=set(PLAIN), exclude_none=True)
    other = {**(kernel.other or {}), **effort}
    named = {"model": kernel.model, "provider": kernel.provider} if kernel.provider else {"model": kernel.model}
    return {**named, **given, **({"other": other} if other else {})}


def template(kernel: Kernel) -> dict[str, Any]:
    """The prompt, as messages or as one text."""
    if isinstance(kernel.template, str):
        return {"endpoint": kernel.endpoint or "complete", "prompt_template": kernel.template}
    if kernel.template is None:
        return {"endpoint": kernel.endpoint} if kernel.endpoint else {}
    return {"endpoint": "chat", "chat_template": [message(one) for one in kernel.template]}


def message(given: Object) -> Object:
    """A message as v4 has it: without what is null, and a developer is the system."""
    said: Object = {name: value for name, value in given.items() if value is not None}
    return {**said, "role": "system"} if said.get("role") == "developer" else said


def evaluator(file: EvaluatorFile, description: str) -> dict[str, Any]:
    """The evaluator. Raises Untranslatable."""
    spec = file.spec
    wish = {
        "name": file.path[:LONGEST],
        "description": description,
        "type": spec.evaluator_type,
        "arguments_type": spec.arguments_type,
        "return_type": spec.return_type,
        "higher_is_better": DIRECTIONS.get(spec.number_valence or "positive", True),
    }
    if spec.prompt is not None:
        return {**wish, "model_config": judge(spec.prompt)}
    return {**wish, **({"code": spec.code} if spec.code is not None else {})}


def judge(kernel: Kernel) -> dict[str, Any]:
    """The model of an evaluator, whose prompt is one text (contracts/humanloop-v4.md §5.2). Raises Untranslatable."""
    if kernel.tools or kernel.linked_tools:
        raise Untranslatable("its model calls tools, which no evaluator of v4 does")
    return {**parameters(kernel), "endpoint": "complete", "prompt_template": one_text(kernel.template)}


def one_text(template: str | tuple[Object, ...] | None) -> JsonValue:
    """A template that is one text, or one message of text. Raises Untranslatable."""
    if isinstance(template, str):
        return template
    texts = [one.get("content") for one in template or ()]
    if len(texts) != 1 or not isinstance(texts[0], str):
        raise Untranslatable("its prompt is not one text, as an evaluator's is in v4")
    return texts[0]
