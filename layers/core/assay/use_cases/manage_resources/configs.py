"""Configs: one for each set of parameters in a project, the first of them its active one."""

from datetime import datetime

from pydantic import Field

from assay.domain.errors import Conflict
from assay.domain.project import Project
from assay.domain.task import Config, Task, config_id
from assay.domain.value import Value
from assay.ports import Clock, Resources


class RegisterConfig(Value):
    """A task to be known in a project; `name` is generated where there is none."""

    task: Task
    name: str | None = None
    description: str | None = Field(default=None)


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
