"""Configs: registered once for each set of parameters, read."""

from datetime import datetime

from pydantic import Field

from assay.domain.errors import AlreadyExists, Conflict
from assay.domain.project import Project
from assay.domain.task import Config, Task, config_id
from assay.domain.value import Value
from assay.ports import Clock, Resources


class RegisterConfig(Value):
    """A task to be known in a project; `name` is generated where there is none."""

    task: Task
    name: str | None = None
    description: str | None = Field(default=None)


def register_config(
    organisation: str, project: Project, wish: RegisterConfig, *, resources: Resources, clock: Clock
) -> Config:
    """The project's config with exactly these parameters, whatever it is called; the first becomes the active one."""
    config = config_of(project.id, wish, clock.now())
    try:
        resources.create(organisation, config)
    except AlreadyExists:
        return resources.get(organisation, Config, config.id)
    activate(organisation, project, config, resources=resources, clock=clock)
    return config


def config_of(project_id: str, wish: RegisterConfig, now: datetime) -> Config:
    """The config that is wished for, as it would stand in a project."""
    identifier = config_id(project_id, wish.task)
    return Config(
        id=identifier,
        created_at=now,
        updated_at=now,
        project_id=project_id,
        name=wish.name or f"{wish.task.model} {identifier[-4:]}",
        description=wish.description,
        task=wish.task,
    )


def activate(organisation: str, project: Project, config: Config, *, resources: Resources, clock: Clock) -> None:
    """Makes `config` the project's active one, if it has none yet; of two at once the first stays."""
    if project.active_config_id is not None:
        return
    try:
        resources.replace(organisation, project, project.revised(clock.now(), active_config_id=config.id))
    except Conflict:
        return
