"""Prompts: each is a project by its path, and each of its versions a config of that."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from assay_cli.api import Api
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


class Standing(NamedTuple):
    """What a project has before a prompt comes in: its configs, and which of them is active."""

    project: str
    configs: frozenset[str]
    active: str | None


def standing(api: Api, name: str) -> Standing | None:
    """That of the project of the name; None where there is none. Raises CallFailed."""
    found = api.client.get("/v1/project", project_name=name)["objects"]
    if not found:
        return None
    place = f"/projects/{found[0]['id']}"
    configs = frozenset(str(one["config"]["id"]) for one in api.get(f"{place}/configs"))
    active = api.get(place)["active_config"]
    return Standing(str(found[0]["id"]), configs, active and str(active["config"]["id"]))


def is_late(before: Standing | None, configs: Sequence[str]) -> bool:
    """Whether the first of these configs, the active one, came in only now: since an import the next has stood for it.

    Whatever else is active was made so by somebody, and stays.
    """
    if before is None or not configs or configs[0] in before.configs:
        return False
    stand_in = next((one for one in configs if one in before.configs), None)
    return stand_in is not None and before.active == stand_in


def in_order(versions: Sequence[PromptVersion], active: str | None) -> list[PromptVersion]:
    """The active one first, since the first config of a project becomes its active one; then as they were made."""
    dated = sorted(versions, key=lambda one: one.created_at.isoformat() if one.created_at else "")
    return sorted(dated, key=lambda one: one.version_id != active)
