"""The evaluator as people keep it: a name, and immutable versions of what it does."""

from typing import Literal

from pydantic import Field

from assay.domain.evaluators.scorer import GlobalScorer, PromptScorer, Scorer
from assay.domain.ids import canonical_json, content_id
from assay.domain.statistics.items import ErrorGroup
from assay.domain.statistics.judge import Judge
from assay.domain.task import Task
from assay.domain.value import Resource

ArgumentsType = Literal["target_free", "target_required"]
ReturnType = Literal["boolean", "number", "select", "multi_select", "text"]
EvaluatorType = Literal["python", "llm", "human", "external"]

RUNTIME = frozenset({"python", "llm", "scorer"})
"""The kinds that we run ourselves; results of the others are posted."""


class EvaluatorVersion(Resource):
    """What an evaluator did at one time; evaluations hold on to a version, never to the name.

    `code` (python) is source whose last function judges, `task` (llm) a model with a judge's prompt
    (contracts/humanloop-v4.md §5.1, §5.2). `project_id` is the project of an llm evaluator's own logs. A `scorer` is
    of Braintrust's kind; its scores go by `name` unless they have names of their own. `higher_is_better` is
    None where no score is better than another.
    """

    evaluator_id: str
    name: str
    description: str
    arguments_type: ArgumentsType
    return_type: ReturnType
    type: EvaluatorType | Literal["scorer"] = "python"
    code: str | None = None
    task: Task | None = None
    project_id: str | None = None
    scorer: Scorer | None = Field(default=None, exclude_if=lambda scorer: scorer is None)
    higher_is_better: bool | None = Field(default=True, exclude_if=lambda higher: higher is True)

    @property
    def model(self) -> Task | None:
        """The model that judges, if one does."""
        return self.scorer.model if isinstance(self.scorer, PromptScorer | GlobalScorer) else self.task

    def judge(self, *, owes: ErrorGroup | None) -> Judge:
        """What statistics know of it; `owes` is what every output counts as that it has not judged by now."""
        is_share = self.scorer is not None or self.return_type == "boolean"
        return Judge(self.name, self.id, is_share, self.higher_is_better, self.instrument, owes)

    @property
    def instrument(self) -> str | None:
        """What its scores are measured with, where a model judges: a hash of the model and of what it is asked."""
        asked = self.scorer or self.task
        if self.model is None or asked is None:
            return None
        return content_id("ins_", canonical_json(asked.model_dump(mode="json")))

    @property
    def embedder(self) -> Task | None:
        """The model that makes embeddings for it beside the one that judges, if one does."""
        return self.scorer.embedder if isinstance(self.scorer, GlobalScorer) else None

    @property
    def is_runtime(self) -> bool:
        """Whether we run it, and nobody posts its results."""
        return self.type in RUNTIME


class Evaluator(Resource):
    """An evaluator of the organisation; `version_id` is the version that new evaluations get.

    A key that is confined to a project sees it if it was `made_in` that.
    """

    name: str
    version_id: str
    made_in: str | None = Field(default=None, exclude_if=lambda project: project is None)

    @property
    def listed_in(self) -> tuple[str, ...]:
        return ("evaluators",)
