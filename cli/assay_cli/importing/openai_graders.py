"""OpenAI's graders as evaluators of ours, each with the file that it needs, if any."""

import re
from typing import Any, NamedTuple

from assay_cli.importing.left_out import Untranslatable
from assay_cli.importing.openai_templates import messages, path, translated

RENDER = '''
import re


def filled(template, input, output):
    """The template with what the row has in place of its names."""
    def value(found):
        step, *rest = found[1].split(".")
        here = {"input": input, "output": output}[step]
        for name in rest:
            here = here[int(name)] if isinstance(here, list) else here[name]
        return here if isinstance(here, str) else str(here)

    return re.sub(r"\\{\\{([^{}]*)\\}\\}", value, template)
'''
CHECKS = {
    "eq": "one == other",
    "ne": "one != other",
    "like": "other in one",
    "ilike": "other.lower() in one.lower()",
}
STRING_CHECK = '''"""{name}: as OpenAI's string_check had it, with the operation {operation}."""
{render}

def handler(input, output):
    one, other = filled({one!r}, input, output), filled({other!r}, input, output)
    return {check}
'''
SIMILARITY = '''"""{name}: how much of two texts is in common, as OpenAI's text_similarity had it with fuzzy_match."""
{render}

def common(one, other):
    """The length of the longest sequence of characters that both have in this order."""
    row = [0] * (len(other) + 1)
    for letter in one:
        before = 0
        for place, theirs in enumerate(other, 1):
            before, row[place] = row[place], before + 1 if letter == theirs else max(row[place], row[place - 1])
    return row[-1]


def handler(input, output):
    one, other = filled({one!r}, input, output), filled({other!r}, input, output)
    score = 2 * common(one, other) / (len(one) + len(other)) if one or other else 1
    return {{"score": score, "metadata": {{"passed": score >= {threshold!r}}}}}
'''
PYTHON = '''"""{name}: OpenAI's python grader, as it was, and what calls it."""

{source}


def handler(input, output):
    sample = {{"output_text": output if isinstance(output, str) else str(output)}}
    return float(grade(sample, input))
'''


class Evaluator(NamedTuple):
    """An evaluator as the YAML has it, and the file that it names, if any."""

    entry: dict[str, Any]
    file: tuple[str, str] | None = None


def evaluator(grader: dict[str, Any]) -> Evaluator:
    """The evaluator that a grader is. Raises Untranslatable, also for one that says nothing that we know."""
    make = GRADERS.get(str(grader.get("type")))
    if make is None:
        raise Untranslatable("there is no counterpart: write a judge with choices, or code")
    try:
        return make(grader)
    except (KeyError, TypeError) as error:
        raise Untranslatable(f"it is not as OpenAI's API has it ({error})") from error


def string_check(grader: dict[str, Any]) -> Evaluator:
    """A comparison of two texts."""
    operation = str(grader["operation"])
    if operation not in CHECKS:
        raise Untranslatable(f"the operation {operation} is not known")
    return code(grader, STRING_CHECK.format(**pair(grader), operation=operation, check=CHECKS[operation]))


def text_similarity(grader: dict[str, Any]) -> Evaluator:
    """How alike two texts are."""
    metric = str(grader["evaluation_metric"])
    if metric != "fuzzy_match":
        raise Untranslatable(f"the metric {metric} has no counterpart")
    return code(grader, SIMILARITY.format(**pair(grader), threshold=float(grader.get("pass_threshold") or 0)))


def pair(grader: dict[str, Any]) -> dict[str, Any]:
    """The two templates that a grader compares, and what both kinds need."""
    one, other = translated(str(grader["input"])), translated(str(grader["reference"]))
    return {"name": plain(grader["name"]), "render": RENDER, "one": one, "other": other}


def python(grader: dict[str, Any]) -> Evaluator:
    """Code that has a function `grade(sample, item)`."""
    source = str(grader["source"])
    if not re.search(r"^def grade\b", source, re.MULTILINE):
        raise Untranslatable("its source has no function grade")
    return code(grader, PYTHON.format(name=plain(grader["name"]), source=source.strip()))


def label_model(grader: dict[str, Any]) -> Evaluator:
    """A model that chooses a label."""
    passing = set(grader["passing_labels"])
    choices = {str(label): int(label in passing) for label in grader["labels"]}
    asked = [
        {**one, "role": "system" if one["role"] == "developer" else one["role"]} for one in messages(grader["input"])
    ]
    return Evaluator({"name": str(grader["name"]), "judge": asked, "model": str(grader["model"]), "choices": choices})


def code(grader: dict[str, Any], source: str) -> Evaluator:
    """An evaluator in a file of its own."""
    file = f"{slug(grader['name'])}.py"
    return Evaluator({"name": str(grader["name"]), "code": file}, (file, source))


def plain(name: object) -> str:
    """A name that can stand in a docstring."""
    return re.sub(r'[\\"\x00-\x1f{}]', " ", str(name))


def slug(name: object) -> str:
    """A name as one of a file."""
    return re.sub(r"[^0-9a-z]+", "_", str(name).lower()).strip("_") or "grader"


GRADERS = {
    "string_check": string_check,
    "text_similarity": text_similarity,
    "label_model": label_model,
    "python": python,
}

__all__ = ["Evaluator", "evaluator", "path"]
