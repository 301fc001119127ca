"""What clients post, in memory: logs, results, and who is asked to judge. tests/integration/test_posted.py compares."""

from collections.abc import Iterator

from assay.domain.errors import IllegalTransition
from assay.domain.evaluation import Aggregate, Evaluation
from assay.domain.lane import LogTurn
from assay.domain.posted import PostedLog, PostedResult, Sums
from tests.support.fake_resources import FakeResources


class FakeLogScoring:
    """ports.LogScoring: only remembers."""

    def __init__(self) -> None:
        self.begun: list[LogTurn] = []

    def begin(self, work: LogTurn) -> None:
        self.begun.append(work)


class FakePosted:
    """ports.Posted: whatever is summed is summed anew at each question."""

    def __init__(self, resources: FakeResources) -> None:
        self.resources = resources
        self.kept_logs: dict[tuple[str, int], PostedLog] = {}
        self.kept_results: dict[tuple[str, int, str], PostedResult] = {}

    def status(self, organisation: str, evaluation_id: str) -> str:
        return str(self.resources.get(organisation, Evaluation, evaluation_id).status)

    def require_open(self, organisation: str, evaluation_id: str) -> None:
        if self.status(organisation, evaluation_id) != "running":
            raise IllegalTransition("not running")

    def save_log(self, organisation: str, evaluation_id: str, log: PostedLog) -> PostedLog:
        self.require_open(organisation, evaluation_id)
        owner = f"{organisation}/{evaluation_id}"
        before = self.kept_logs.get((owner, log.ordinal))
        if before and before.says_what(log):
            return before
        ours = [key for key, one in self.kept_results.items() if key[:2] == (owner, log.ordinal) and one.judged]
        for key in ours:
            del self.kept_results[key]
        self.kept_logs[owner, log.ordinal] = log.after(before)
        return self.kept_logs[owner, log.ordinal]

    def save_result(self, organisation: str, evaluation_id: str, result: PostedResult) -> PostedResult:
        self.require_open(organisation, evaluation_id)
        key = (f"{organisation}/{evaluation_id}", result.ordinal, result.score.evaluator)
        before = self.kept_results.get(key)
        kept = result.model_copy(update={"created_at": before.created_at}) if before else result
        self.kept_results[key] = kept
        return kept

    def save_judged(self, organisation: str, evaluation_id: str, result: PostedResult) -> bool:
        owner = f"{organisation}/{evaluation_id}"
        log = self.kept_logs.get((owner, result.ordinal))
        if self.status(organisation, evaluation_id) not in {"running", "completed"}:
            return False
        if log is None or log.revision != result.judged:
            return False
        self.kept_results.setdefault((owner, result.ordinal, result.score.evaluator), result)
        return True

    def logs(self, organisation: str, evaluation_id: str, span: range) -> Iterator[PostedLog]:
        owner = f"{organisation}/{evaluation_id}"
        return (log for (whose, n), log in sorted(self.kept_logs.items()) if whose == owner and n in span)

    def results(self, organisation: str, evaluation_id: str, span: range) -> Iterator[PostedResult]:
        owner = f"{organisation}/{evaluation_id}"
        return (one for (whose, n, _), one in sorted(self.kept_results.items()) if whose == owner and n in span)

    def aggregates(self, organisation: str, evaluation_id: str) -> list[Aggregate]:
        sums: dict[str, Sums] = {}
        for one in self.results(organisation, evaluation_id, range(10**9)):
            evaluator = one.score.evaluator
            sums[evaluator] = sums.get(evaluator, Sums()).with_score(one.score)
        return [each.aggregate(evaluator) for evaluator, each in sums.items()]
