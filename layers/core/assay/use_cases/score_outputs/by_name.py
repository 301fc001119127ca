"""Scorers that have a name everywhere and only compute: here and now."""

from assay.domain.evaluators.evaluator import EvaluatorVersion
from assay.domain.evaluators.global_scorer import ALIASES, PURE_SCORERS, CannotScore, arguments
from assay.domain.evaluators.scorer import GlobalScorer, scored_row
from assay.domain.evaluators.scores import failed, scored
from assay.domain.score import AnyScore, Output
from assay.use_cases.score_outputs.judging import Judging


def judge_in_place(judging: Judging, version: EvaluatorVersion) -> None:
    """Has a global scorer that only computes judge what it has not judged yet; nothing where the evaluator is none."""
    if isinstance(version.scorer, GlobalScorer) and version.model is None:
        for output in judging.owed(version):
            judging.add(output, by_name(version, version.scorer, judging, output))


def by_name(version: EvaluatorVersion, scorer: GlobalScorer, judging: Judging, output: Output) -> AnyScore:
    """The score of one output."""
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
