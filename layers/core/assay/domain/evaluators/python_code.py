"""Evaluators written in Python: the last function of the source, called with plain dicts."""

import ast

from assay.domain.dataset import Datapoint
from assay.domain.errors import InvalidRequest
from assay.domain.evaluators.evaluator import EvaluatorVersion
from assay.domain.log import Report
from assay.domain.messages import Message
from assay.domain.sandbox import CodeResult
from assay.domain.score import FailedScore, Failure, Output, Score, Verdict
from assay.domain.task import Config
from assay.domain.templates.values import TemplateFault
from assay.domain.value import JsonValue

NO_FUNCTIONS = "What judges is the last `def` that is not inside of anything; lambdas and classes are none."
LARGEST = 1e15
"""A score of a larger size is an error: every integer up to it is exact, and no sum of scores overflows."""


def entry_point(code: str) -> str:
    """The name of the last function that `code` defines at its top level.

    It may be `async`. Raises InvalidRequest where the code does not parse or defines no function.
    """
    try:
        body = ast.parse(code).body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise InvalidRequest(f"The code is not valid Python: {error}", ("code",)) from error
    functions = [node.name for node in body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    if not functions:
        raise InvalidRequest(f"The code defines no function. {NO_FUNCTIONS}", ("code",))
    return functions[-1]


def arguments(version: EvaluatorVersion, log: dict[str, JsonValue], datapoint: Datapoint) -> tuple[JsonValue, ...]:
    """The positional arguments: the log and, where the evaluator compares with a target, the datapoint."""
    if version.arguments_type == "target_free":
        return (log,)
    return (log, datapoint_argument(datapoint))


def log_argument(
    config: Config, datapoint: Datapoint, output: Output, log_id: str, report: Report | None = None
) -> dict[str, JsonValue]:
    """The log as evaluators' code subscripts it (contracts/humanloop-v4.md §5.1); `report` is a client's, if any."""
    described = {"id": config.id, "name": config.name, **config.task.model_dump(mode="json")}
    return {
        "id": log_id,
        "config": described,
        "model_config": described,
        "inputs": datapoint.inputs,
        "messages": [message.wire() for message in sent(config, datapoint)],
        "output": output.text.strip(),
        "raw_output": output.text,
        "output_message": output.message.wire(),
        "error": None,
        "finish_reason": output.finish_reason,
        "prompt_tokens": output.usage.prompt_tokens,
        "output_tokens": output.usage.output_tokens,
        "provider_latency": output.latency,
        "metadata": datapoint.metadata,
        "created_at": output.created_at.isoformat(),
        "feedback": [],
        **(reported(report) if report else {}),
    }


def reported(report: Report) -> dict[str, JsonValue]:
    """What stands in a log as its client reported it, whatever the datapoint has."""
    return {
        "inputs": report.inputs,
        "messages": [message.wire() for message in report.messages],
        "metadata": report.metadata,
        "prompt_cost": report.prompt_cost,
        "output_cost": report.output_cost,
    }


def sent(config: Config, datapoint: Datapoint) -> tuple[Message, ...]:
    """The messages that the config makes of the datapoint; where its inputs lack a variable, the datapoint's alone."""
    try:
        return config.task.messages_for(datapoint)
    except TemplateFault:
        return datapoint.messages


def datapoint_argument(datapoint: Datapoint) -> dict[str, JsonValue]:
    """The datapoint as evaluators' code subscripts it."""
    return {
        "id": datapoint.id,
        "inputs": datapoint.inputs,
        "messages": [message.wire() for message in datapoint.messages],
        "target": datapoint.target,
    }


def judge(version: EvaluatorVersion, result: CodeResult) -> Score | FailedScore:
    """What the code's result means: a score, or the failure to give one."""
    if result.error is not None:
        return failed(version, result.error, result.stdout)
    try:
        value = checked(version, result.value)
    except TypeError as error:
        return failed(version, str(error), result.stdout)
    return Score(evaluator=version.id, value=value, stdout=result.stdout)


def failed(version: EvaluatorVersion, message: str, stdout: str) -> FailedScore:
    """A score that is missing through the evaluator's fault."""
    return FailedScore(evaluator=version.id, failure=Failure(kind="evaluator", message=message), stdout=stdout)


def checked(version: EvaluatorVersion, value: JsonValue) -> Verdict:
    """`value`, if it is what the evaluator declares to return; None is an abstention. Raises TypeError otherwise."""
    if value is None:
        return None
    if version.return_type == "boolean" and isinstance(value, bool):
        return value
    if version.return_type == "number" and is_number(value):
        return value  # type: ignore[return-value]
    raise TypeError(f"The evaluator must return a {version.return_type}; it returned {shown(value)}.")


def is_number(value: JsonValue) -> bool:
    """Whether `value` is a number of a size that sums of it stay numbers; a boolean is none."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= LARGEST


def shown(value: JsonValue) -> str:
    """`value`, short enough for an error message."""
    text = repr(value)
    return f"{type(value).__name__} {text[:100]}{'…' if len(text) > 100 else ''}"  # noqa: PLR2004
