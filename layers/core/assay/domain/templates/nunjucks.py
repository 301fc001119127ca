"""Nunjucks templates, rendered by Jinja, which they come from: sandboxed, nothing escaped, within a budget.

Jinja is imported only where a prompt asks for it.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from assay.domain.templates.values import Budget, TemplateFault
from assay.domain.value import JsonValue

if TYPE_CHECKING:
    from jinja2 import Template

TROUBLE = (TypeError, ValueError, ArithmeticError, LookupError, AttributeError, RecursionError)
"""What Jinja lets through of a template that does something senseless."""


def render(template: str, variables: Mapping[str, JsonValue], *, strict: bool, budget: Budget | None = None) -> str:
    """The text. A name that leads nowhere is nothing, or a fault where `strict`. Raises TemplateFault."""
    from jinja2 import TemplateError, UndefinedError  # noqa: PLC0415

    from assay.domain.templates.jinja import rendered  # noqa: PLC0415

    try:
        return rendered(parse(template, strict=strict), variables, budget or Budget())
    except UndefinedError as error:
        raise TemplateFault(f"A variable of the template is missing: {error.message}.") from error
    except TemplateError as error:
        raise TemplateFault(f"The template cannot be rendered: {error.message}") from error
    except TROUBLE as error:
        raise TemplateFault(f"The template cannot be rendered: {type(error).__name__}: {error}"[:500]) from error


@lru_cache(maxsize=256)
def parse(template: str, *, strict: bool = False) -> "Template":
    """The template, read. Raises TemplateFault where it is malformed."""
    from jinja2 import TemplateError  # noqa: PLC0415

    from assay.domain.templates.jinja import environment  # noqa: PLC0415

    try:
        return environment(strict=strict).from_string(template)
    except (TemplateError, *TROUBLE) as error:
        raise TemplateFault(f"The template is malformed: {error}"[:500]) from error
