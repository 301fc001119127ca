"""Scorers that have a name everywhere: what they are called, what they are given, and what they say.

Names: contracts/braintrust.md §4.8. What each needs besides an output comes from the row's metadata or from the
scorer's own configuration, which wins: what its author fixed, no row changes by accident.
"""

from collections.abc import Mapping
from typing import Any

from pydantic import Field

from assay.domain.errors import AssayError
from assay.domain.score import Number
from assay.domain.value import JsonValue, Value

PURE_SCORERS = frozenset({"ExactMatch", "Levenshtein", "NumericDiff", "JSONDiff", "ValidJSON", "ListContains"})
ALIASES = {"LevenshteinScorer": "Levenshtein"}
MODEL_SCORERS: Mapping[str, tuple[str, ...]] = {
    "Battle": ("instructions", "expected"),
    "ClosedQA": ("input", "criteria"),
    "ContextPrecision": ("input", "expected", "context"),
    "ContextRecall": ("input", "expected", "context"),
    "ContextRelevancy": ("input", "context"),
    "Factuality": ("input", "expected"),
    "Faithfulness": ("input", "context"),
    "Humor": (),
    "Possible": ("input",),
    "Security": (),
    "Sql": ("input", "expected"),
    "Summary": ("input", "expected"),
    "Translation": ("input", "expected", "language"),
}
"""Those that ask a model, and what each needs beside the output."""
DEFAULT_MODEL = "gpt-4o"
SETTINGS = ("use_cot", "max_tokens", "temperature")
"""What an author may fix of the way in which a model is asked, beside the `model`; no row's metadata can."""


class CannotScore(AssayError):
    """The scorer has no score to give: something that it needs is missing, or of the wrong kind."""


class Arguments(Value):
    """What a scorer is given of a row; `extra` holds the row's metadata and, above it, the scorer's configuration."""

    input: JsonValue = None
    output: JsonValue = None
    expected: JsonValue = None
    extra: dict[str, JsonValue] = Field(default_factory=dict)

    def required(self) -> JsonValue:
        """What is expected. Raises CannotScore where nothing is."""
        if self.expected is None:
            raise CannotScore("This scorer requires an expected value.")
        return self.expected


class GlobalScore(Value):
    """What a scorer says, as code of a user's own would return it."""

    name: str
    score: Number | None
    metadata: dict[str, JsonValue] | None = None

    def result(self) -> dict[str, JsonValue]:
        """The object that a `handler` would return."""
        result: dict[str, Any] = {"name": self.name, "score": self.score}
        return result if self.metadata is None else {**result, "metadata": self.metadata}


def arguments(
    row: Mapping[str, JsonValue], metadata: Mapping[str, JsonValue], config: Mapping[str, JsonValue]
) -> Arguments:
    """The arguments of a row, `row` holding its input, output and expected."""
    return Arguments.model_validate({**row, "extra": {**metadata, **config}})


def settings(config: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """What the configuration fixes of the way in which a model is asked."""
    return {name: config[name] for name in SETTINGS if name in config}
