"""The evaluator as people keep it: a name, and immutable versions of what it does."""

from typing import Literal

from assay.domain.value import Resource

ArgumentsType = Literal["target_free", "target_required"]
ReturnType = Literal["boolean", "number", "select", "multi_select", "text"]


class EvaluatorVersion(Resource):
    """What an evaluator did at one time; evaluations hold on to a version, never to the name.

    `code` is Python source whose last function judges (contracts/humanloop-v4.md §5.1).
    """

    evaluator_id: str
    name: str
    description: str
    arguments_type: ArgumentsType
    return_type: ReturnType
    type: Literal["python"] = "python"
    code: str


class Evaluator(Resource):
    """An evaluator of the organisation; `version_id` is the version that new evaluations get."""

    name: str
    version_id: str

    @property
    def listed_in(self) -> tuple[str, ...]:
        return ("evaluators",)
