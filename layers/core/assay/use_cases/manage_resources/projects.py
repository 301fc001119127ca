"""Projects: created, read, listed, changed, deleted."""

from assay.domain.erasure import Erasure
from assay.domain.errors import NotFound
from assay.domain.ids import NewId
from assay.domain.project import Project
from assay.domain.task import Config
from assay.domain.value import JsonValue
from assay.ports import Clock, Erasures, Resources
from assay.use_cases.manage_resources.named import Kept, find_or_create


def create_project(organisation: str, name: str, *, resources: Resources, clock: Clock, new_id: NewId) -> Project:
    """A new project. Raises AlreadyExists where the name is taken."""
    project = new_project(name, clock=clock, new_id=new_id)
    resources.create(organisation, project)
    return project


def new_project(name: str, description: str | None = None, *, clock: Clock, new_id: NewId) -> Project:
    """A project that is not kept yet."""
    now = clock.now()
    return Project(id=new_id("pr_"), created_at=now, updated_at=now, name=name, description=description)


def find_or_create_project(
    organisation: str,
    name: str,
    *,
    description: str | None = None,
    resources: Resources,
    clock: Clock,
    new_id: NewId,
) -> Kept[Project]:
    """The project of that name, made if there is none."""
    wish = new_project(name, description, clock=clock, new_id=new_id)
    return find_or_create(organisation, wish, resources=resources)


def list_projects(organisation: str, *, resources: Resources) -> list[Project]:
    """All projects, oldest first, whatever form their ids have."""
    return sorted(resources.listed(organisation, Project, "projects"), key=lambda each: (each.created_at, each.id))


def update_project(
    organisation: str,
    project_id: str,
    *,
    name: str | None = None,
    active_config_id: str | None = None,
    description: str | None = None,
    settings: dict[str, JsonValue] | None = None,
    resources: Resources,
    clock: Clock,
) -> Project:
    """The project under another name, with another active config, description or settings; None changes nothing.

    Raises NotFound, also for a config of another project, AlreadyExists where the name is taken, Conflict.
    """
    project = resources.get(organisation, Project, project_id)
    if active_config_id is not None:
        find_config(organisation, project_id, active_config_id, resources=resources)
    wished = {"name": name, "active_config_id": active_config_id, "description": description, "settings": settings}
    changes = {field: value for field, value in wished.items() if value is not None}
    if not changes:
        return project
    changed = project.revised(clock.now(), **changes)
    resources.replace(organisation, project, changed)
    return changed


def find_config(organisation: str, project_id: str, config_id: str, *, resources: Resources) -> Config:
    """The project's config of that id. Raises NotFound, also where the config is another project's."""
    config = resources.get(organisation, Config, config_id)
    if config.project_id != project_id:
        raise NotFound("config of this project", config_id)
    return config


def delete_project(organisation: str, project_id: str, *, resources: Resources, erasures: Erasures) -> Project:
    """Removes the project and frees its name; whatever stands in it is erased (docs/deletion.md). Raises NotFound."""
    project = resources.get(organisation, Project, project_id)
    resources.delete(organisation, project)
    erasures.begin(Erasure(organisation=organisation, kind="project", id=project_id))
    return project
