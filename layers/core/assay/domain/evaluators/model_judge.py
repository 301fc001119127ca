"""Evaluators that ask a model: a prompt over the log and the datapoint, and a verdict on the answer's last line.

Variables and the parse rule: contracts/humanloop-v4.md §5.2, whose open points are decided here and in README.
"""

import json
import re
from collections.abc import Mapping, Sequence

from assay.domain.errors import AssayError
from assay.domain.evaluators.evaluator import EvaluatorVersion
from assay.domain.messages import Message
from assay.domain.prompt import VARIABLE, MissingVariables
from assay.domain.score import Verdict
from assay.domain.value import JsonValue

STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]")
NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?")
TRUTH = re.compile(r"\b(true|false)\b", re.IGNORECASE)
LARGEST = 1e15


class UnreadableVerdict(AssayError):
    """The judge's answer holds no verdict."""


def judge_variables(log: Mapping[str, JsonValue], testcase: Mapping[str, JsonValue] | None) -> dict[str, JsonValue]:
    """What a judge's prompt can name: `log` and `testcase` as evaluators' code gets them, and the older short names."""
    messages = log.get("messages") or []
    return {
        "log": dict(log),
        "testcase": dict(testcase) if testcase is not None else None,
        "log_inputs": log.get("inputs"),
        "log_prompt": prompt_text(messages),
        "log_messages": messages,
        "log_output": log.get("output"),
        "log_error": log.get("error"),
    }


def prompt_text(messages: JsonValue) -> str:
    """The populated prompt as one text: a single message's content, else each message after its role."""
    if not isinstance(messages, Sequence) or isinstance(messages, str):
        return ""
    turns = [(str(one.get("role", "")), text_of(one.get("content"))) for one in messages if isinstance(one, dict)]
    return turns[0][1] if len(turns) == 1 else "\n\n".join(f"{role}: {content}" for role, content in turns)


def judge_prompt(version: EvaluatorVersion, variables: Mapping[str, JsonValue]) -> tuple[Message, ...]:
    """The judge's messages. Raises MissingVariables, which names the paths that lead nowhere."""
    template = (version.task.prompt_template if version.task else None) or ""
    names = VARIABLE.findall(template)
    missing = [name for name in names if not leads_somewhere(name, variables)]
    if missing:
        raise MissingVariables(missing)
    prompt = VARIABLE.sub(lambda match: text_of(look_up(match[1], variables)), template)
    return (Message(role="user", content=prompt),)


def judge_inputs(version: EvaluatorVersion, variables: Mapping[str, JsonValue]) -> dict[str, str]:
    """What the judge's prompt names, and the text that stands in its place; without paths that lead nowhere."""
    template = (version.task.prompt_template if version.task else None) or ""
    names = dict.fromkeys(VARIABLE.findall(template))
    return {name: text_of(look_up(name, variables)) for name in names if leads_somewhere(name, variables)}


def leads_somewhere(path: str, variables: Mapping[str, JsonValue]) -> bool:
    """Whether there is something, if only null, at `path`."""
    try:
        look_up(path, variables)
    except LookupError:
        return False
    return True


def look_up(path: str, variables: Mapping[str, JsonValue]) -> JsonValue:
    """What `path`, such as `log.messages[0].content`, leads to. Raises LookupError."""
    value: JsonValue = dict(variables)
    for name, index in STEP.findall(path):
        if name and isinstance(value, dict):
            value = value[name]
        elif index and isinstance(value, list):
            value = value[int(index)]
        else:
            raise LookupError(path)
    return value


def text_of(value: JsonValue) -> str:
    """A value in a prompt: text as it is, nothing for null, all else as JSON."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def verdict(version: EvaluatorVersion, text: str) -> Verdict:
    """The verdict on the last line that is not empty: its last true or false, or its last number.

    Raises UnreadableVerdict where that line has none.
    """
    lines = [line for line in text.splitlines() if line.strip(" \t*_`#>\"'.")]
    last = lines[-1] if lines else ""
    if version.return_type == "boolean" and (words := TRUTH.findall(last)):
        return str(words[-1]).lower() == "true"
    if version.return_type == "number" and (numbers := NUMBER.findall(last)):
        return number(numbers[-1])
    raise UnreadableVerdict(f"The judge's last line holds no {version.return_type}: {last[:200]!r}")


def number(text: str) -> float:
    """The number that `text` spells, if it is of a sensible size. Raises UnreadableVerdict."""
    value = float(text)
    if abs(value) > LARGEST:
        raise UnreadableVerdict(f"The judge's number is out of range: {text[:40]}")
    return value
