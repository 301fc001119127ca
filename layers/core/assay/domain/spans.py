"""An experiment's rows, as they follow from its run: a root, a task, a model call and a scorer each are spans of one
trace (contracts/braintrust.md §5.6). Nothing of it is stored: the run has it all.

A span's id tells its place: the run, the ordinal of its row, and which of the row's spans it is.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import NamedTuple
from uuid import UUID

from assay.domain.dataset import Datapoint
from assay.domain.evaluators.evaluator import EvaluatorVersion
from assay.domain.ids import EPOCH
from assay.domain.plan import Plan
from assay.domain.score import (
    AnyOutput,
    AnyScore,
    Failure,
    Judgement,
    NamedScore,
    Output,
    Score,
    Usage,
    number,
)
from assay.domain.value import JsonValue

Content = dict[str, JsonValue]
"""A span's fields: `inputs` and `target` as everywhere in the core, the others by the names that clients have."""

ROOT, TASK, CALL, SCORERS = range(4)
"""The places of a trace's spans; the scorers come from SCORERS on, in the order of the evaluators."""
PLACE_BITS, SLOT_BITS = 48, 8
MOST_SLOTS = 1 << SLOT_BITS
VERSION, VARIANT = 8 << 76, 2 << 62
GIVEN = frozenset({"inputs", "messages"})
"""What a datapoint says of itself that goes into the task."""
MODEL_FAILURES = frozenset({"provider", "refused", "denied"})


class SpanPlace(NamedTuple):
    """Which row of a run, and which of its spans."""

    ordinal: int
    slot: int


def span_id(evaluation_id: str, place: SpanPlace) -> str:
    """A UUID of version 8 (RFC 9562 §5.8): 74 bits stand for the run, the last 48 are the place."""
    digest = int.from_bytes(blake2b(evaluation_id.encode(), digest_size=10).digest())
    high, middle, low = digest >> 32, digest >> 20 & 0xFFF, digest & 0x3FFF
    number = place.ordinal << SLOT_BITS | place.slot
    return str(UUID(int=high << 80 | VERSION | middle << 64 | VARIANT | low << PLACE_BITS | number))


def parse_span_id(evaluation_id: str, identifier: str) -> SpanPlace | None:
    """Where the span is; None where it is none of that run."""
    if not re.fullmatch(r"[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}", identifier):
        return None
    number = UUID(identifier).int % (1 << PLACE_BITS)
    place = SpanPlace(number >> SLOT_BITS, number % MOST_SLOTS)
    return place if span_id(evaluation_id, place) == identifier else None


class Row(NamedTuple):
    """One row of a run, with what became of it."""

    ordinal: int
    datapoint: Datapoint
    output: AnyOutput
    scores: Sequence[AnyScore]


def spans_of(plan: Plan, row: Row) -> Iterator[tuple[SpanPlace, Content]]:
    """The row's spans with their places, the root first."""
    trace = RowSpans(plan, row)
    yield trace.span(ROOT, trace.root())
    yield trace.span(TASK, trace.task())
    if trace.is_called:
        yield trace.span(CALL, trace.call())
    for slot, version in enumerate(plan.evaluators, start=SCORERS):
        if score := trace.scores.get(version.id):
            yield trace.span(slot, trace.scorer(version, score))


