"""The launch of a trigger or a schedule, as a person writes it: a JSON file that a client could post."""

from pathlib import Path
from typing import Literal

from pydantic import TypeAdapter, ValidationError

from assay.domain.trigger import BraintrustLaunch, HumanloopLaunch, Launch
from assay.domain.value import JsonValue
from assay_cli.errors import CommandFailed

Dialect = Literal["humanloop", "braintrust"]
LAUNCHES: dict[Dialect, type[HumanloopLaunch | BraintrustLaunch]] = {
    "humanloop": HumanloopLaunch,
    "braintrust": BraintrustLaunch,
}
BODY: TypeAdapter[dict[str, JsonValue]] = TypeAdapter(dict[str, JsonValue])


def read(dialect: Dialect, project_id: str, path: Path | None) -> Launch:
    """The launch in a project of the body in a file; without one, whatever the events say. Raises CommandFailed."""
    try:
        body = BODY.validate_json(path.read_bytes()) if path else {}
        return LAUNCHES[dialect](project_id=project_id, body=body)
    except (OSError, ValidationError) as error:
        raise CommandFailed(f"{path} holds no launch: {error}") from error
