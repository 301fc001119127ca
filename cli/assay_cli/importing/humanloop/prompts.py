"""Prompts: each is a project by its path, and each of its versions a config of that."""

from collections.abc import Sequence
from pathlib import Path

from assay_cli.importing.humanloop import layout
from assay_cli.importing.humanloop.objects import Deployments, File, PromptVersion

DEPLOYMENTS = "deployments.json"


def active_version(place: Path, file: File) -> str | None:
    """The version that the default environment has, else that of the export's day. Raises Unreadable."""
    if not (place / DEPLOYMENTS).exists():
        return file.version_id
    deployed = layout.read(place / DEPLOYMENTS, Deployments).root
    return next((one.version_id for one in deployed if one.environment_tag == "default"), file.version_id)


def in_order(versions: Sequence[PromptVersion], active: str | None) -> list[PromptVersion]:
    """The active one first, since the first config of a project becomes its active one; then as they were made."""
    dated = sorted(versions, key=lambda one: one.created_at.isoformat() if one.created_at else "")
    return sorted(dated, key=lambda one: one.version_id != active)
