"""The launch of a trigger or a schedule, as a person writes it: a JSON file that a client could post."""

from collections.abc import Iterator
from pathlib import Path
from typing import Literal
from uuid import uuid4

from pydantic import TypeAdapter, ValidationError

from assay.domain.complaints import complaints
from assay.domain.errors import InvalidRequest
from assay.domain.trigger import BraintrustLaunch, HumanloopLaunch, Launch
from assay.domain.value import JsonValue
from assay_cli.errors import Misused, unreadable

Dialect = Literal["humanloop", "braintrust"]
LAUNCHES: dict[Dialect, type[HumanloopLaunch | BraintrustLaunch]] = {
    "humanloop": HumanloopLaunch,
    "braintrust": BraintrustLaunch,
}
BODY: TypeAdapter[dict[str, JsonValue]] = TypeAdapter(dict[str, JsonValue])


def read(dialect: Dialect, project_id: str, path: Path | None, *, is_all: bool = False) -> Launch:
    """The launch in a project of the body in a file. Raises Misused.

    Where it `is_all` that will be known, nothing may be missing in it; else events add to it, or say everything.
    """
    if path is None and is_all:
        raise Misused("A schedule needs a launch: name the file of its body with --launch.")
    try:
        launch = LAUNCHES[dialect](project_id=project_id, body=BODY.validate_json(path.read_bytes()) if path else {})
        wrong = list(problems(launch, is_all=is_all))
    except OSError as error:
        raise Misused(f"{path} cannot be read: {unreadable(error)}.") from error
    except ValidationError as error:
        wrong = list(map(str, complaints(error)))
    except InvalidRequest as error:
        wrong = [str(error)]
    if wrong:
        raise Misused(f"{path} is no launch: {' '.join(wrong)}")
    return launch


def problems(launch: Launch, *, is_all: bool) -> Iterator[str]:
    """What the API would say to the body. Raises InvalidRequest where that is one thing."""
    try:
        rehearse(launch)
    except ValidationError as error:
        for one in complaints(error):
            if is_all or one.rule != "missing" or len(one.place) > 1:
                yield str(one)


def rehearse(launch: Launch) -> None:
    """Reads the launch as its dialect does. Raises ValidationError, InvalidRequest."""
    # The dialects are half a second to import, and wanted here alone.
    if isinstance(launch, BraintrustLaunch):
        from assay.dialects.braintrust import translate_evals  # noqa: PLC0415
        from assay.dialects.braintrust.eval_requests import EvalRequest  # noqa: PLC0415

        translate_evals.wish(EvalRequest.model_validate(launch.request), uuid4)
    else:
        from assay.dialects.humanloop import translate_launch  # noqa: PLC0415
        from assay.dialects.humanloop.requests import CreateEvaluationRequest  # noqa: PLC0415

        translate_launch.wish(launch.project_id, CreateEvaluationRequest.model_validate(launch.body))
