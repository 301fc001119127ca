"""The pure scorers by name."""

from collections.abc import Callable, Mapping

from assay.domain.evaluators.global_scorer import ALIASES, Arguments, CannotScore, GlobalScore
from assay.domain.evaluators.pure.exact_match import exact_match
from assay.domain.evaluators.pure.json_diff import json_diff
from assay.domain.evaluators.pure.levenshtein import levenshtein
from assay.domain.evaluators.pure.list_contains import list_contains
from assay.domain.evaluators.pure.numeric_diff import numeric_diff
from assay.domain.evaluators.pure.valid_json import valid_json

SCORERS: Mapping[str, Callable[[Arguments], GlobalScore]] = {
    "ExactMatch": exact_match,
    "JSONDiff": json_diff,
    "Levenshtein": levenshtein,
    "ListContains": list_contains,
    "NumericDiff": numeric_diff,
    "ValidJSON": valid_json,
}


def score(name: str, arguments: Arguments) -> GlobalScore:
    """What the pure scorer of that name says. Raises CannotScore."""
    try:
        return SCORERS[ALIASES.get(name, name)](arguments)
    except RecursionError as error:
        raise CannotScore("The values are nested too deeply to compare.") from error
