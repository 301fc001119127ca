"""Traces: one run of a row, taken together with whatever ran beneath it, as a comparison of experiments reads it."""

import math
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from assay.domain.error_groups import group_of_row, group_of_score
from assay.domain.fault import Fault
from assay.domain.metric_names import COUNTED, NO_METRICS
from assay.domain.price import Price
from assay.domain.price import total as total_cost
from assay.domain.statistics.items import ErrorGroup
from assay.domain.statistics.tally import Tally

TOKENS = tuple(name for name in COUNTED if name.startswith(("prompt_", "completion_")))
PRICED = ("prompt_tokens", "completion_tokens", "prompt_cached_tokens", "prompt_cache_creation_tokens")
"""What a price is of, in the order in which Price.of takes them."""
PriceOf = Callable[[str, str], Price | None]
"""The price of a provider's model; None where nobody knows it."""


class SpanFacts(NamedTuple):
    """What a summary reads of a span. `scores_others` says that it is a scorer, whose cost is not the task's."""

    id: str
    parent: str | None
    kind: str
    scores_others: bool
    has_failed: bool
    scores: Mapping[str, float | None]
    metrics: Mapping[str, float]
    model: tuple[str, str] | None = None
    """Who serves the model that was called, and what it is called."""
    name: str = ""
    failure: str | None = None
    """What kind of error it was, where that is known."""
    message: str = ""
    """What the error says."""

    @property
    def is_scorer(self) -> bool:
        """Whether it judges the row, with success or without."""
        return self.scores_others or self.kind == "score"

    @property
    def has_judged(self) -> bool:
        """Whether a scorer came to a result; one that failed may have scores all the same."""
        return not self.has_failed or bool(self.scores)

    @property
    def seconds(self) -> float | None:
        """How long it took."""
        start, end = self.metrics.get("start"), self.metrics.get("end")
        return None if start is None or end is None else end - start


class Trace(NamedTuple):
    """What one run of a row came to. `key` is equal where two runs may be compared, None where none may."""

    key: str | None
    scores: Mapping[str, float]
    metrics: Mapping[str, float]
    judged: Mapping[str, Mapping[str, float | None]] = {}
    """What each evaluator said, under the names of its scores."""
    let_down: Mapping[str, ErrorGroup] = {}
    """The evaluators that failed."""
    failure: ErrorGroup | None = None
    """Why there is no output, if there is none."""
    cluster: str | None = None
    """What the datapoint belongs to."""
    faults: tuple[Fault, ...] = ()
    """Why there is no output, or not each score."""

    def add_to(self, tally: Tally, item: int, givers: dict[str, str]) -> None:
        """Adds what became of the row to what is known of its datapoint.

        `givers` are the evaluators that first gave each score: whoever gives it now, it counts as theirs.
        """
        tally.row(item)
        if self.failure:
            tally.fail(item, self.failure)
        judged = self.by_giver(givers)
        for evaluator, scores in judged.items():
            tally.judge(evaluator, item, scores)
        for evaluator, group in self.let_down.items():
            if evaluator not in judged:
                tally.let_down(evaluator, item, group)

    def by_giver(self, givers: dict[str, str]) -> dict[str, dict[str, float | None]]:
        """The scores of each evaluator; of several by one name the last that there is."""
        found = {evaluator: dict[str, float | None]() for evaluator in self.judged}
        for evaluator, scores in self.judged.items():
            for name in scores:
                giver = givers.setdefault(name, evaluator)
                found.setdefault(giver, {})[name] = self.scores.get(name)
        return found


def trace_of(key: str | None, spans: Iterable[SpanFacts], price_of: PriceOf) -> Trace:
    """The trace of a root span and all beneath it (contracts/braintrust.md §6.1, §6.2)."""
    every = list(spans)
    own = outside_scorers(every)
    scores = {name: value for span in every for name, value in span.scores.items() if value is not None}
    metrics: dict[str, float] = {**counts(every, own), **tokens(own), **customs(own)}
    metrics |= {name: value for name, value in (("estimated_cost", cost(own, price_of)), ("duration", duration(every)))
                if value is not None}  # fmt: skip
    judges = {span.name: span for span in every if span.is_scorer}
    failed = None if judges else failed_row(every)
    silent = [span for span in judges.values() if not span.has_judged]
    return Trace(
        key,
        scores,
        metrics,
        judged={**noted(every), **{name: span.scores for name, span in judges.items() if span.has_judged}},
        let_down={span.name: group_of_score(span.failure) for span in silent},
        failure=group_of_row(failed.failure) if failed else None,
        faults=tuple(map(fault_of, [failed] if failed else silent)),
    )


