"""An eval of OpenAI's as an evaluation of ours: files that `assay run` reads, and what had to be left out."""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

import yaml

from assay_cli.errors import Misused
from assay_cli.importing.left_out import Untranslatable
from assay_cli.importing.openai_graders import evaluator, slug
from assay_cli.importing.openai_objects import Object, Saved
from assay_cli.importing.openai_templates import messages

ROWS, FILE = "rows.jsonl", "evaluation.yaml"
PARAMETERS = ("temperature", "top_p", "seed", "max_completion_tokens", "reasoning_effort", "response_format")
NO_TASK = "the task: no run with a model and messages was saved; the model mock stands in its place"


class Imported(NamedTuple):
    """Files by their names, and a line for each thing that could not be taken over."""

    files: dict[str, str]
    left_out: list[str]


def imported(saved: Saved, target: str | None) -> Imported:
    """The evaluation. `target` names the field of items that should come out. Raises Misused without any items."""
    left_out: list[str] = []
    items = list(items_of(saved))
    if not items:
        raise Misused("There are no items in these files: save a run with its data, or its output items, too.")
    if target is not None and not any(target in item for item in items):
        raise Misused(f"No item has a field '{target}'.")
    evaluators, files = evaluators_of(saved, left_out)
    name = str(saved.evaluation.get("name") or "imported")
    declared = {"project": name, "data": ROWS, "task": task_of(saved, left_out), "evaluators": evaluators}
    rows = "".join(f"{json.dumps(row(item, target), ensure_ascii=False)}\n" for item in items)
    return Imported({FILE: written(saved, declared, left_out), ROWS: rows, **files}, left_out)


def items_of(saved: Saved) -> Iterator[Object]:
    """The items of the newest run that has its own, else those of the output items, each once."""
    for run in newest(saved):
        source = (run.get("data_source") or {}).get("source") or {}
        if content := source.get("content"):
            yield from (one["item"] for one in content if isinstance(one.get("item"), dict))
            return
    seen: set[str] = set()
    for one in saved.items:
        item = one.get("datasource_item")
        key = json.dumps([one.get("datasource_item_id"), item], sort_keys=True)
        if isinstance(item, dict) and key not in seen:
            seen.add(key)
            yield item


def newest(saved: Saved) -> list[Object]:
    """The runs, the newest first."""
    return sorted(saved.runs, key=lambda run: run.get("created_at") or 0, reverse=True)


def row(item: Object, target: str | None) -> Object:
    """An item as a row: all of it goes in, and one field of it should come out."""
    return {"inputs": item, **({"target": item.get(target)} if target else {})}


def task_of(saved: Saved, left_out: list[str]) -> Object:
    """The task of the newest run that has one."""
    for run in newest(saved):
        source = run.get("data_source") or {}
        asked = source.get("input_messages") or {}
        model = source.get("model") or run.get("model")
        if asked and model:
            try:
                return model_task(str(model), asked, source.get("sampling_params") or {}, left_out)
            except Untranslatable as problem:
                left_out.append(f"the messages of the run {run.get('id')}: {problem}")
    left_out.append(NO_TASK)
    return {"model": "mock", "prompt": "{{input}}"}


def model_task(model: str, asked: Object, sampling: Object, left_out: list[str]) -> Object:
    """A model and what it is asked. Raises Untranslatable."""
    said = messages(asked.get("template"))
    given = {name: value for name, value in sampling.items() if value is not None}
    left_out += [f"the parameter {name} of the task" for name in given if name not in PARAMETERS]
    kept = {name: value for name, value in given.items() if name in PARAMETERS}
    return {"model": model, "messages": said, **({"parameters": kept} if kept else {})}


def evaluators_of(saved: Saved, left_out: list[str]) -> tuple[list[Object], dict[str, str]]:
    """The evaluators that can be taken over, each of a name of its own, and their files."""
    entries: list[Object] = []
    files: dict[str, str] = {}
    for number, grader in enumerate(saved.evaluation.get("testing_criteria") or (), 1):
        named = {**grader, "name": unused(str(grader.get("name") or f"grader {number}"), entries)}
        try:
            made = evaluator(named)
        except Untranslatable as problem:
            left_out.append(f"the grader '{named['name']}' ({grader.get('type')}): {problem}")
            continue
        entries.append(made.entry)
        if made.file:
            files[made.file[0]] = made.file[1]
    return entries, files


def unused(name: str, entries: list[Object]) -> str:
    """The name, with a number where it, or the file of it, is taken."""
    taken = {slug(entry["name"]) for entry in entries}
    candidates = [name, *(f"{name} {number}" for number in range(2, len(entries) + 3))]
    return next(one for one in candidates if slug(one) not in taken)


def written(saved: Saved, declared: Object, left_out: list[str]) -> str:
    """The YAML, with what was left out as comments."""
    said = [f"Imported from OpenAI's eval {saved.evaluation.get('id')}."]
    said += ["What could not be taken over:", *(f"- {one}" for one in left_out)] if left_out else []
    head = "".join(f"# {' '.join(line.split())}\n" for line in said)
    body: Any = yaml.safe_dump(declared, sort_keys=False, allow_unicode=True, width=110)
    return f"{head}\n{body}"
