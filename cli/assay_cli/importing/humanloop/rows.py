"""A run of a past evaluation as rows of an experiment (contracts/braintrust.md §7.5)."""

from collections.abc import Sequence
from typing import Any

from pydantic import JsonValue

from assay_cli.importing.humanloop.objects import Datapoint, EvaluationLog, Judgment, Log

Names = dict[str, str]
"""What the evaluators are called in an experiment, by their versions."""


def rows(lines: Sequence[EvaluationLog]) -> list[dict[str, Any]]:
    """The rows, each under the id that its log had."""
    called = names(lines)
    measures = {called[version(one)] for line in lines for one in line.evaluator_logs if is_beyond(one)}
    return [row(line, called, measures) for line in lines]


def version(judgment: Judgment) -> str:
    """The version of the evaluator."""
    return judgment.evaluator.version_id


def names(lines: Sequence[EvaluationLog]) -> Names:
    """The evaluators' paths; with the version where one evaluator judged in several."""
    paths = {version(one): one.evaluator.path for line in lines for one in line.evaluator_logs}
    every = list(paths.values())
    return {key: path if every.count(path) == 1 else f"{path} {key}" for key, path in paths.items()}


def is_beyond(judgment: Judgment) -> bool:
    """Whether it is a number that is no share: all of its evaluator's are then a measure, and no score."""
    value = judgment.judgment
    return isinstance(value, int | float) and not 0 <= value <= 1


def row(line: EvaluationLog, called: Names, measures: set[str]) -> dict[str, Any]:
    """A row with what its evaluators said: as scores, as measures, and word for word."""
    numbers = {
        called[version(one)]: float(one.judgment)
        for one in line.evaluator_logs
        if isinstance(one.judgment, bool | int | float)
    }
    datapoint = line.datapoint or Datapoint(inputs=line.log.inputs, messages=line.log.messages)
    made = {
        "id": line.log.id,
        "input": asked(datapoint),
        "expected": datapoint.target,
        "output": line.log.output if line.log.output is not None else line.log.output_message,
        "error": line.log.error,
        "scores": {name: value for name, value in numbers.items() if name not in measures},
        "metrics": {**usage(line.log), **{name: value for name, value in numbers.items() if name in measures}},
        "metadata": {"datapoint_id": datapoint.id, **judgments(line, called)},
    }
    return {name: value for name, value in made.items() if value is not None}


def asked(datapoint: Datapoint) -> JsonValue:
    """What went in: inputs, and the messages where there are any."""
    inputs: dict[str, JsonValue] = dict(datapoint.inputs or {})
    return {**inputs, "messages": list(datapoint.messages)} if datapoint.messages else inputs


def usage(log: Log) -> dict[str, float]:
    """Tokens and times."""
    counted = {
        "prompt_tokens": log.prompt_tokens,
        "completion_tokens": log.output_tokens,
        "start": log.start_time.timestamp() if log.start_time else None,
        "end": log.end_time.timestamp() if log.end_time else None,
    }
    return {name: value for name, value in counted.items() if value is not None}


def judgments(line: EvaluationLog, called: Names) -> dict[str, JsonValue]:
    """Every judgement as it was, with its text; errors stand where the page and `assay export` find them."""
    said: dict[str, JsonValue] = {
        called[version(one)]: one.model_dump(include={"judgment", "output"}, exclude_none=True)
        for one in line.evaluator_logs
    }
    failed: dict[str, JsonValue] = {called[version(one)]: one.error for one in line.evaluator_logs if one.error}
    return {**({"judgments": said} if said else {}), **({"scorer_errors": failed} if failed else {})}
