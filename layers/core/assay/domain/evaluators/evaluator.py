"""The evaluator as people keep it: a name, and immutable versions of what it does."""

from typing import Literal

from assay.domain.task import Task
from assay.domain.value import Resource

ArgumentsType = Literal["target_free", "target_required"]
ReturnType = Literal["boolean", "number", "select", "multi_select", "text"]
EvaluatorType = Literal["python", "llm", "human", "external"]

RUNTIME: frozenset[EvaluatorType] = frozenset({"python", "llm"})
"""The kinds that we run ourselves; results of the others are posted."""


class EvaluatorVersion(Resource):
    """What an evaluator did at one time; evaluations hold on to a version, never to the name.

    `code` (python) is source whose last function judges, `task` (llm) a model with a judge's prompt
    (contracts/humanloop-v4.md §5.1, §5.2). `project_id` is the project of an llm evaluator's own logs.
    """

    evaluator_id: str
    name: str
    description: str
    arguments_type: ArgumentsType
    return_type: ReturnType
    type: EvaluatorType = "python"
    code: str | None = None
    task: Task | None = None
    project_id: str | None = None

    @property
    def is_runtime(self) -> bool:
        """Whether we run it, and nobody posts its results."""
        return self.type in RUNTIME


class Evaluator(Resource):
    """An evaluator of the organisation; `version_id` is the version that new evaluations get."""

    name: str
    version_id: str

    @property
    def listed_in(self) -> tuple[str, ...]:
        return ("evaluators",)
