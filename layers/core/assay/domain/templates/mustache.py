"""Mustache as prompts have it: nothing is escaped, objects are JSON, and there are neither partials nor lambdas.

Variables, sections, inverted sections, comments and changed delimiters are those of the manual, mustache(5).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from assay.domain.templates.values import MISSING, TURN, Budget, Missing, TemplateFault, followed, stepped, text_of
from assay.domain.value import JsonValue

MOST_DEEP = 50
"""Sections within sections."""
DELIMITERS = ("{{", "}}")


class Text(NamedTuple):
    """What stands in the template as it is."""

    text: str


class Variable(NamedTuple):
    """A name in whose place its value stands."""

    name: str


class Section(NamedTuple):
    """A part for each item of a list, or for what is there; an inverted one for what is not."""

    name: str
    is_inverted: bool
    nodes: tuple["Node", ...]


Node = Text | Variable | Section


class Tag(NamedTuple):
    """A tag as it stands: what kind, which name, and the text before it."""

    before: str
    kind: str
    name: str


def render(template: str, variables: Mapping[str, JsonValue], *, strict: bool, budget: Budget | None = None) -> str:
    """The text. A name that leads nowhere is nothing, or a fault where `strict`. Raises TemplateFault."""
    rendering = Rendering(strict=strict, budget=budget or Budget())
    return "".join(rendering.texts(parse(template), (dict(variables),)))


class Rendering:
    """One rendering under way. `stack` holds the values that names are looked up in, the innermost last."""

    def __init__(self, *, strict: bool, budget: Budget) -> None:
        self.strict, self.budget = strict, budget

    def texts(self, nodes: Sequence[Node], stack: tuple[JsonValue, ...]) -> Iterator[str]:
        """The text, piece by piece."""
        for node in nodes:
            self.budget.take(TURN)
            if isinstance(node, Section):
                yield from self.section(node, stack)
                continue
            text = node.text if isinstance(node, Text) else self.variable(node.name, stack)
            self.budget.take(len(text))
            yield text

    def variable(self, name: str, stack: tuple[JsonValue, ...]) -> str:
        """The value's text. Raises TemplateFault, which names what is missing, where that must not be."""
        value = looked_up(name, stack)
        if not isinstance(value, Missing):
            return text_of(value)
        if self.strict:
            raise TemplateFault(f"The template's variable '{name}' is missing.")
        return ""

    def section(self, section: Section, stack: tuple[JsonValue, ...]) -> Iterator[str]:
        """The section's text, as often as its value has it."""
        value = looked_up(section.name, stack)
        if isinstance(value, Missing) or not value:
            yield from self.texts(section.nodes, stack) if section.is_inverted else ()
            return
        if section.is_inverted:
            return
        for item in value if isinstance(value, list) else [value]:
            yield from self.texts(section.nodes, (*stack, item))


def looked_up(name: str, stack: Sequence[JsonValue]) -> JsonValue | Missing:
    """What a name stands for: the innermost value that has its first part decides. A dot is the innermost value."""
    if name == ".":
        return stack[-1]
    first, _, rest = name.partition(".")
    for value in reversed(stack):
        found = stepped(value, first)
        if not isinstance(found, Missing):
            return followed(found, rest) if rest else found
    return MISSING


@lru_cache(maxsize=256)
def parse(template: str) -> tuple[Node, ...]:
    """The template, read. Raises TemplateFault where it is malformed."""
    open_: list[tuple[str, bool, list[Node]]] = [("", False, [])]
    for tag in tags(template):
        nodes = open_[-1][2]
        if tag.before:
            nodes.append(Text(tag.before))
        if tag.kind in "#^" and tag.kind:
            open_.append((tag.name, tag.kind == "^", []))
            require(len(open_) <= MOST_DEEP, "The template's sections are nested too deeply.")
        elif tag.kind == "/":
            name, is_inverted, inner = open_.pop()
            require(bool(open_) and name == tag.name, f"The template closes '{tag.name}', which is not open there.")
            open_[-1][2].append(Section(name, is_inverted, tuple(inner)))
        elif tag.kind == "name":
            nodes.append(Variable(tag.name))
    require(len(open_) == 1, f"The template does not close '{open_[-1][0]}'.")
    return tuple(open_[0][2])


def tags(template: str) -> Iterator[Tag]:
    """The tags in order, the last of kind `end` with the text that remains."""
    opening, closing = DELIMITERS
    at = 0
    while (start := template.find(opening, at)) >= 0:
        kind, inner, end = one(template, start, opening, closing)
        before, after = alone(template, at, start, end) if kind in "#^/!=" and kind else (template[at:start], end)
        if kind == "=":
            opening, closing = changed(inner)
        yield Tag(before, kind or "name", inner)
        at = after
    yield Tag(template[at:], "end", "")


def one(template: str, start: int, opening: str, closing: str) -> tuple[str, str, int]:
    """(kind, name, end) of the tag at `start`; the kind is its sigil, nothing for a variable."""
    inside = start + len(opening)
    sigil = template[inside : inside + 1]
    if sigil == "{" and opening == DELIMITERS[0]:
        inside, closing, sigil = inside + 1, "}" + closing, ""
    elif sigil == "=":
        inside, closing = inside + 1, "=" + closing
    elif sigil and sigil in "#^/!&>":
        inside += 1
    else:
        sigil = ""
    end = template.find(closing, inside)
    require(end >= 0, f"The template does not close a tag: {template[start : start + 40]!r}")
    require(sigil != ">", "The template has a partial, which prompts cannot have.")
    return sigil.replace("&", ""), template[inside:end].strip(), end + len(closing)


def alone(template: str, at: int, start: int, end: int) -> tuple[str, int]:
    """(the text before a tag, where the text after it begins): of a tag alone on its line, the line goes with it."""
    line = max(template.rfind("\n", 0, start) + 1, at)
    starts_line = line == 0 or template[line - 1] == "\n"
    rest = re.compile(r"[ \t]*(\r?\n|\Z)").match(template, end)
    if not starts_line or template[line:start].strip(" \t") or rest is None:
        return template[at:start], end
    return template[at:line], rest.end()


def changed(inner: str) -> tuple[str, str]:
    """The delimiters from now on."""
    parts = inner.split()
    require(len(parts) == 2, "The template's change of delimiters is malformed.")  # noqa: PLR2004
    return parts[0], parts[1]


def require(holds: bool, message: str) -> None:
    """Raises TemplateFault unless it holds."""
    if not holds:
        raise TemplateFault(message)
