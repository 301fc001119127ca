"""YAML as a value, and on which line each part of it stands."""

import re
from collections.abc import Hashable
from typing import NamedTuple

import yaml
from pydantic import JsonValue

Path = tuple[str | int, ...]

DEEPEST = 50
PLAIN = {
    "null": (r"null|~|", ["n", "~", ""]),
    "bool": (r"true|false", ["t", "f"]),
    "int": (r"-?(0|[1-9][0-9]*)", list("-0123456789")),
    "float": (r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?", list("-0123456789")),
}
"""Which plain words are no text, and by what they begin: JSON's. `yes`, `on`, `010` and dates are text."""


class Malformed(Exception):
    """The text is no YAML, or none that we read. `line` counts from 1."""

    def __init__(self, problem: str, line: int) -> None:
        super().__init__(problem)
        self.line = line


class Loader(yaml.SafeLoader):
    """Reads YAML whose plain words are text unless they are JSON's."""


Loader.yaml_implicit_resolvers = {}
for _tag, (_pattern, _first) in PLAIN.items():
    Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(rf"^(?:{_pattern})$"), _first)


class Document(NamedTuple):
    """A value, and the line of every part that is written in it, by its path."""

    value: JsonValue
    lines: dict[Path, int]

    def line(self, path: Path) -> int:
        """The line of what stands at the path, else of the nearest thing around it."""
        return next(self.lines[path[:end]] for end in range(len(path), -1, -1) if path[:end] in self.lines)


def read_document(text: str) -> Document:
    """The one document in a text. Raises Malformed, also for a key that is there twice."""
    try:
        loader = Loader(text)
        node = loader.get_single_node()
        lines: dict[Path, int] = {(): 1}
        return Document(None if node is None else Walk(loader, lines).value(node, ()), lines)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise Malformed(str(error.problem or error.context), mark.line + 1 if mark else 1) from error
    except yaml.YAMLError as error:
        raise Malformed(" ".join(str(error).split()), 1) from error


class Walk:
    """Goes through the nodes of a document and notes the line of each."""

    def __init__(self, loader: Loader, lines: dict[Path, int]) -> None:
        self.loader, self.lines = loader, lines

    def value(self, node: yaml.Node, path: Path) -> JsonValue:
        """What the node says. Raises Malformed."""
        self.lines.setdefault(path, node.start_mark.line + 1)
        if len(path) > DEEPEST:
            raise Malformed(f"it nests deeper than {DEEPEST} levels", node.start_mark.line + 1)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(one, (*path, place)) for place, one in enumerate(node.value)]
        if isinstance(node, yaml.MappingNode):
            return self.mapping(node, path)
        return self.scalar(node)

    def mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, JsonValue]:
        """A mapping, whose keys stand where their values' lines are."""
        found: dict[str, JsonValue] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            key = str(key_node.value) if isinstance(key_node, yaml.ScalarNode) else ""
            if not key:
                raise Malformed("a key must be a word", line)
            if key in found:
                raise Malformed(f"'{key}' is there twice", line)
            self.lines[(*path, key)] = line
            found[key] = self.value(value_node, (*path, key))
        return found

    def scalar(self, node: yaml.Node) -> JsonValue:
        """Text, a number, true, false or null."""
        found: Hashable = self.loader.construct_object(node)
        if found is None or isinstance(found, str | int | float):
            return found
        raise Malformed(f"{node.tag} is not read here", node.start_mark.line + 1)
