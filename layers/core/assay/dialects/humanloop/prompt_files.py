"""Configs as .prompt files: a YAML header with the parameters, then messages in tags, or the prompt as it is.

What is written reads back as it was. People can read it, too: a parameter is a line whose value is JSON, which is YAML;
a message is its text, indented, in a tag of its role. A message that would not read back so (its text has such tags in
it, or blanks around it) stands as JSON in an attribute instead, and a prompt in the header.
"""

import json
import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from assay.dialects.humanloop.yaml_header import parameters
from assay.domain.errors import InvalidRequest

Fields = dict[str, Any]
"""A config, or a message of one, as JSON."""

ROLES = ("system", "user", "assistant", "tool")
PARTS = ("text", "image", "tool")
QUOTED = r'"(?:[^"\\\n]|\\.)*"'
ATTRIBUTE = re.compile(rf"(\w+)=({QUOTED})")
HEADER = re.compile(r"\s*^---[ \t]*\r?\n(.*?)^---[ \t]*(?:\r?\n|\Z)", re.DOTALL | re.MULTILINE)
CHILD = re.compile(r"^[ \t]*<(?:text|image|tool)[\s/>]", re.MULTILINE)
JSON_ATTRIBUTE = "json"


class Element(NamedTuple):
    """A tag with its attributes and what stands in it; None where it is an empty one."""

    name: str
    attributes: dict[str, str]
    inner: str | None


def written(config: Mapping[str, Any]) -> str:
    """The file of a config."""
    header = {name: value for name, value in config.items() if name not in {"chat_template", "prompt_template"}}
    if config.get("chat_template"):
        return file(header, "".join(map(message, config["chat_template"])))
    prompt = config.get("prompt_template")
    text = file(header, prompt or "")
    return text if reads_as(text, config) else file({**header, "prompt_template": prompt}, "")


def reads_as(text: str, config: Mapping[str, Any]) -> bool:
    """Whether a file reads back as a config."""
    try:
        return read(text) == config
    except InvalidRequest:
        return False


def file(header: Mapping[str, Any], body: str) -> str:
    """A file of a header and a body."""
    lines = (f"{name}: {json.dumps(value, ensure_ascii=False)}\n" for name, value in header.items())
    return f"---\n{''.join(lines)}---\n{body}"


def message(each: Fields) -> str:
    """A message in its tag: as people write it, where that reads back as it was."""
    plain = tagged(each["role"], {"name": each.get("name"), "id": each.get("tool_call_id")}, inside(each))
    rest = {name: value for name, value in each.items() if name != "role"}
    return plain if says(plain, each) else tagged(each["role"], {JSON_ATTRIBUTE: json.dumps(rest)}, None)


def says(text: str, each: Fields) -> bool:
    """Whether a text reads back as a message."""
    try:
        return messages(text) == [each]
    except InvalidRequest:
        return False


def inside(each: Fields) -> str:
    """What stands in a message's tag: a text, or parts; then the tools that are called."""
    content = each.get("content")
    parts = map(part, content) if isinstance(content, list) else [block(content)] if content is not None else []
    calls = (
        tagged(
            "tool", {"name": call["function"]["name"], "id": call["id"]}, block(call["function"].get("arguments", ""))
        )
        for call in each.get("tool_calls", ())
    )
    return "".join((*parts, *map(indented, calls)))


def part(each: Fields) -> str:
    """A part of a message."""
    if each["type"] == "text":
        return indented(tagged("text", {}, block(each["text"])))
    image = each["image_url"]
    return indented(tagged("image", {"url": image["url"], "detail": image.get("detail")}, None))


def tagged(name: str, attributes: Mapping[str, str | None], inner: str | None) -> str:
    """A tag of its own lines; empty where there is no `inner`."""
    given = "".join(
        f" {key}={json.dumps(value, ensure_ascii=False)}" for key, value in attributes.items() if value is not None
    )
    return f"<{name}{given}/>\n" if inner is None else f"<{name}{given}>\n{inner}</{name}>\n"


def block(text: str) -> str:
    """A text as lines within a tag."""
    return indented(text) + "\n" if text else ""


def indented(text: str) -> str:
    return textwrap.indent(text, "  ")


