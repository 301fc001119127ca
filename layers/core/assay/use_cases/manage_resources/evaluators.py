"""Evaluators: created, read, listed."""

from assay.domain.evaluators.evaluator import ArgumentsType, Evaluator, EvaluatorVersion, ReturnType
from assay.domain.evaluators.python_code import entry_point
from assay.domain.ids import NewId
from assay.domain.value import Value
from assay.ports import Clock, Resources


class CreateEvaluator(Value):
    """An evaluator in Python source."""

    name: str
    description: str
    arguments_type: ArgumentsType
    return_type: ReturnType
    code: str


def create_evaluator(
    organisation: str, wish: CreateEvaluator, *, resources: Resources, clock: Clock, new_id: NewId
) -> EvaluatorVersion:
    """The first version of a new evaluator. Raises InvalidRequest where its code does not parse."""
    entry_point(wish.code)
    now = clock.now()
    evaluator_id, version_id = new_id("evfn_"), new_id("evv_")
    version = EvaluatorVersion(
        id=version_id, created_at=now, updated_at=now, evaluator_id=evaluator_id, **wish.model_dump()
    )
    evaluator = Evaluator(id=evaluator_id, created_at=now, updated_at=now, name=wish.name, version_id=version_id)
    resources.create(organisation, evaluator, version)
    return version


def get_evaluator(organisation: str, evaluator_id: str, *, resources: Resources) -> EvaluatorVersion:
    """The evaluator's present version. Raises NotFound."""
    evaluator = resources.get(organisation, Evaluator, evaluator_id)
    return resources.get(organisation, EvaluatorVersion, evaluator.version_id)


def list_evaluators(organisation: str, *, resources: Resources) -> list[EvaluatorVersion]:
    """The present version of every evaluator, oldest first."""
    evaluators = resources.listed(organisation, Evaluator, "evaluators")
    return resources.get_many(organisation, EvaluatorVersion, [each.version_id for each in evaluators])