def fault_of(span: SpanFacts) -> Fault:
    """What is wrong with a span that failed: a scorer's, or that of a row."""
    return Fault(span.name if span.is_scorer else None, span.failure or "reported", span.message)


def noted(every: list[SpanFacts]) -> dict[str, Mapping[str, float | None]]:
    """Scores that nobody's own span gave: each is an evaluator by itself."""
    return {name: {name: value} for span in every if not span.is_scorer for name, value in span.scores.items()}


def failed_row(every: list[SpanFacts]) -> SpanFacts | None:
    """The span that says why nobody judged the row: its root or its task failed."""
    if any(span.scores for span in every):
        return None
    failed = (span for span in every if span.has_failed and (span.parent is None or span.kind == "task"))
    return next(failed, None)


def outside_scorers(spans: list[SpanFacts]) -> list[SpanFacts]:
    """The spans that neither are scorers nor lie beneath one."""
    scoring = {span.id for span in spans if span.scores_others}
    while beneath := {span.id for span in spans if span.parent in scoring} - scoring:
        scoring |= beneath
    return [span for span in spans if span.id not in scoring]


def counts(every: list[SpanFacts], own: list[SpanFacts]) -> dict[str, float]:
    """Calls outside scorers, and errors wherever they happened."""
    failed = [span for span in every if span.has_failed]
    return {
        "llm_calls": of_kind(own, "llm"),
        "tool_calls": of_kind(own, "tool"),
        "errors": len(failed),
        "llm_errors": of_kind(failed, "llm"),
        "tool_errors": of_kind(failed, "tool"),
    }


def of_kind(spans: list[SpanFacts], kind: str) -> int:
    """How many are of a kind."""
    return sum(span.kind == kind for span in spans)


def tokens(own: list[SpanFacts]) -> dict[str, float]:
    """The sums of tokens; a span that does not say its total has prompt + completion."""
    sums = {name: math.fsum(span.metrics.get(name, 0) for span in own) for name in TOKENS}
    return sums | {"total_tokens": math.fsum(map(total, own))}


def total(span: SpanFacts) -> float:
    """All tokens of a span."""
    said = span.metrics.get("tokens")
    both = span.metrics.get("prompt_tokens", 0) + span.metrics.get("completion_tokens", 0)
    return both if said is None else said


def customs(own: list[SpanFacts]) -> dict[str, float]:
    """The sums of metrics that nobody knows but those who sent them."""
    sums: dict[str, float] = {}
    for span in own:
        for name, value in span.metrics.items():
            if name not in NO_METRICS:
                sums[name] = sums.get(name, 0) + value
    return sums


def cost(own: list[SpanFacts], price_of: PriceOf) -> float | None:
    """Dollars for the task's model calls; None where one of them has no known price, or nothing was called."""
    paid = [cost_of(span, price_of) for span in own if span.kind == "llm" or "estimated_cost" in span.metrics]
    return total_cost(paid) if paid else None


def cost_of(span: SpanFacts, price_of: PriceOf) -> float | None:
    """Dollars for one call: as the span says, or by the model's price."""
    if "estimated_cost" in span.metrics:
        return span.metrics["estimated_cost"]
    price = price_of(*span.model) if span.model else None
    return price.of(*(int(span.metrics.get(name, 0)) for name in PRICED)) if price else None


def duration(every: list[SpanFacts]) -> float | None:
    """The mean seconds of the task's spans; the root's own where there is none."""
    tasks = [span.seconds for span in every if span.kind == "task"]
    if not tasks:
        tasks = [span.seconds for span in every if span.parent is None]
    known = [seconds for seconds in tasks if seconds is not None]
    return math.fsum(known) / len(known) if known else None
