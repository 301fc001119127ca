"""What clients send about projects, configs and datasets, beyond creating them (contracts/humanloop-v4.md §3)."""

from typing import Annotated

from pydantic import Field

from assay.dialects.humanloop.requests import Open

MOST_AT_ONCE = 1000
"""Datapoints or logs in one request."""
Some = Field(max_length=MOST_AT_ONCE)
MOST_CHARACTERS = 200_000
"""Of a .prompt file: a config is kept with at most 100,000 bytes."""


class UpdateProjectRequest(Open):
    """`PATCH /projects/{id}`. `directory_id` is taken and ignored: there are no directories."""

    name: str | None = None
    active_config_id: str | None = None


class EnvironmentRequest(Open):
    """An environment to deploy to: by its id or its name. With both it is made, if there is none yet."""

    id: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,200}$")]
    name: Annotated[str, Field(max_length=200)] | None = None


class DeployRequest(Open):
    """`PATCH /projects/{project_id}/deploy-config`; no environments means production."""

    config_id: str
    environments: tuple[EnvironmentRequest, ...] | None = None


class ConfigsQuery(Open):
    """`GET /projects/{id}/configs`."""

    evaluation_aggregates: bool = False


class EnvironmentQuery(Open):
    """`GET` and `DELETE /projects/{id}/active-config`."""

    environment: str | None = None


class UpdateDatasetRequest(Open):
    """`PATCH /datasets/{id}`."""

    name: Annotated[str, Field(max_length=255)] | None = None
    description: Annotated[str, Field(max_length=255)] | None = None


class LogIdsRequest(Open):
    """Datapoints from logs."""

    log_ids: Annotated[tuple[str, ...], Some]


class DeserializeRequest(Open):
    """`POST /model-configs/deserialize`."""

    config: Annotated[str, Field(max_length=MOST_CHARACTERS, examples=["---\nmodel: gpt-4o\n---\nSay {{what}}.\n"])]
