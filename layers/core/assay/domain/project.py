"""Projects: where configs are registered and evaluations stand."""

from datetime import datetime

from pydantic import Field

from assay.domain.feedback import FeedbackType
from assay.domain.value import JsonValue, Resource, Value


class Deployment(Value):
    """An environment beside production, and the config that is deployed to it in a project."""

    id: str
    name: str
    config_id: str

    def is_called(self, environment: str) -> bool:
        """Whether that is its id or its name."""
        return environment in {self.id, self.name}


class Project(Resource):
    """A named place for configs and evaluations. The first config registered becomes the active one.

    The active one is that of production; `deployments` are those of other environments. `settings` are what clients set
    of how the project's experiments are compared and shown. Links made before `links_from` open nothing, neither to the
    project nor to its experiments.
    """

    name: str
    description: str | None = None
    settings: dict[str, JsonValue] | None = None
    active_config_id: str | None = None
    deployments: tuple[Deployment, ...] = Field(default=(), exclude_if=lambda found: not found)
    feedback_types: tuple[FeedbackType, ...] = Field(default=(), exclude_if=lambda found: not found)
    links_from: datetime | None = None

    @property
    def listed_in(self) -> tuple[str, ...]:
        return ("projects",)

    @property
    def unique_name(self) -> str | None:
        return f"projects/{self.name}"
