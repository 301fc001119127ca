"""Scorers that have a name everywhere: what they are called, what they are given, and what they say.

Names: contracts/braintrust.md §4.8. What each needs besides an output comes from the row's metadata or from the
scorer's own configuration, which wins: what its author fixed, no row changes by accident.
"""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from pydantic import Field

from assay.domain.errors import AssayError
from assay.domain.score import Number
from assay.domain.value import JsonValue, Value

PURE_SCORERS = frozenset({"ExactMatch", "Levenshtein", "NumericDiff", "JSONDiff", "ValidJSON", "ListContains"})
ALIASES = {"LevenshteinScorer": "Levenshtein"}
MODEL_SCORERS: Mapping[str, tuple[str, ...]] = {
    "AnswerCorrectness": ("input", "expected"),
    "AnswerRelevancy": ("input", "context"),
    "AnswerSimilarity": ("expected",),
    "Battle": ("instructions", "expected"),
    "ClosedQA": ("input", "criteria"),
    "ContextEntityRecall": ("expected", "context"),
    "ContextPrecision": ("input", "expected", "context"),
    "ContextRecall": ("input", "expected", "context"),
    "ContextRelevancy": ("input", "context"),
    "EmbeddingSimilarity": ("expected",),
    "Factuality": ("input", "expected"),
    "Faithfulness": ("input", "context"),
    "Humor": (),
    "Moderation": (),
    "Possible": ("input",),
    "Security": (),
    "Sql": ("input", "expected"),
    "Summary": ("input", "expected"),
    "Translation": ("input", "expected", "language"),
}
"""Those that ask a model, and what each needs beside the output."""
NEAR = 0.6
"""How alike two names are (difflib's ratio) where one may have been meant."""
EMBEDDING = frozenset({"AnswerSimilarity", "EmbeddingSimilarity"})
"""Those whose model makes embeddings."""
EMBEDDING_BESIDE = frozenset({"AnswerCorrectness", "AnswerRelevancy", "ContextEntityRecall"})
"""Those that want embeddings, too, beside what their model says."""
MODERATING = "Moderation"
DEFAULT_MODEL = "gpt-4o"
DEFAULT_EMBEDDER = "text-embedding-ada-002"
DEFAULT_MODERATOR = "omni-moderation-latest"
SETTINGS = ("use_cot", "max_tokens", "temperature")
"""What an author may fix of the way in which a model is asked, beside the `model`; no row's metadata can."""
OWN_SETTINGS: Mapping[str, tuple[str, ...]] = {
    "AnswerCorrectness": ("factuality_weight", "answer_similarity_weight"),
    "AnswerRelevancy": ("strictness",),
    "EmbeddingSimilarity": ("prefix", "expected_min"),
    MODERATING: ("threshold",),
}
"""What else an author may fix of some."""
MOST_QUESTIONS = 10
"""The most that `strictness` may ask for."""


def nearest(name: str) -> str | None:
    """The scorer that may have been meant by a name that is none's, whatever its case; None where none is like it."""
    every = {folded(one): one for one in (*PURE_SCORERS, *MODEL_SCORERS)}
    near = get_close_matches(folded(name), sorted(every), n=1, cutoff=NEAR)
    return every[near[0]] if near else None


def folded(name: str) -> str:
    """A name as it is compared: snake_case and CamelCase are alike."""
    return name.replace("_", "").replace("-", "").casefold()


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


def settings(name: str, config: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """What the configuration fixes of the way in which a model is asked. Raises CannotScore."""
    questions = config.get("strictness", 1)
    if not (isinstance(questions, int) and 1 <= questions <= MOST_QUESTIONS):
        raise CannotScore(f"strictness: a number of questions, from 1 to {MOST_QUESTIONS}.")
    return {word: config[word] for word in (*SETTINGS, *OWN_SETTINGS.get(name, ())) if word in config}
