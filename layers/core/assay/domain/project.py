"""Projects: where configs are registered and evaluations stand."""

from assay.domain.value import Resource


class Project(Resource):
    """A named place for configs and evaluations. The first config registered becomes the active one."""

    name: str
    active_config_id: str | None = None

    @property
    def listed_in(self) -> tuple[str, ...]:
        return ("projects",)

    @property
    def unique_name(self) -> str | None:
        return f"projects/{self.name}"
