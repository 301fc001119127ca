"""Templates of prompts: mustache without escaping, nunjucks by way of Jinja, or none (contracts/braintrust.md §4.3)."""

from collections.abc import Callable, Mapping
from typing import Protocol

from assay.domain.prompt_data import TemplateFormat
from assay.domain.templates import mustache, nunjucks
from assay.domain.templates.values import TemplateFault
from assay.domain.value import JsonValue


class Render(Protocol):
    """Makes a text of a template."""

    def __call__(self, template: str, variables: Mapping[str, JsonValue], *, strict: bool) -> str:
        """The text. A name that leads nowhere is nothing, or a fault where `strict`. Raises TemplateFault."""


def as_it_is(template: str, variables: Mapping[str, JsonValue], *, strict: bool) -> str:  # noqa: ARG001
    """The template itself."""
    return template


RENDERED: Mapping[TemplateFormat, Render] = {
    "mustache": mustache.render,
    "nunjucks": nunjucks.render,
    "none": as_it_is,
}
CHECKED: Mapping[TemplateFormat, Callable[[str], object]] = {
    "mustache": mustache.parse,
    "nunjucks": nunjucks.parse,
    "none": str,
}
"""What raises TemplateFault of a template that is malformed."""

__all__ = ["CHECKED", "RENDERED", "Render", "TemplateFault"]
