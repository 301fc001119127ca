"""The launch of a trigger or a schedule, as a person writes it: a JSON file that a client could post."""

from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from assay.domain.trigger import HumanloopLaunch, Launch
from assay.domain.value import JsonValue
from assay_cli.errors import CommandFailed

BODY: TypeAdapter[dict[str, JsonValue]] = TypeAdapter(dict[str, JsonValue])


def read(project_id: str, path: Path | None) -> Launch:
    """The launch in a project of the body in a file; without one, whatever the events say. Raises CommandFailed."""
    try:
        body = BODY.validate_json(path.read_bytes()) if path else {}
        return HumanloopLaunch(project_id=project_id, body=body)
    except (OSError, ValidationError) as error:
        raise CommandFailed(f"{path} holds no launch: {error}") from error
