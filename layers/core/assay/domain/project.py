"""Projects: where configs are registered and evaluations stand."""

from datetime import datetime

from assay.domain.value import JsonValue, Resource


class Project(Resource):
    """A named place for configs and evaluations. The first config registered becomes the active one.

    `settings` are what clients set of how the project's experiments are compared and shown. Links made before
    `links_from` open nothing, neither to the project nor to its experiments.
    """

    name: str
    description: str | None = None
    settings: dict[str, JsonValue] | None = None
    active_config_id: str | None = None
    links_from: datetime | None = None

    @property
    def listed_in(self) -> tuple[str, ...]:
        return ("projects",)

    @property
    def unique_name(self) -> str | None:
        return f"projects/{self.name}"
