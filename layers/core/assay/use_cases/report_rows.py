"""Rows of a run as its page shows them: datapoints with all their trials, beside the same datapoints of the base."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from itertools import groupby, islice

from assay.domain.comparison_key import ComparisonKey
from assay.domain.errors import TooMuch
from assay.domain.messages import Message
from assay.domain.plan import Plan
from assay.domain.report import MOST_SCORES, ReportRow, ScoreOnRow, Trial, shortened
from assay.domain.score import AnyScore, FailedOutput, Output, Score, number
from assay.domain.spans import Row, RowSpans
from assay.domain.templates.values import TemplateFault
from assay.domain.value import JsonValue
from assay.use_cases.compare_experiment import asked, fields
from assay.use_cases.run_rows import RunRows

NO_SCORES: Mapping[int, Mapping[str, float]] = {}


class ReportRows:
    """The rows of a run, and those of its base, found where the base has the same datapoint at the same place."""

    def __init__(self, ours: RunRows, base: RunRows | None, key: ComparisonKey) -> None:
        self.ours, self.base, self.key, self.names = ours, base, key, asked(key)

    def read(
        self, rows: Iterable[Row], wanted: range, known: Mapping[int, Mapping[str, float]] = NO_SCORES
    ) -> Iterator[ReportRow]:
        """Report rows of the datapoints `wanted`, of which `rows` are; `known` are scores of the base."""
        beside = self.base_trials(wanted)
        for index, trials in groupby(rows, key=lambda row: row.ordinal // self.ours.plan.trials):
            some = list(trials)
            theirs = beside.get(index, [])
            same = theirs if theirs and self.key_of(self.base, theirs[0]) == self.key_of(self.ours, some[0]) else []
            yield report_row(self.ours.plan, index, some, same, self.base, known.get(index))

    def base_trials(self, wanted: range) -> dict[int, list[Row]]:
        """The base's rows at the same places, as far as it has them; none where they are too heavy."""
        if self.base is None or not wanted:
            return {}
        plan = self.base.plan
        span = range(wanted.start * plan.trials, min(wanted.stop * plan.trials, plan.rows))
        with suppress(TooMuch):
            rows = self.base.rows(span) if span else []
            return {index: list(some) for index, some in groupby(rows, key=lambda row: row.ordinal // plan.trials)}
        return {}

    def key_of(self, run: RunRows | None, row: Row) -> str | None:
        """What makes two rows the same."""
        return self.key.of(fields(RowSpans(run.plan, row, dated=False).keyed(self.names))) if run else None


def report_row(
    plan: Plan,
    index: int,
    rows: list[Row],
    base_rows: list[Row],
    base: RunRows | None,
    base_scores: Mapping[str, float] | None,
) -> ReportRow:
    """A datapoint with its trials, and those of the base."""
    point = rows[0].datapoint
    trials = tuple(trial(plan, row) for row in rows)
    beside = tuple(trial(base.plan, row) for row in base_rows) if base else ()
    return ReportRow(
        index=index,
        id=point.id,
        inputs=shortened(point.inputs),
        target=shortened(point.target),
        metadata={name: shortened(value) for name, value in point.metadata.items()},
        tags=point.tags,
        messages=tuple(shown(message) for message in messages(plan, rows)),
        trials=trials,
        scores=means(trials),
        base_scores=means(beside) if base_scores is None else first_scores(base_scores),
        base=beside,
    )


def messages(plan: Plan, rows: list[Row]) -> tuple[Message, ...]:
    """What a model was asked; nothing where none was. A client's own model was asked whatever our template says."""
    asked = next((row for row in rows if RowSpans(plan, row, dated=False).is_called), None)
    if asked is None:
        return ()
    try:
        return plan.config.task.messages_for(asked.datapoint)
    except TemplateFault:
        return asked.datapoint.messages


def shown(message: Message) -> dict[str, JsonValue]:
    """A message as a page shows it."""
    return {name: shortened(value) for name, value in message.wire().items()}


def trial(plan: Plan, row: Row) -> Trial:
    """One trial with its scores, in the order of the evaluators."""
    by_evaluator = {score.evaluator: score for score in row.scores}
    said = [(version.name, by_evaluator[version.id]) for version in plan.evaluators if version.id in by_evaluator]
    scores = tuple(islice((one for name, score in said for one in scores_on_row(name, score)), MOST_SCORES))
    if isinstance(row.output, FailedOutput):
        failure = row.output.failure
        return Trial(failure=failure, latency=row.output.latency, attempts=failure.attempts, scores=scores)
    return Trial(**output_fields(row.output), scores=scores)


def output_fields(output: Output) -> dict[str, object]:
    """What the task said; its message where that is more than its text."""
    has_more = bool(output.message.tool_calls) or not isinstance(output.message.content, str)
    return {
        "output": shortened(output.value),
        "message": shown(output.message) if has_more else None,
        "finish_reason": output.finish_reason,
        "prompt_tokens": output.usage.prompt_tokens,
        "output_tokens": output.usage.output_tokens,
        "latency": output.latency,
        "attempts": output.attempts,
    }


def scores_on_row(name: str, score: AnyScore) -> Iterator[ScoreOnRow]:
    """What an evaluator said: a score or several, or how it failed."""
    said = {"reason": cut(score.reason), "stdout": cut(score.stdout) or ""}
    if not isinstance(score, Score):
        yield ScoreOnRow(name=name, failure=score.failure, **said)
        return
    for one in score.named or ():
        yield ScoreOnRow(name=one.name, value=one.value, **said)
    if not score.named:
        yield ScoreOnRow(name=name, value=score.value, **said)


def first_scores(found: Mapping[str, float]) -> dict[str, float]:
    """As many of a row's scores as a page shows."""
    return dict(islice(found.items(), MOST_SCORES))


def cut(text: str | None) -> str | None:
    """A text as a page shows it."""
    return None if text is None else str(shortened(text))


def means(trials: Iterable[Trial]) -> dict[str, float]:
    """The mean of each score over the trials that have one."""
    found: dict[str, list[float]] = {}
    for one in trials:
        for score in one.scores:
            if score.failure is None and (value := number(score.value)) is not None:
                found.setdefault(score.name, []).append(value)
    return {name: sum(values) / len(values) for name, values in found.items()}
