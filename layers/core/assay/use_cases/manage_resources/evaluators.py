"""Evaluators: created, read, listed, changed, deleted. What one does is a version of it, and versions are kept."""

from contextlib import suppress

from assay.domain.errors import InvalidRequest, NotFound
from assay.domain.evaluators.evaluator import (
    RUNTIME,
    ArgumentsType,
    Evaluator,
    EvaluatorType,
    EvaluatorVersion,
    ReturnType,
)
from assay.domain.evaluators.python_code import entry_point
from assay.domain.ids import NewId
from assay.domain.project import Project
from assay.domain.task import Task
from assay.domain.value import Value
from assay.ports import Clock, Resources
from assay.use_cases.manage_resources.configs import RegisterConfig, register_config
from assay.use_cases.manage_resources.projects import find_or_create_project

DOES = ("arguments_type", "return_type", "higher_is_better", "code", "task")
"""What an evaluator does: where one of these changes it has a new version, and earlier evaluations keep theirs."""


class CreateEvaluator(Value):
    """An evaluator: code (python), a model with a judge's prompt (llm), or whoever posts results."""

    name: str
    description: str
    arguments_type: ArgumentsType
    return_type: ReturnType
    type: EvaluatorType = "python"
    higher_is_better: bool | None = True
    code: str | None = None
    task: Task | None = None


class UpdateEvaluator(Value):
    """Changes of an evaluator; None leaves a thing as it is. Its kind stays."""

    name: str | None = None
    description: str | None = None
    arguments_type: ArgumentsType | None = None
    return_type: ReturnType | None = None
    higher_is_better: bool | None = None
    code: str | None = None
    task: Task | None = None


def create_evaluator(
    organisation: str, wish: CreateEvaluator, *, resources: Resources, clock: Clock, new_id: NewId
) -> EvaluatorVersion:
    """The first version of a new evaluator. Raises InvalidRequest where it could not judge anything."""
    now = clock.now()
    evaluator_id, version_id = new_id("evfn_"), new_id("evv_")
    fields = wish.model_dump(exclude={"code", "task"})
    version = EvaluatorVersion(
        id=version_id,
        created_at=now,
        updated_at=now,
        evaluator_id=evaluator_id,
        **fields,
        code=wish.code if wish.type == "python" else None,
        task=wish.task if wish.type == "llm" else None,
    )
    require_able(version)
    version = at_home(organisation, version, resources=resources, clock=clock, new_id=new_id)
    evaluator = Evaluator(id=evaluator_id, created_at=now, updated_at=now, name=wish.name, version_id=version_id)
    resources.create(organisation, evaluator, version)
    return version


def require_able(version: EvaluatorVersion) -> None:
    """Raises InvalidRequest unless the version can judge (contracts/humanloop-v4.md §3.6, §5)."""
    if version.type in RUNTIME and version.return_type not in {"boolean", "number"}:
        message = f"An evaluator of type {version.type} returns a boolean or a number."
        raise InvalidRequest(message, ("return_type",), "type_error.enum")
    if version.type == "python":
        if not version.code:
            raise InvalidRequest("A python evaluator needs code.", ("code",), "value_error.missing")
        entry_point(version.code)
    if version.type == "llm":
        require_prompt(version.task)


def require_prompt(task: Task | None) -> None:
    """Raises InvalidRequest unless there is a model with a prompt to judge by."""
    if task is None:
        raise InvalidRequest("An llm evaluator needs a model_config.", ("model_config",), "value_error.missing")
    if not task.prompt_template:
        place = ("model_config", "prompt_template")
        raise InvalidRequest("An llm evaluator needs a prompt_template.", place, "value_error.missing")


def at_home(
    organisation: str, version: EvaluatorVersion, *, resources: Resources, clock: Clock, new_id: NewId
) -> EvaluatorVersion:
    """An llm version in the evaluator's own project, its model registered there; any other version as it is."""
    if version.task is None:
        return version
    project = own_project(organisation, version, resources=resources, clock=clock, new_id=new_id)
    wish = RegisterConfig(task=version.task, name=version.name)
    register_config(organisation, project, wish, resources=resources, clock=clock)
    return version.model_copy(update={"project_id": project.id})


def own_project(
    organisation: str, version: EvaluatorVersion, *, resources: Resources, clock: Clock, new_id: NewId
) -> Project:
    """The project that the evaluator has, else the one of its name, made if there is none."""
    if version.project_id:
        with suppress(NotFound):
            return resources.get(organisation, Project, version.project_id)
    return find_or_create_project(organisation, version.name, resources=resources, clock=clock, new_id=new_id).resource


def get_evaluator(organisation: str, evaluator_id: str, *, resources: Resources) -> EvaluatorVersion:
    """The evaluator's present version. Raises NotFound."""
    evaluator = resources.get(organisation, Evaluator, evaluator_id)
    return resources.get(organisation, EvaluatorVersion, evaluator.version_id)


def list_evaluators(organisation: str, *, resources: Resources) -> list[EvaluatorVersion]:
    """The present version of every evaluator, oldest first."""
    evaluators = resources.listed(organisation, Evaluator, "evaluators")
    return resources.get_many(organisation, EvaluatorVersion, [each.version_id for each in evaluators])


def update_evaluator(
    organisation: str,
    evaluator_id: str,
    changes: UpdateEvaluator,
    *,
    resources: Resources,
    clock: Clock,
    new_id: NewId,
) -> EvaluatorVersion:
    """The evaluator with the changes: in a new version where it does something else now.

    Raises NotFound, InvalidRequest where it could not judge any more, Conflict where somebody else changes it.
    """
    evaluator = resources.get(organisation, Evaluator, evaluator_id)
    before = resources.get(organisation, EvaluatorVersion, evaluator.version_id)
    after = before.revised(clock.now(), **wanted(before, changes))
    require_able(after)
    if all(getattr(after, field) == getattr(before, field) for field in DOES):
        resources.replace(organisation, before, after)
    else:
        after = after.model_copy(update={"id": new_id("evv_"), "revision": 0})
        after = at_home(organisation, after, resources=resources, clock=clock, new_id=new_id)
        resources.create(organisation, after)
    revised = evaluator.revised(clock.now(), name=after.name, version_id=after.id)
    resources.replace(organisation, evaluator, revised)
    return after


def wanted(version: EvaluatorVersion, changes: UpdateEvaluator) -> dict[str, object]:
    """The changes that there are, without what an evaluator of this kind has no use for."""
    useless = {"python": {"task"}, "llm": {"code"}}.get(version.type, {"code", "task"})
    return {name: value for name, value in changes if value is not None and name not in useless}


def delete_evaluator(organisation: str, evaluator_id: str, *, resources: Resources) -> None:
    """Removes the evaluator for new evaluations; its versions stay, for those that used it. Raises NotFound."""
    resources.delete(organisation, resources.get(organisation, Evaluator, evaluator_id))
