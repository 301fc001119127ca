"""The names of metrics: those that are known, and how many of one's own an experiment may have."""

from collections.abc import Iterable

from assay.domain.errors import InvalidRequest
from assay.domain.rows import Event

COUNTED = (
    "llm_calls",
    "tool_calls",
    "errors",
    "llm_errors",
    "tool_errors",
    "prompt_tokens",
    "prompt_cached_tokens",
    "prompt_cache_creation_tokens",
    "prompt_cache_creation_5m_tokens",
    "prompt_cache_creation_1h_tokens",
    "completion_tokens",
    "completion_reasoning_tokens",
    "total_tokens",
)
"""What every trace has a number of, though it be 0."""
METRICS = (*COUNTED, "estimated_cost", "duration")
"""The known metrics in the order in which a summary lists them (contracts/braintrust.md §6.2)."""
NO_METRICS = frozenset({*METRICS, "start", "end", "tokens", "time_to_first_token", "llm_duration"})
"""What spans carry and no summary shows as a metric of one's own."""
MOST_NAMES, LONGEST_NAME = 500, 100


def names_of_metrics(events: Iterable[Event]) -> frozenset[str]:
    """The names of metrics that events give values to, but for those that are known."""
    given = (event.content.get("metrics") for event in events)
    found = {
        name for metrics in given if isinstance(metrics, dict) for name, value in metrics.items() if value is not None
    }
    return frozenset(found - NO_METRICS)


def together(known: Iterable[str], names: Iterable[str]) -> tuple[str, ...]:
    """Known names and more. Raises InvalidRequest where they are too many, or one is too long to be a name."""
    every = sorted({*known, *names})
    if long := next((name for name in every if len(name) > LONGEST_NAME), None):
        raise InvalidRequest(f"metrics: '{long}' has more than {LONGEST_NAME} characters.", ("metrics",))
    if len(every) > MOST_NAMES:
        raise InvalidRequest(
            f"metrics: the metrics of an experiment have at most {MOST_NAMES} names beside the known ones, and with "
            f"these there would be {len(every)}. A metric's name says what is measured, and is the same for every row.",
            ("metrics",),
        )
    return tuple(every)
