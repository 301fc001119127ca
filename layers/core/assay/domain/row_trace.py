"""What a row of a run came to: what the trace of its spans says, without making one of them."""

from collections.abc import Mapping
from itertools import starmap

from assay.domain.error_groups import group_of_row, group_of_score
from assay.domain.fault import Fault
from assay.domain.metric_names import COUNTED
from assay.domain.score import Failure, Usage
from assay.domain.spans import RowSpans
from assay.domain.trace import PriceOf, Trace

NOTHING: Mapping[str, float] = dict.fromkeys(COUNTED, 0)
NO_USAGE = Usage()


def trace_of_row(key: str | None, row: RowSpans, price_of: PriceOf) -> Trace:
    """As trace_of all of the row's spans. Of evaluators by one name the last counts that there is."""
    said = [(version.name, row.scores[version.id]) for version in row.plan.evaluators if version.id in row.scores]
    given = [(name, score.by_name(name)) for name, score in said if score.status == "ok"]
    judged: dict[str, Mapping[str, float | None]] = dict(given)
    silent = dict[str, Failure]()
    if len(given) < len(said):
        last = dict(said)
        silent = {name: score.failure for name, score in last.items() if score.status == "failed"}
        judged = {name: score.by_name(name) for name, score in last.items() if score.status == "ok"}
    failure = None if said else row.failure
    return Trace(
        key,
        {name: value for _, scores in given for name, value in scores.items() if value is not None},
        metrics(row, len(said) - len(given), price_of),
        judged=judged,
        let_down={name: group_of_score(why.kind) for name, why in silent.items()},
        failure=group_of_row(failure.kind) if failure else None,
        faults=tuple(starmap(fault_of, [(None, failure)] if failure else silent.items())),
    )


def fault_of(evaluator: str | None, why: Failure) -> Fault:
    """What went wrong, in a row or in an evaluator."""
    return Fault(evaluator, why.kind, why.message)


def metrics(row: RowSpans, failed_scores: int, price_of: PriceOf) -> dict[str, float]:
    """Calls, errors, tokens, dollars and seconds. Where a row failed, so did its root, its task and its call."""
    called, failed = int(row.is_called), int(row.failure is not None)
    output = row.output if called and row.output.status == "ok" else None
    usage = output.usage if output else NO_USAGE
    prompt, said = usage.prompt_tokens or 0, usage.output_tokens or 0
    found: dict[str, float] = {
        **NOTHING,
        "llm_calls": called,
        "errors": failed_scores + failed * (2 + called),
        "llm_errors": failed * called,
        "prompt_tokens": prompt,
        "prompt_cached_tokens": usage.cached_tokens or 0,
        "prompt_cache_creation_tokens": usage.cache_creation_tokens or 0,
        "completion_tokens": said,
        "completion_reasoning_tokens": usage.reasoning_tokens or 0,
        "total_tokens": prompt + said,
    }
    if output and row.plan.cache:
        found["cached"] = int(output.is_cached)
    if called and (dollars := cost(row, usage, price_of)) is not None:
        found["estimated_cost"] = dollars
    if row.is_begun:
        found["duration"] = row.output.latency
    return found


def cost(row: RowSpans, usage: Usage, price_of: PriceOf) -> float | None:
    """Dollars for the row's call; None where its price is not known. What was said before costs nothing."""
    if row.output.status == "ok" and row.output.is_cached:
        return 0.0
    model = row.plan.model
    if (price := price_of(model.provider, model.model)) is None:
        return None
    return price.of(
        usage.prompt_tokens or 0,
        usage.output_tokens or 0,
        usage.cached_tokens or 0,
        usage.cache_creation_tokens or 0,
    )