def read(text: str) -> Fields:
    """The config that a file says. Raises InvalidRequest where it is none."""
    header = HEADER.match(text)
    if header is None:
        raise fault("A .prompt file begins with a header between two lines of ---.")
    config, body = parameters(header[1]), text[header.end() :]
    is_chat = config.get("endpoint") == "chat"
    if not (body.strip() if is_chat else body):
        return config
    name = "chat_template" if is_chat else "prompt_template"
    if config.get(name):
        raise fault(f"The prompt stands twice: in the header as {name}, and below it.")
    return {**config, name: messages(body) if is_chat else body}


def messages(body: str) -> list[Fields]:
    """The messages of a chat. Raises InvalidRequest."""
    return [message_of(element) for element in elements(body, ROLES)]


def elements(text: str, names: Sequence[str]) -> Iterator[Element]:
    """The tags of these names that follow one another. Raises InvalidRequest for anything between them."""
    tag = re.compile(rf"\s*<({'|'.join(names)})((?:\s+\w+={QUOTED})*)\s*(/?)>")
    position = 0
    while match := tag.match(text, position):
        given = ATTRIBUTE.findall(match[2])
        attributes = {name: unquoted(value) for name, value in given}
        if len(attributes) < len(given):
            raise fault(f"A tag <{match[1]}> says something twice: {match[2].strip()}.")
        position, end = match.end(), f"</{match[1]}>"
        if match[3]:
            yield Element(match[1], attributes, None)
            continue
        inner, found, _ = text[position:].partition(end)
        if not found:
            raise fault(f"A tag <{match[1]}> has no end.")
        yield Element(match[1], attributes, inner)
        position += len(inner) + len(end)
    if text[position:].strip():
        raise fault(f"A chat is messages in tags of these roles, and nothing else: {', '.join(names)}.")


def message_of(element: Element) -> Fields:
    """The message that a tag of its role says. Raises InvalidRequest."""
    if JSON_ATTRIBUTE in element.attributes:
        return {"role": element.name, **unpacked(element.attributes[JSON_ATTRIBUTE])}
    lead, children = split(element)
    parts = [part_of(child) for child in children if child.name != "tool"]
    calls = [call_of(child) for child in children if child.name == "tool"]
    if parts and lead.strip():
        raise fault(
            f"Text beside an image or a <text> of a message stands in a <text>: {lead.strip()[:40]!r} does not."
        )
    content = parts or (unblocked(lead) if lead.strip() or not calls else None)
    names = {"name": element.attributes.get("name"), "tool_call_id": element.attributes.get("id")}
    fields = {"role": element.name, "content": content, **names, "tool_calls": calls or None}
    return {name: value for name, value in fields.items() if value is not None}


def split(element: Element) -> tuple[str, list[Element]]:
    """What stands in a message: a text, and parts and calls after it. What a tool says is a text alone."""
    inner = element.inner or ""
    first = None if element.name == "tool" else CHILD.search(inner)
    if first is None:
        return inner, []
    return inner[: first.start()], list(elements(inner[first.start() :], PARTS))


def part_of(element: Element) -> Fields:
    """A part of a message."""
    if element.name == "text":
        return {"type": "text", "text": unblocked(element.inner or "")}
    return {"type": "image_url", "image_url": dict(element.attributes)}


def call_of(element: Element) -> Fields:
    """A call of a tool."""
    called = {"name": element.attributes.get("name"), "arguments": unblocked(element.inner or "")}
    return {"id": element.attributes.get("id"), "type": "function", "function": called}


def unblocked(inner: str) -> str:
    """The text that stands in a tag, without the indentation that its lines share."""
    return textwrap.dedent(inner).strip("\n")


def unquoted(text: str) -> str:
    """An attribute's value. Raises InvalidRequest."""
    try:
        return str(json.loads(text))
    except ValueError as error:
        raise fault(f"An attribute is not a JSON string: {text[:40]}.") from error


def unpacked(text: str) -> Fields:
    """A message's fields as JSON. Raises InvalidRequest."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise fault("A message's JSON cannot be read.") from error
    if not isinstance(found, dict):
        raise fault("A message's JSON is not an object.")
    return found


def fault(problem: str) -> InvalidRequest:
    """What is wrong with a file."""
    return InvalidRequest(problem, ("config",))
