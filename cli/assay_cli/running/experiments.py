"""Experiments by what people call them: an id, a name, a branch."""

from typing import Any
from uuid import UUID

from assay.client import Client
from assay_cli.declared.model import Branch, NamedBase
from assay_cli.errors import Misused

LOOKED_AT = 100
"""Experiments of a branch, the newest first, among which a finished one is looked for."""


def find(client: Client, reference: str, project: str | None = None) -> dict[str, Any]:
    """The experiment of that id, or the newest of that name. Raises Misused where there is none."""
    if is_id(reference):
        return dict(client.get(f"/v1/experiment/{reference}"))
    where = {"project_name": project} if project else {}
    found = client.get("/v1/experiment", experiment_name=reference, **where)["objects"]
    if not found:
        raise Misused(f"There is no experiment '{reference}'{f' in the project {project}' if project else ''}.")
    if len({one["project_id"] for one in found}) > 1:
        raise Misused(f"Several projects have an experiment '{reference}': give its id, or --project.")
    return dict(found[0])


def is_id(reference: str) -> bool:
    """Whether it is an id, and no name."""
    try:
        return str(UUID(reference)) == reference.lower()
    except ValueError:
        return False


def base_of(client: Client, project_id: str, name: str, wanted: NamedBase | Branch | None) -> dict[str, object]:
    """The base as a launch says it; nothing where the API is to choose. Raises Misused, CallFailed."""
    if wanted is None:
        return {}
    if isinstance(wanted, NamedBase):
        field = "base_experiment_id" if is_id(wanted.experiment) else "base_experiment_name"
        return {field: wanted.experiment}
    found = newest(client, project_id, name, wanted.branch)
    if found is None:
        raise Misused(f"There is no finished run of '{name}' on the branch '{wanted.branch}' to compare with.")
    return {"base_experiment_id": found}


def newest(client: Client, project_id: str, name: str, branch: str) -> str | None:
    """The newest finished experiment of an evaluation that was launched on a branch; None where there is none yet."""
    every = client.get("/v1/experiment", project_id=project_id)["objects"]
    ours = [one for one in every if is_of(one, name, branch)][:LOOKED_AT]
    return next((str(one["id"]) for one in ours if client.summary(one["id"]).get("status") == "completed"), None)


def is_of(experiment: dict[str, Any], name: str, branch: str) -> bool:
    """Whether `assay run` made it of the evaluation of that name, on that branch, with all committed."""
    git, metadata = experiment.get("repo_info") or {}, experiment.get("metadata") or {}
    return git.get("branch") == branch and metadata.get("evaluation") == name and not git.get("dirty")
