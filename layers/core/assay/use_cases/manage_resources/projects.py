"""Projects: created, read, listed."""

from assay.domain.errors import AlreadyExists
from assay.domain.ids import NewId
from assay.domain.project import Project
from assay.ports import Clock, Resources


def create_project(organisation: str, name: str, *, resources: Resources, clock: Clock, new_id: NewId) -> Project:
    """A new project. Raises AlreadyExists where the name is taken."""
    now = clock.now()
    project = Project(id=new_id("pr_"), created_at=now, updated_at=now, name=name)
    resources.create(organisation, project)
    return project


def find_or_create_project(
    organisation: str, name: str, *, resources: Resources, clock: Clock, new_id: NewId
) -> Project:
    """The project of that name, made if there is none."""
    try:
        return create_project(organisation, name, resources=resources, clock=clock, new_id=new_id)
    except AlreadyExists:
        return next(each for each in list_projects(organisation, resources=resources) if each.name == name)


def list_projects(organisation: str, *, resources: Resources) -> list[Project]:
    """All projects, oldest first."""
    return resources.listed(organisation, Project, "projects")
