"""Code under test: batches through the sandbox, one output a row."""

import asyncio
import json

import pytest

from assay.domain.errors import AssayError, ConfigurationError
from assay.domain.sandbox import CodeBatch, CodeResults
from assay.domain.task import CodeTask
from tests.support.engine import Engine
from tests.support.fakes import FakeCodeRunner, run_row

DOUBLING = "def handler(a, b):\n    return {'sum': int(a) + int(b)}"


class WatchfulRunner:
    """ports.CodeRunner: does at most `most` rows at once, notes the sizes of its batches."""

    def __init__(self, most: int = 1000) -> None:
        self.most, self.sizes, self.at_work, self.peak = most, list[int](), 0, 0

    async def run(self, batch: CodeBatch) -> CodeResults:
        self.sizes.append(len(batch.rows))
        self.at_work += 1
        self.peak = max(self.peak, self.at_work)
        await asyncio.sleep(0.01)
        self.at_work -= 1
        return CodeResults(results=tuple(run_row(batch, row) for row in batch.rows[: self.most]))


class DyingRunner(FakeCodeRunner):
    """ports.CodeRunner: a row whose `a` is 7 brings the sandbox down."""

    async def run(self, batch: CodeBatch) -> CodeResults:
        if batch.call == "task" and any(row[0]["input"]["a"] == "7" for row in batch.rows):
            raise AssayError("gone")
        return await super().run(batch)


def an_engine(code: str = DOUBLING, **fields) -> Engine:
    return Engine(task=CodeTask(runtime="python", code=code), **fields)


def test_every_row_has_the_value_that_its_code_returned():
    engine = an_engine(datapoints=30)
    summary = engine.finish()
    assert (summary.status, summary.n_outputs, engine.provider.calls) == ("completed", 30, 0)
    assert [output.value for output in engine.outputs()] == [{"sum": n + 1} for n in range(30)]


def test_rows_go_into_the_sandbox_together_and_side_by_side():
    engine = an_engine(datapoints=40, width=20)
    engine.code_runner = WatchfulRunner()
    engine.finish()
    assert engine.code_runner.sizes[:8] == [5] * 8
    assert engine.code_runner.peak == 4


def test_what_one_invocation_does_not_manage_the_next_one_does():
    engine = an_engine(datapoints=40, width=20)
    engine.code_runner = WatchfulRunner(most=2)
    assert engine.finish().n_outputs == 40


def test_code_that_throws_fails_its_row_alone_and_no_evaluator_runs_on_it():
    engine = an_engine("def handler(a, b):\n    return 10 // (int(a) - 3)", datapoints=10)
    summary = engine.finish()
    assert summary.errors_by_kind == {"task": 1}
    assert engine.outputs()[3].failure.message.startswith("ZeroDivisionError")
    assert (summary.scores[0].n_no_output, summary.scores[0].n_scored) == (1, 9)


def test_a_row_that_brings_the_sandbox_down_fails_alone():
    engine = an_engine(datapoints=10)
    engine.code_runner = DyingRunner()
    summary = engine.finish()
    assert summary.errors_by_kind == {"task": 1}
    assert engine.outputs()[7].failure.message == "The sandbox failed on this row: gone"


@pytest.mark.parametrize("value", [None, "text", 1.5, True, [1, {"a": None}], {"a": "b"}])
def test_an_output_is_any_json_value_and_none_is_one(value):
    engine = an_engine(
        f"import json\ndef handler():\n    return json.loads({json.dumps(json.dumps(value))})", datapoints=1
    )
    engine.finish()
    assert engine.outputs()[0].value == value


def test_a_text_is_kept_as_it_was_before_there_were_other_values():
    engine = Engine(datapoints=1)
    engine.finish()
    assert "form" not in engine.outputs()[0].model_dump()


def test_code_that_the_stack_cannot_run_fails_every_row_with_the_reason():
    engine = an_engine(datapoints=3)

    class Nobody:
        async def run(self, batch: CodeBatch) -> CodeResults:
            assert batch.rows
            raise ConfigurationError("This stack runs no code.")

    engine.code_runner = Nobody()
    summary = engine.finish()
    assert (summary.status, summary.errors_by_kind) == ("completed", {"task": 3})
