"""Prompts: each is a project by its path, and each of its versions a config of that."""

from collections.abc import Sequence
from pathlib import Path

from assay_cli.importing.humanloop import layout
from assay_cli.importing.humanloop.objects import Deployment, Deployments, File, PromptVersion

DEPLOYMENTS = "deployments.json"


def deployments(place: Path) -> tuple[Deployment, ...]:
    """Which version which environment has. Raises Unreadable."""
    path = place / DEPLOYMENTS
    return layout.read(path, Deployments).root if path.exists() else ()


def active_version(deployed: Sequence[Deployment], file: File) -> str | None:
    """The version that the default environment has, else that of the export's day."""
    return next((one.version_id for one in deployed if one.is_default), file.version_id)


def elsewhere(deployment: Deployment) -> str:
    """What is said of a version that another environment than the default one has."""
    return f"{deployment.version_id} is deployed to {deployment.environment_name}, and there is one environment here"


def in_order(versions: Sequence[PromptVersion], active: str | None) -> list[PromptVersion]:
    """The active one first, since the first config of a project becomes its active one; then as they were made."""
    dated = sorted(versions, key=lambda one: one.created_at.isoformat() if one.created_at else "")
    return sorted(dated, key=lambda one: one.version_id != active)
