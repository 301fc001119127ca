"""What a row of a run came to: what the trace of its spans says, without making one of them."""

from collections.abc import Mapping
from itertools import starmap

from assay.domain.error_groups import group_of_row, group_of_score
from assay.domain.fault import Fault
from assay.domain.score import Failure, Output, Score, Usage
from assay.domain.spans import RowSpans, token_counts
from assay.domain.trace import PRICED, TOKENS, PriceOf, Trace

NO_TOKENS = dict.fromkeys(TOKENS, 0.0)
NO_USAGE = Usage()


def trace_of_row(key: str | None, row: RowSpans, price_of: PriceOf) -> Trace:
    """As trace_of all of the row's spans. Of evaluators by one name the last counts that there is."""
    said = [(version.name, row.scores[version.id]) for version in row.plan.evaluators if version.id in row.scores]
    given = [score.by_name(name) for name, score in said if isinstance(score, Score)]
    last = dict(said)
    silent = {name: score.failure for name, score in last.items() if not isinstance(score, Score)}
    failure = None if said else row.failure
    return Trace(
        key,
        {name: value for scores in given for name, value in scores.items() if value is not None},
        metrics(row, len(said) - len(given), price_of),
        judged={name: score.by_name(name) for name, score in last.items() if isinstance(score, Score)},
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
    output = row.output if called and isinstance(row.output, Output) else None
    tokens = NO_TOKENS | token_counts(output.usage if output else NO_USAGE)
    found: dict[str, float] = {
        "llm_calls": called,
        "tool_calls": 0,
        "errors": failed_scores + failed * (2 + called),
        "llm_errors": failed * called,
        "tool_errors": 0,
        **tokens,
        "total_tokens": tokens["prompt_tokens"] + tokens["completion_tokens"],
    }
    if output and row.plan.cache:
        found["cached"] = int(output.is_cached)
    if called and (dollars := cost(row, tokens, price_of)) is not None:
        found["estimated_cost"] = dollars
    if row.is_begun:
        found["duration"] = row.output.latency
    return found


def cost(row: RowSpans, tokens: Mapping[str, float], price_of: PriceOf) -> float | None:
    """Dollars for the row's call; None where its price is not known. What was said before costs nothing."""
    if isinstance(row.output, Output) and row.output.is_cached:
        return 0.0
    model = row.plan.config.task.as_model()
    price = price_of(model.provider, model.model)
    return price.of(*(int(tokens[name]) for name in PRICED)) if price else None
