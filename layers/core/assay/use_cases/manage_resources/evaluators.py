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
from assay.domain.value import Resource, Value
from assay.ports import Clock, Resources
from assay.use_cases.manage_resources.configs import RegisterConfig
from assay.use_cases.manage_resources.homes import Homes
from assay.use_cases.races import settled

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
    evaluator = Evaluator(id=evaluator_id, created_at=now, updated_at=now, name=wish.name, version_id=version_id)
    return kept(organisation, version, evaluator, resources=resources, clock=clock, new_id=new_id)


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


def kept(
    organisation: str, version: EvaluatorVersion, *more: Resource, resources: Resources, clock: Clock, new_id: NewId
) -> EvaluatorVersion:
    """The version, kept together with `more`; an llm version in the evaluator's own project. Raises InvalidRequest."""

    def made() -> EvaluatorVersion:
        homes = Homes(organisation, resources=resources, clock=clock, new_id=new_id)
        found = version if version.task is None else at_home(homes, version, version.task)
        homes.keep(*more, found)
        return found

    return settled(made)


def at_home(homes: Homes, version: EvaluatorVersion, task: Task) -> EvaluatorVersion:
    """The version in the evaluator's project, or else in the one of its name; its model is registered there."""
    project = own_project(homes, version)
    homes.registered(project, RegisterConfig(task=task, name=version.name))
    return version.model_copy(update={"project_id": project.id})


def own_project(homes: Homes, version: EvaluatorVersion) -> Project:
    """The project that the evaluator has, else the one of its name, to be made if there is none."""
    if version.project_id:
        with suppress(NotFound):
            return homes.project(version.project_id, None)
    return homes.project(None, version.name)


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
        after = kept(organisation, after, resources=resources, clock=clock, new_id=new_id)
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