class RowSpans:
    """The spans of one row in the making; if not `dated`, their times are seconds from their start."""

    def __init__(self, plan: Plan, row: Row, *, dated: bool = True) -> None:
        self.plan, self.row, self.output, self.dated = plan, row, row.output, dated
        self.scores = {score.evaluator: score for score in row.scores}
        self.failure = self.output.failure if self.output.status == "failed" else None

    @property
    def is_called(self) -> bool:
        """Whether a model was called for the row, with success or without."""
        if self.plan.config.task.kind == "code":
            return False
        failure = self.failure
        return failure is None or (failure.kind in MODEL_FAILURES and failure.attempts > 0)

    @property
    def is_begun(self) -> bool:
        """Whether anything ran for the row."""
        return self.failure is None or self.output.latency > 0

    def span(self, slot: int, fields: Content) -> tuple[SpanPlace, Content]:
        """A span in its place; what every span has, and what only this one has."""
        place = SpanPlace(self.row.ordinal, slot)
        identifier = span_id(self.plan.evaluation_id, place)
        parent = TASK if slot == CALL else ROOT
        parents = None if slot == ROOT else [span_id(self.plan.evaluation_id, SpanPlace(self.row.ordinal, parent))]
        every: Content = {
            "id": identifier,
            "span_id": identifier,
            "root_span_id": span_id(self.plan.evaluation_id, SpanPlace(self.row.ordinal, ROOT)),
            "span_parents": parents,  # type: ignore[dict-item]
            "created": self.began.isoformat(),
        }
        return place, {**every, **fields}

    @property
    def began(self) -> datetime:
        """When the row was begun, as far as it is known."""
        return self.output.created_at - timedelta(seconds=self.output.latency)

    def times(self) -> Content:
        """When the task began and ended, in seconds since 1970; nothing where it never began."""
        if not self.is_begun:
            return {}
        end = seconds(self.output.created_at) if self.dated else self.output.latency
        return {"start": end - self.output.latency, "end": end}

    def root(self) -> Content:
        """The row itself."""
        datapoint = self.row.datapoint
        return {
            "span_attributes": {"type": "eval", "name": "eval", "exec_counter": self.row.ordinal},
            "inputs": datapoint.inputs,
            "output": said(self.output),
            "target": datapoint.target,
            "metadata": {**datapoint.metadata, **self.scorer_errors()},
            "tags": list(datapoint.tags),
            "origin": self.origin(),
            **fault(self.failure),
            "metrics": self.times(),
        }

    def keyed(self, names: frozenset[str]) -> Content:
        """The root with whatever else tells its datapoint from others, as far as it is asked for by `names`."""
        found = self.root() if names - GIVEN else {"inputs": self.row.datapoint.inputs}
        messages: JsonValue = [one.wire() for one in self.row.datapoint.messages]
        return {**found, "messages": messages} if messages else found

    def origin(self) -> JsonValue:
        """Which row of a dataset it is; a row that came with the request may say for itself."""
        datapoint, dataset = self.row.datapoint, self.plan.dataset
        if not dataset.name or datapoint.transaction is None:
            return datapoint.origin
        return {
            "object_type": "dataset",
            "object_id": dataset.dataset_id,
            "id": datapoint.id,
            "_xact_id": str(datapoint.transaction),
            "created": datapoint.created,
        }

    def scorer_errors(self) -> Content:
        """What went wrong in scorers, by their names; nothing where nothing did."""
        failed = {
            score.evaluator: score.failure.message for score in self.scores.values() if not isinstance(score, Score)
        }
        if not failed:
            return {}
        names = {version.id: version.name for version in self.plan.evaluators}
        return {"scorer_errors": {names[evaluator]: message for evaluator, message in failed.items()}}

    def task(self) -> Content:
        """What ran for the row."""
        return {
            "span_attributes": {"type": "task", "name": "task"},
            "inputs": self.row.datapoint.inputs,
            "output": said(self.output),
            **fault(self.failure),
            "metrics": self.times(),
        }

    def call(self) -> Content:
        """The model that was called."""
        message = self.output.message.wire() if isinstance(self.output, Output) else None
        model = self.plan.model
        return {
            "span_attributes": {"type": "llm", "name": model.model},
            "inputs": [one.wire() for one in self.plan.config.task.messages_for(self.row.datapoint)],
            "output": message,
            "metadata": {"model": model.model, "provider": model.provider},
            **fault(self.failure),
            "metrics": self.call_metrics(),
        }

    def call_metrics(self) -> Content:
        """The call's times and tokens; where answers are kept, whether it is one of them, which cost nothing."""
        if not isinstance(self.output, Output):
            return self.times()
        hit: Content = {"cached": int(self.output.is_cached)} if self.plan.cache else {}
        free: Content = {"estimated_cost": 0} if self.output.is_cached else {}
        return {**self.times(), **counted(self.output.usage), **hit, **free}

    def scorer(self, version: EvaluatorVersion, score: AnyScore) -> Content:
        """A scorer's verdict, or how it failed."""
        datapoint = self.row.datapoint
        given: Content = {
            "input": datapoint.inputs,
            "output": said(self.output),
            "expected": datapoint.target,
            "metadata": dict(datapoint.metadata),
        }
        return {
            "span_attributes": {"type": "score", "name": version.name, "purpose": "scorer"},
            "inputs": given,
            **verdict(version, score),
            "metrics": judged(score.judgement) if score.judgement else {},
        }


def seconds(moment: datetime) -> float:
    """A moment in seconds since 1970."""
    return (moment - EPOCH).total_seconds()


def said(output: AnyOutput) -> JsonValue:
    """What the task said; nothing where it failed."""
    return output.value if output.status == "ok" else None


def token_counts(usage: Usage) -> dict[str, int]:
    """Tokens by the names of their metrics, as far as the provider counted them."""
    every = {
        "prompt_tokens": usage.prompt_tokens,
        "completion_tokens": usage.output_tokens,
        "prompt_cached_tokens": usage.cached_tokens,
        "prompt_cache_creation_tokens": usage.cache_creation_tokens,
        "completion_reasoning_tokens": usage.reasoning_tokens,
    }
    return {name: count for name, count in every.items() if count is not None}


def counted(usage: Usage) -> Content:
    """The same with how many they are together."""
    known = token_counts(usage)
    total = known.get("prompt_tokens", 0) + known.get("completion_tokens", 0)
    return {**known, "tokens": total} if known else {}


def judged(judgement: Judgement) -> Content:
    """What a judging model counted, and how many of its answers were given before."""
    return {**counted(judgement.usage), **({"cached": judgement.cached} if judgement.cached else {})}


def verdict(version: EvaluatorVersion, score: AnyScore) -> Content:
    """The scores of a scorer's span, with its output; or its error."""
    if not isinstance(score, Score):
        return fault(score.failure)
    named = named_scores(version, score)
    outputs: Content = {each.name: {"score": each.value} for each in named}
    reason: Content = {"rationale": score.reason} if score.reason else {}
    return {
        "scores": {each.name: each.value for each in named},
        "output": {"score": named[0].value} if len(named) == 1 else outputs,
        "metadata": {**reason, **{name: value for each in named for name, value in each.metadata.items()}},
    }


def named_scores(version: EvaluatorVersion, score: Score) -> tuple[NamedScore, ...]:
    """A scorer's scores by their names."""
    return score.named or (NamedScore(name=version.name, value=number(score.value)),)


def fault(failure: Failure | None) -> Content:
    """What went wrong, if anything did; `error_kind` is for ourselves."""
    return {"error": failure.message, "error_kind": failure.kind} if failure else {"error": None}
