"""People and programs judge logs themselves and post their results."""

from typing import NamedTuple

from assay.domain.errors import IllegalTransition, InvalidRequest, NotFound
from assay.domain.evaluation import Evaluation
from assay.domain.evaluators.evaluator import EvaluatorVersion, ReturnType
from assay.domain.identity import parse_log_id
from assay.domain.log import LogResult
from assay.domain.posted import PostedResult
from assay.domain.score import AnyScore, FailedScore, Failure, Score, Verdict
from assay.domain.value import Value
from assay.ports import Clock, Datasets, Logs, Posted, Resources, Runs
from assay.use_cases.get_evaluation import has_log
from assay.use_cases.one_log import one_log
from assay.use_cases.races import settled
from assay.use_cases.update_evaluation.datapoints import ordinal_of

LARGEST = 1e300
"""Of a number: so that no sum of millions of results is beyond all floats."""


class PostResult(Value):
    """A result as it is posted: a verdict or an error, never both."""

    evaluation_id: str
    log_id: str
    evaluator_id: str
    result: Verdict = None
    error: str | None = None


class Posting(NamedTuple):
    """A result that is kept, and by which evaluator it is."""

    version: EvaluatorVersion
    result: PostedResult


def post_result(
    organisation: str,
    wish: PostResult,
    *,
    resources: Resources,
    datasets: Datasets,
    runs: Runs,
    logs: Logs,
    posted: Posted,
    clock: Clock,
) -> Posting:
    """The result, kept in place of an earlier one by the same evaluator (contracts/humanloop-v4.md §2.6).

    Raises NotFound, IllegalTransition where the evaluation is not running or judges by itself, InvalidRequest.
    """
    if (wish.result is None) == (wish.error is None):
        raise InvalidRequest("Give either a result or an error.", ("result",))
    evaluation = resources.get(organisation, Evaluation, wish.evaluation_id)
    evaluation.require_open()
    version = attached(organisation, evaluation, wish.evaluator_id, resources=resources)
    score = verdict(version, wish)
    finding = Finding(organisation, evaluation, datasets=datasets, runs=runs, logs=logs, posted=posted)
    ordinal, now = finding.ordinal(wish.log_id), clock.now()
    result = PostedResult(ordinal=ordinal, log_id=wish.log_id, score=score, created_at=now, updated_at=now)
    kept = posted.save_result(organisation, evaluation.id, result)
    if parse_log_id(wish.log_id) is None:
        note(organisation, evaluation.id, Posting(version, kept), logs=logs)
    return Posting(version, kept)


def note(organisation: str, evaluation_id: str, posting: Posting, *, logs: Logs) -> None:
    """Has a log that was made outside the evaluation show the result; from then on what it says does not change."""
    version, result = posting
    noted = LogResult(
        evaluation_id=evaluation_id,
        ordinal=result.ordinal,
        evaluator_id=version.evaluator_id,
        score=result.score,
        created_at=result.created_at,
        updated_at=result.updated_at,
    )

    def changed() -> None:
        log = one_log(organisation, result.log_id, logs=logs)
        others = (each for each in log.results if not noted.is_in_place_of(each))
        logs.replace(organisation, log, log.revised(results=(*others, noted)))

    settled(changed)


def attached(organisation: str, evaluation: Evaluation, identifier: str, *, resources: Resources) -> EvaluatorVersion:
    """The attached version that is meant by an evaluator's id, or by its own.

    Raises InvalidRequest where there is none, IllegalTransition where nobody may post its results.
    """
    versions = resources.get_many(organisation, EvaluatorVersion, evaluation.evaluator_versions)
    found = [each for each in versions if identifier in {each.evaluator_id, each.id}]
    if not found:
        raise InvalidRequest("This evaluator is not attached to the evaluation.", ("evaluator_id",))
    theirs = [each for each in found if not each.is_runtime]
    if not theirs:
        raise IllegalTransition(f"Evaluators of type {found[0].type} judge by themselves; nobody posts their results.")
    return theirs[-1]


def verdict(version: EvaluatorVersion, wish: PostResult) -> AnyScore:
    """What is posted, as a score. Raises InvalidRequest where the evaluator does not return such a thing."""
    if wish.error is not None:
        return FailedScore(evaluator=version.id, failure=Failure(kind="evaluator", message=wish.error))
    if not is_a(version.return_type, wish.result):
        raise InvalidRequest(f"This evaluator returns a {version.return_type}.", ("result",))
    return Score(evaluator=version.id, value=wish.result)


def is_a(return_type: ReturnType, value: Verdict) -> bool:
    """Whether the value is of the type; true and false are no numbers, and what no sum could hold is none either."""
    match return_type:
        case "boolean":
            return isinstance(value, bool)
        case "number":
            return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= LARGEST
        case "multi_select":
            return isinstance(value, tuple)
    return isinstance(value, str)


class Finding:
    """Finds the row that a log is of."""

    def __init__(
        self, organisation: str, evaluation: Evaluation, *, datasets: Datasets, runs: Runs, logs: Logs, posted: Posted
    ) -> None:
        self.organisation, self.evaluation = organisation, evaluation
        self.datasets, self.runs, self.logs, self.posted = datasets, runs, logs, posted

    def ordinal(self, identifier: str) -> int:
        """The row of the log: of this evaluation, or of a datapoint that it names. Raises NotFound, InvalidRequest."""
        place = parse_log_id(identifier)
        if place is None:
            return self.of_datapoint(identifier)
        if place.evaluation_id != self.evaluation.id:
            raise InvalidRequest("This log is of another evaluation.", ("log_id",))
        if not has_log(self.organisation, self.evaluation, place.ordinal, runs=self.runs, posted=self.posted):
            raise NotFound("log", identifier)
        return place.ordinal

    def of_datapoint(self, identifier: str) -> int:
        """The row of the datapoint for which a client made the log. Raises NotFound, InvalidRequest."""
        log = one_log(self.organisation, identifier, logs=self.logs)
        source = log.report.source_datapoint_id or ""
        return ordinal_of(self.organisation, self.evaluation, source, "log_id", datasets=self.datasets)
