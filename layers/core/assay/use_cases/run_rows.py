"""The rows of an experiment as they follow from its run, span by span, without a copy of anything."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from assay.domain.dataset import Datapoint
from assay.domain.errors import NotFound
from assay.domain.evaluation import Evaluation
from assay.domain.evaluators.evaluator import EvaluatorVersion
from assay.domain.experiment import Experiment
from assay.domain.plan import Plan
from assay.domain.row_trace import trace_of_row
from assay.domain.rows import BaseRows, NoRows, Place
from assay.domain.rows import Row as LoggedRow
from assay.domain.score import AnyOutput, AnyScore, merged
from assay.domain.spans import MOST_SLOTS, Content, Row, RowSpans, SpanPlace, parse_span_id, spans_of
from assay.domain.statistics.judge import Judge
from assay.domain.trace import PriceOf, SpanFacts, Trace, trace_of
from assay.domain.transaction_id import first_of
from assay.ports import Datasets, Posted, Resources, Runs
from assay.use_cases.counted import counted
from assay.use_cases.get_evaluation import Row as ReadRow
from assay.use_cases.get_evaluation import lost, read_datapoints, read_outputs, read_scores

BLOCK = 100
"""Rows read at once, where not all of a chunk is wanted."""


def run_rows(
    organisation: str,
    experiment: Experiment,
    ended: Evaluation | None = None,
    *,
    resources: Resources,
    datasets: Datasets,
    runs: Runs,
    posted: Posted,
) -> BaseRows:
    """What stands in the experiment before anything is logged to it: the rows of its run, none where it has no run.

    `ended` is its evaluation, where that is not kept yet as it is.
    """
    if experiment.evaluation_id is None:
        return NoRows()
    try:
        evaluation = ended or resources.get(organisation, Evaluation, experiment.evaluation_id)
        plan = runs.plan(organisation, evaluation.id)
    except NotFound:
        return NoRows()
    versions = resources.get_many(organisation, EvaluatorVersion, evaluation.posted) if evaluation.posted else ()
    return RunRows(organisation, evaluation, plan, versions, datasets=datasets, runs=runs, posted=posted)


class ReadTrace(NamedTuple):
    """What a summary reads of a trace: the datapoint's number, the root, and what there is in all spans."""

    item: int
    root: Content
    spans: Iterable[SpanFacts]

    def fields(self, _: frozenset[str]) -> Content:
        """What a comparison key may ask for."""
        return self.root

    def trace(self, key: str | None, price_of: PriceOf) -> Trace:
        """What it comes to."""
        return trace_of(key, self.spans, price_of)


class RunTrace(NamedTuple):
    """The same of a row of a run, whose spans need not be made for that."""

    item: int
    row: RowSpans

    def fields(self, names: frozenset[str]) -> Content:
        """What a comparison key may ask for, as far as it does by `names`."""
        return self.row.keyed(names)

    def trace(self, key: str | None, price_of: PriceOf) -> Trace:
        """What it comes to."""
        return trace_of_row(key, self.row, price_of)


