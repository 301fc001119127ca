"""Prompts as scorers: one question about one output, and once more where the answer gives no score."""

from assay.domain.completion import Completion
from assay.domain.evaluators.evaluator import EvaluatorVersion
from assay.domain.evaluators.model_judge import UnreadableVerdict
from assay.domain.evaluators.scorer import NoChoice, PromptScorer
from assay.domain.evaluators.scores import failed, scored
from assay.domain.score import AnyScore, FailedScore, Judgement, Score
from assay.domain.templates.values import TemplateFault
from assay.domain.value import JsonValue
from assay.use_cases.remembered import Way
from assay.use_cases.score_outputs.by_model import ask


async def judge_by_prompt(
    version: EvaluatorVersion, scorer: PromptScorer, caller: Way, row: dict[str, JsonValue]
) -> AnyScore | None:
    """The scores, or the failure to give any; None where the provider wants everybody to wait."""
    try:
        call = scorer.call(row)
    except TemplateFault as error:
        return failed(version, str(error), kind="template")

    def read(completion: Completion, took: Judgement) -> Score:
        return read_scores(version, scorer, completion, took)

    return await ask(version, call, caller, read)


def read_scores(version: EvaluatorVersion, scorer: PromptScorer, completion: Completion, took: Judgement) -> Score:
    """The scores that the answer gives. Raises UnreadableVerdict."""
    try:
        result = scorer.result(completion)
    except NoChoice as error:
        raise UnreadableVerdict(str(error)) from error
    found = scored(version, result, reason=completion.text or None, judgement=took)
    if isinstance(found, FailedScore):
        raise UnreadableVerdict(found.failure.message)
    return found
