"""Rows of an evaluation with what clients posted to them, in the dialect's words."""

from assay.dialects.humanloop import translate
from assay.dialects.humanloop.responses import EvaluationResultResponse, LogResponse, RowResponse
from assay.dialects.humanloop.translate_logs import posted_log
from assay.domain.identity import log_id, suffix
from assay.domain.posted import PostedResult
from assay.domain.score import Score
from assay.use_cases.get_evaluation import EvaluationView, Row
from assay.use_cases.update_evaluation.results import Posting


def row(view: EvaluationView, each: Row, elsewhere: LogResponse | None = None) -> RowResponse:
    """A row: its log is the posted one where there is one, its results are those in bulk and those beside them.

    `elsewhere` is the log of a row that has none of its own.
    """
    shown = translate.row(view, each)
    posted = [result(view, each, one) for one in each.results]
    results = [*shown.evaluation_results, *posted]
    shown_log = log(view, each) if each.output else elsewhere
    return shown.model_copy(update={"log": shown_log, "evaluation_results": results})


def log(view: EvaluationView, each: Row) -> LogResponse:
    """The log of a row that has one."""
    return posted_log(None, view.config, each.log.log) if each.log else translate.log(view, each)


def result(view: EvaluationView, each: Row, one: PostedResult) -> EvaluationResultResponse:
    """A result that stands beside a posted log, or that a client posted."""
    shown = translate.result(view, each, one.score)
    return shown.model_copy(update={"log_id": one.log_id, "created_at": one.created_at, "updated_at": one.updated_at})


def posted_result(view: EvaluationView, posting: Posting) -> EvaluationResultResponse:
    """A result that was just posted. Its id is that of its row and evaluator: the same when it is posted again."""
    version, one = posting
    row_log = log_id(view.evaluation.id, one.ordinal)
    return EvaluationResultResponse(
        id=f"evres_{suffix(row_log)}_{suffix(version.id)}",
        evaluator_id=version.evaluator_id,
        evaluator_version_id=version.id,
        evaluation_id=view.evaluation.id,
        log_id=one.log_id,
        value=one.score.value if isinstance(one.score, Score) else None,
        error=None if isinstance(one.score, Score) else one.score.failure.message,
        created_at=one.created_at,
        updated_at=one.updated_at,
    )
