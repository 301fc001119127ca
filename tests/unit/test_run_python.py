"""The use case behind the function run_python."""

from assay.domain.sandbox import CodeBatch, CodeResult, CodeResults
from assay.ports import Deadline
from assay.use_cases.run_python import run_python


class Doubler:
    """A sandbox of numbers that manages one row for each second that is left."""

    def run(self, batch: CodeBatch, deadline: Deadline) -> CodeResults:
        managed = batch.rows[: int(deadline.remaining())]
        return CodeResults(results=tuple(CodeResult(value=number * 2) for (number,) in managed))


class Seconds:
    def __init__(self, left: float) -> None:
        self.left = left

    def remaining(self) -> float:
        return self.left


def test_the_batch_is_run_as_far_as_the_deadline_lets_the_sandbox():
    batch = CodeBatch(code="def double(n): return n * 2", function="double", rows=((1,), (2,), (3,)))
    answer = run_python(batch, sandbox=Doubler(), deadline=Seconds(2))
    assert [result.value for result in answer.results] == [2, 4]
