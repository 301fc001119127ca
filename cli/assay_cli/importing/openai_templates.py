"""OpenAI's templates in our words: `{{item.x}}` is `{{input.x}}`, `{{sample.output_text}}` is `{{output}}`."""

import re
from typing import Any

from assay_cli.importing.left_out import Untranslatable

TAG = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")
OUTPUT = "sample.output_text"


def translated(template: str) -> str:
    """A template in our words. Raises Untranslatable."""
    return TAG.sub(lambda found: f"{{{{{path(found[1])}}}}}", template)


def path(theirs: str) -> str:
    """One name of a template in our words. Raises Untranslatable."""
    if theirs == OUTPUT:
        return "output"
    if theirs == "item" or theirs.startswith("item."):
        return f"input{theirs.removeprefix('item')}"
    raise Untranslatable(f"{{{{{theirs}}}}} has no counterpart")


def messages(given: Any) -> list[dict[str, str]]:
    """Messages whose contents are texts, in our words. Raises Untranslatable."""
    if not isinstance(given, list) or not given:
        raise Untranslatable("there are no messages")
    return [{"role": str(one.get("role", "user")), "content": translated(content(one.get("content")))} for one in given]


def content(given: Any) -> str:
    """The text of a message's content: a text, a part, or a list of parts. Raises Untranslatable."""
    if isinstance(given, str):
        return given
    if isinstance(given, dict) and given.get("type") in {"input_text", "output_text", "text"}:
        return str(given.get("text", ""))
    if isinstance(given, list):
        return "".join(content(one) for one in given)
    raise Untranslatable("a message holds more than text")
