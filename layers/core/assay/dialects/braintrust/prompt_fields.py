"""What a prompt may say (contracts/braintrust.md §4.2): what nobody would read, though it was meant, is refused.

Parameters that we do not know are passed on to the model's provider, unless they are nearly one that we do.
"""

from collections.abc import Collection
from typing import Any

from assay.dialects.unknown_fields import misspelt, stray
from assay.domain.errors import InvalidRequest

Place = tuple[str | int, ...]

PROMPT = frozenset(
    {"prompt", "options", "parser", "preprocessor", "tool_functions", "template_format", "mcp", "origin"}
)
WORDING = frozenset({"type", "messages", "tools", "content"})
PARSER = frozenset({"type", "use_cot", "choice_scores", "choice", "allow_no_match"})
OPTIONS = frozenset({"model", "params", "position", "endpoint_name"})
PARAMS = frozenset(
    {
        "temperature", "top_p", "top_k", "top_a", "min_p", "n", "seed", "stop", "max_tokens", "max_completion_tokens",
        "max_output_tokens", "max_new_tokens", "min_tokens", "max_tokens_to_sample", "stop_sequences",
        "frequency_penalty", "presence_penalty", "repetition_penalty", "repeat_penalty", "logit_bias", "logprobs",
        "top_logprobs", "prompt_logprobs", "response_format", "tools", "tool_choice", "parallel_tool_calls",
        "functions", "function_call", "reasoning", "reasoning_effort", "reasoning_enabled", "reasoning_budget",
        "thinking", "verbosity", "use_cache", "user", "service_tier", "latency", "maxOutputTokens", "topP", "topK",
        "stopSequences", "frequencyPenalty", "presencePenalty",
    }
)  # fmt: skip
"""Of the vendor's schema, and those that providers and people often have beside it."""


def require_meant(prompt: Any, place: Place) -> None:
    """Raises InvalidRequest for a field of the prompt at `place` by which something else was meant."""
    options = within(prompt, "options")
    refuse(misspelt(prompt, PROMPT), place)
    refuse(misspelt(within(prompt, "prompt"), WORDING), (*place, "prompt"))
    refuse(misspelt(within(prompt, "parser"), PARSER), (*place, "parser"))
    refuse(stray(options, OPTIONS, elsewhere(PARAMS)), (*place, "options"))
    refuse(misspelt(within(options, "params"), PARAMS), (*place, "options", "params"))


def elsewhere(names: Collection[str]) -> list[str]:
    """The parameters, as they are called from where the options are."""
    return [f"params.{name}" for name in sorted(names)]


def within(given: Any, name: str) -> Any:
    """What an object has by that name; None where it has nothing, or is none."""
    return given.get(name) if isinstance(given, dict) else None


def refuse(fault: str | None, place: Place) -> None:
    """Raises InvalidRequest where there is a fault."""
    if fault is not None:
        raise InvalidRequest(f"{'.'.join(map(str, place))}: {fault}", place)
