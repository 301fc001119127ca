"""What clients send about projects, configs and datasets, beyond creating them (contracts/humanloop-v4.md §3)."""

from typing import Annotated, Literal

from pydantic import Field

from assay.dialects.humanloop.requests import Open
from assay.domain.errors import InvalidRequest
from assay.domain.feedback import FeedbackType, Label, Sentiment

MOST_AT_ONCE = 1000
"""Datapoints or logs in one request."""
Some = Field(max_length=MOST_AT_ONCE)
MOST_LABELS = 100
"""To select from, in one type of feedback."""
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


class LabelRequest(Open):
    """A value to select."""

    value: str
    sentiment: Sentiment = "unset"


class FeedbackTypeRequest(Open):
    """`POST /projects/{id}/feedback-types`."""

    type: Annotated[str, Field(min_length=1, max_length=200)]
    kind: Annotated[Literal["select", "multi_select", "text", "number"], Field(alias="class")]
    values: Annotated[tuple[LabelRequest, ...], Field(max_length=MOST_LABELS)] | None = None

    def translated(self) -> FeedbackType:
        """The type in the core's terms. Raises InvalidRequest where there is nothing to select, or too little."""
        if self.values is not None and self.kind not in {"select", "multi_select"}:
            raise InvalidRequest(f"A {self.kind} has no values to choose from.", ("values",))
        if len({label.value for label in self.values or ()}) < len(self.values or ()):
            raise InvalidRequest("Each value once.", ("values",))
        return FeedbackType(type=self.type, kind=self.kind, labels=self.labels)

    @property
    def labels(self) -> tuple[Label, ...] | None:
        """What can be selected; None where nothing is said of it."""
        return None if self.values is None else tuple(Label(**dict(one)) for one in self.values)


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
