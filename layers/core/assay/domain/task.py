"""What is under test, of every kind, and how it is registered in a project."""

from typing import Annotated

from pydantic import Discriminator, Tag

from assay.domain.code_task import CodeTask
from assay.domain.ids import canonical_json, content_id
from assay.domain.model_task import ModelCall, ProviderName, Task
from assay.domain.prompt_task import PromptTask
from assay.domain.value import Resource


def kind_of(task: object) -> str:
    """The kind of a task, also as JSON; the one that names none is a model as Humanloop has it."""
    kind = task.get("kind", "model") if isinstance(task, dict) else getattr(task, "kind", "")
    return str(kind)


AnyTask = Annotated[
    Annotated[Task, Tag("model")] | Annotated[PromptTask, Tag("prompt")] | Annotated[CodeTask, Tag("code")],
    Discriminator(kind_of),
]


class Config(Resource):
    """A task as registered in a project, with the name people gave it."""

    project_id: str
    name: str
    description: str | None = None
    task: AnyTask

    @property
    def listed_in(self) -> tuple[str, ...]:
        return (f"{self.project_id}/configs",) if self.task.kind == "model" else ()


def config_id(project_id: str, task: Task | PromptTask | CodeTask) -> str:
    """The id of a task within a project: one for each set of parameters (contracts/humanloop-v4.md §3.2)."""
    return content_id("config_", f"{project_id} {canonical_json(task.model_dump(mode='json'))}")


__all__ = ["AnyTask", "CodeTask", "Config", "ModelCall", "PromptTask", "ProviderName", "Task", "config_id"]