class RunRows:
    """Implements domain.rows.BaseRows. A span's line is its row's ordinal × MOST_SLOTS + its place in the trace.

    `plan` has the evaluators `versions`, too, whose results clients post; `bulk` is the plan as it is kept. Some rows
    that follow each other may be `at_hand`: those are not read again.
    """

    def __init__(
        self,
        organisation: str,
        evaluation: Evaluation,
        plan: Plan,
        versions: Sequence[EvaluatorVersion] = (),
        *,
        datasets: Datasets,
        runs: Runs,
        posted: Posted,
    ) -> None:
        self.organisation, self.evaluation, self.bulk = organisation, evaluation, plan
        self.plan = plan.judged_by(versions) if versions else plan
        self.datasets, self.records, self.posted = datasets, counted(organisation, evaluation, runs), posted
        self.at_hand: Sequence[Row] = ()

    def down(self, before: int | None) -> Iterator[LoggedRow]:
        """The spans whose line is less than `before`, the last first."""
        end = self.plan.rows if before is None else min(-(-before // MOST_SLOTS), self.plan.rows)
        for last in range(end, 0, -BLOCK):
            for row in reversed(self.rows(range(max(last - BLOCK, 0), last))):
                for place, content in reversed(list(spans_of(self.plan, row))):
                    if before is None or line_of(place) < before:
                        yield self.logged(place, content)

    def find(self, identifier: str) -> LoggedRow | None:
        """The span of that id."""
        place = parse_span_id(self.plan.evaluation_id, identifier)
        if place is None or place.ordinal >= self.plan.rows:
            return None
        spans = (
            span for row in self.rows(range(place.ordinal, place.ordinal + 1)) for span in spans_of(self.plan, row)
        )
        return next((self.logged(*span) for span in spans if span[0] == place), None)

    def traces(self) -> Iterator[RunTrace]:
        """Row after row, in dataset order.

        Times are from the row's start: so they are the same however the work was cut, to the last bit.
        """
        for chunk in range(self.plan.chunks):
            yield from map(self.trace, self.chunk(chunk))

    def trace(self, row: Row) -> RunTrace:
        """What a summary reads of a row."""
        return RunTrace(row.ordinal // self.plan.trials, RowSpans(self.plan, row, dated=False))

    def item(self, identifier: str) -> int | None:
        """The number of the datapoint that the span is of; None where it is none of this run."""
        place = parse_span_id(self.plan.evaluation_id, identifier)
        return None if place is None else place.ordinal // self.plan.trials

    @property
    def judges(self) -> dict[str, Judge]:
        """What is known of the evaluators, by their names."""
        owes = self.evaluation.left_over if self.evaluation.is_over else None
        return {one.name: one.judge(owes=owes) for one in self.plan.evaluators}

    def chunk(self, number: int) -> Iterator[Row]:
        """All rows of a chunk, which is read as a whole."""
        if self.evaluation.generated_by == "client":
            return self.joined(self.plan.chunk(number), {}, {})
        place = (self.organisation, self.plan.evaluation_id)
        rows = self.records.outputs(*place, number)
        outputs = {row.ordinal: row for row in (self.records.output_parts(*place, number) if rows is None else rows)}
        scores = dict[int, tuple[AnyScore, ...]]()
        for round_ in range(len(self.bulk.rounds)):
            pieces = self.records.scores(*place, round_, number)
            for row in merged(self.records.score_parts(*place, round_, number)) if pieces is None else pieces:
                scores[row.ordinal] = (*scores.get(row.ordinal, ()), *row.scores)
        return self.joined(self.plan.chunk(number), outputs, scores)

    def rows(self, span: range) -> list[Row]:
        """The rows with the ordinals `span` that are done; all of them, once the evaluation is over."""
        if self.at_hand and self.at_hand[0].ordinal <= span.start < span.stop <= self.at_hand[-1].ordinal + 1:
            return list(self.at_hand[span.start - self.at_hand[0].ordinal :][: len(span)])
        if self.evaluation.generated_by == "client":
            return list(self.joined(span, {}, {}))
        outputs = read_outputs(self.organisation, self.bulk, span, self.records)
        return list(self.joined(span, outputs, read_scores(self.organisation, self.bulk, span, self.records)))

    def joined(
        self,
        span: range,
        outputs: dict[int, AnyOutput],
        scores: dict[int, tuple[AnyScore, ...]],
        datapoints: Mapping[int, Datapoint] | None = None,
    ) -> Iterator[Row]:
        """Each row with what became of it, and with what clients posted; `datapoints` where they are read already."""
        if self.evaluation.is_posted_to:
            outputs, scores = self.with_posted(span, outputs, scores)
        datapoints = self.datapoints(span) if datapoints is None else datapoints
        for ordinal in span:
            said = outputs.get(ordinal) or lost(
                self.evaluation, ReadRow(ordinal=ordinal, datapoint=datapoints[ordinal])
            )
            if said is not None:
                yield Row(ordinal, datapoints[ordinal], said, of_row(scores, ordinal))

    def datapoints(self, span: range) -> dict[int, Datapoint]:
        """The datapoint of each row."""
        return read_datapoints(self.organisation, self.plan, span, self.datasets)

    def with_posted(
        self, span: range, outputs: dict[int, AnyOutput], scores: dict[int, tuple[AnyScore, ...]]
    ) -> tuple[dict[int, AnyOutput], dict[int, tuple[AnyScore, ...]]]:
        """Outputs and scores with those of posted logs and results."""
        place = (self.organisation, self.plan.evaluation_id, span)
        outputs = outputs | {log.ordinal: log.output() for log in self.posted.logs(*place)}
        found = dict(scores)
        for result in self.posted.results(*place):
            found[result.ordinal] = (*found.get(result.ordinal, ()), result.score)
        return outputs, found

    def logged(self, place: SpanPlace, content: Content) -> LoggedRow:
        """A span as a row that was there before all that was logged."""
        at = Place(0, line_of(place))
        return LoggedRow(str(content["id"]), content, at, first_of(self.evaluation.created_at))


def of_row(scores: dict[int, tuple[AnyScore, ...]], ordinal: int) -> tuple[AnyScore, ...]:
    """The scores of a row, of each evaluator the first."""
    found = scores.get(ordinal, ())
    if len({score.evaluator for score in found}) == len(found):
        return found
    return tuple({score.evaluator: score for score in reversed(found)}.values())[::-1]


def line_of(place: SpanPlace) -> int:
    """A span's line."""
    return place.ordinal * MOST_SLOTS + place.slot
