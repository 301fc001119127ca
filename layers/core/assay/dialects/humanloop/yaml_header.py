"""The header of a .prompt file: its own lines of JSON, or any YAML that stands for JSON."""

import json
import re
from typing import Any

import yaml

from assay.dialects.bodies import checked
from assay.domain.errors import InvalidRequest

LINE = re.compile(r"(\w+): (.+)")


class PlainLoader(yaml.SafeLoader):
    """YAML without aliases, by which a small file stands for a huge value; a date is a text, a name is there once."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise yaml.composer.ComposerError(None, None, "aliases are not supported here")
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        names = set[Any]()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode) and key.value in names:
                said = f"The file's header says '{key.value}' twice, again in its line {key.start_mark.line + 1}."
                raise InvalidRequest(said, ("config",))
            names.add(str(key.value))
        return dict(super().construct_mapping(node, deep))


PlainLoader.yaml_implicit_resolvers = {
    letter: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
    for letter, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def parameters(header: str) -> dict[str, Any]:
    """What a header says. Raises InvalidRequest where it is no YAML, or says what is not JSON."""
    try:
        found = of_lines(header) or of_yaml(header)
        plain = checked(json.dumps(found, allow_nan=False))
    except (yaml.YAMLError, TypeError, ValueError, RecursionError) as error:
        raise InvalidRequest("The file's header is not YAML that stands for JSON.", ("config",)) from error
    if not isinstance(plain, dict):
        raise InvalidRequest("The file's header names no parameters.", ("config",))
    return plain


def of_lines(header: str) -> dict[str, Any] | None:
    """What lines of names and JSON say; None where one of them is something else, or says what another has said."""
    matches = [LINE.fullmatch(line) for line in header.rstrip("\n").split("\n")]
    try:
        said = [(match[1], json.loads(match[2], object_pairs_hook=once)) for match in matches if match]
        return once(said) if len(said) == len(matches) else None
    except ValueError:
        return None


def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object, each of whose names is there once. Raises ValueError."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("A name is there twice.")
    return found


def of_yaml(header: str) -> Any:
    """What YAML says. A SafeLoader reads it in all but name, which only makes plain values."""
    return yaml.load(header, PlainLoader)  # noqa: S506 # nosec B506
