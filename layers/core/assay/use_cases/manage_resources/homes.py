"""Where logs and calls belong: projects and configs that there are, and those that come into being with them.

Nothing is made before `keep`: whatever is wrong with a request can be refused until then, and leaves nothing behind.
"""

from assay.domain.errors import AlreadyExists, Conflict, InvalidRequest, NotFound
from assay.domain.ids import NewId
from assay.domain.project import Project
from assay.domain.task import Config
from assay.domain.value import Resource
from assay.ports import Clock, Resources
from assay.use_cases.by_name import project_called
from assay.use_cases.if_there import if_there
from assay.use_cases.manage_resources.configs import RegisterConfig, activate, config_of
from assay.use_cases.manage_resources.projects import find_config, new_project

MOST_AT_ONCE = 30
"""Resources in one transaction, of which each takes up to three of DynamoDB's hundred places."""


class Homes:
    """The projects and configs of one request, each of them looked up only once."""

    def __init__(self, organisation: str, *, resources: Resources, clock: Clock, new_id: NewId) -> None:
        self.organisation, self.resources, self.clock, self.new_id = organisation, resources, clock, new_id
        self.projects: dict[tuple[str | None, str | None], Project] = {}
        self.configs: dict[tuple[str, str], Config] = {}
        self.new_projects: list[Project] = []
        self.new_configs: list[Config] = []

    def project(self, project_id: str | None, name: str | None) -> Project:
        """The project of an id, or else of a name, to be made if there is none. Raises NotFound, InvalidRequest."""
        key = project_id, None if project_id else name
        if key not in self.projects:
            self.projects[key] = self.of_id(project_id) if project_id else self.of_name(name)
        return self.projects[key]

    def of_id(self, project_id: str) -> Project:
        return self.resources.get(self.organisation, Project, project_id)

    def of_name(self, name: str | None) -> Project:
        if not name:
            raise InvalidRequest("Name a project, or give its project_id.", ("project",), "value_error.missing")
        try:
            return project_called(self.organisation, name, resources=self.resources)
        except NotFound:
            self.new_projects.append(new_project(name, clock=self.clock, new_id=self.new_id))
            return self.new_projects[-1]

    def registered(self, project: Project, wish: RegisterConfig) -> Config:
        """The project's config with exactly these parameters, to be made if there is none."""
        config = config_of(project.id, wish, self.clock.now())
        key = project.id, config.id
        if key not in self.configs:
            there = if_there(self.organisation, Config, config.id, resources=self.resources)
            self.configs[key] = there or config
            self.new_configs += [] if there else [config]
        return self.configs[key]

    def known(self, project: Project, config_id: str) -> Config:
        """The project's config of that id. Raises NotFound, also where the config is another project's."""
        key = project.id, config_id
        if key not in self.configs:
            self.configs[key] = find_config(self.organisation, project.id, config_id, resources=self.resources)
        return self.configs[key]

    def active(self, project: Project) -> Config | None:
        """The project's active config; of one without any the first that is to be made in it."""
        if project.active_config_id:
            return self.known(project, project.active_config_id)
        return next((config for config in self.new_configs if config.project_id == project.id), None)

    def keep(self, *more: Resource) -> None:
        """Makes what is new, and `more`; the first config of a project without an active one becomes it.

        Raises Conflict where somebody else makes some of it right now, and InvalidRequest where a name or a config is
        too large: then nothing is made, unless more was to be made than one transaction takes.
        """
        projects = [self.with_active(project) for project in self.new_projects]
        made: list[Resource] = [*projects, *self.new_configs, *more]
        try:
            for first in range(0, len(made), MOST_AT_ONCE):
                self.resources.create(self.organisation, *made[first : first + MOST_AT_ONCE])
        except AlreadyExists as error:
            raise Conflict("Somebody else made the same just now.") from error
        self.activate_first()

    def with_active(self, project: Project) -> Project:
        """A project that is to be made, with its active config."""
        active = self.active(project)
        return project.model_copy(update={"active_config_id": active.id}) if active else project

    def activate_first(self) -> None:
        """Gives the projects that there were before, and that have no active config, the first that was made."""
        fresh = {project.id for project in self.new_projects}
        for project in self.projects.values():
            if project.id not in fresh and (active := self.active(project)) and not project.active_config_id:
                activate(self.organisation, project, active, resources=self.resources, clock=self.clock)
