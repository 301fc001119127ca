"""Scorers that have a name everywhere and only compute: here and now."""

from collections.abc import Callable

from assay.domain.evaluators.evaluator import EvaluatorVersion
from assay.domain.evaluators.global_scorer import ALIASES, PURE_SCORERS, CannotScore, arguments
from assay.domain.evaluators.scorer import GlobalScorer, scored_row
from assay.domain.evaluators.scores import failed, scored
from assay.domain.score import AnyScore, Output
from assay.use_cases.score_outputs.judging import Judging


def only_computes(version: EvaluatorVersion) -> bool:
    """Whether the evaluator is a global scorer that asks no model."""
    return isinstance(version.scorer, GlobalScorer) and version.model is None


def judge_in_place(judging: Judging, version: EvaluatorVersion, may_go_on: Callable[[], bool] = lambda: True) -> None:
    """Has a scorer that only computes judge what it has not judged yet; nothing where the evaluator is none."""
    for output in judging.owed(version) if only_computes(version) else ():
        if not may_go_on():
            return
        judging.add(output, by_name(version, judging, output))


def by_name(version: EvaluatorVersion, judging: Judging, output: Output) -> AnyScore:
    """The score of one output by a global scorer."""
    scorer = version.scorer
    if not isinstance(scorer, GlobalScorer):
        return failed(version, "The evaluator neither asks a model nor computes.")
    if ALIASES.get(scorer.name, scorer.name) not in PURE_SCORERS:
        return failed(version, f"This stack has no scorer '{scorer.name}'.")
    from assay.domain.evaluators.pure.catalogue import score  # noqa: PLC0415 - its libraries load only where it is used

    row = scored_row(judging.datapoint(output), output)
    row.pop("metadata")
    try:
        given = score(scorer.name, arguments(row, judging.datapoint(output).metadata, scorer.config))
    except CannotScore as error:
        return failed(version, str(error))
    return scored(version, given.result())
