"""How alike two JSON values are, part by part."""

from collections.abc import Iterable
from functools import reduce
from operator import add

from assay.domain.evaluators.global_scorer import Arguments, GlobalScore
from assay.domain.evaluators.pure.javascript import keys, stringified
from assay.domain.evaluators.pure.levenshtein import likeness
from assay.domain.evaluators.pure.numeric_diff import nearness
from assay.domain.evaluators.pure.valid_json import structure
from assay.domain.value import JsonValue


def json_diff(arguments: Arguments) -> GlobalScore:
    """Text that holds an object or a list is compared as that, unless the scorer is told to `preserveStrings`."""
    is_parsed = not arguments.extra.get("preserveStrings")
    return GlobalScore(name="JSONDiff", score=sameness(arguments.output, arguments.expected, is_parsed=is_parsed))


def sameness(one: JsonValue, other: JsonValue, *, is_parsed: bool) -> float:
    """Between 0 and 1; of objects and lists the mean over their parts."""
    if is_parsed:
        one, other = structure(one), structure(other)
    if isinstance(one, dict) and isinstance(other, dict):
        names = keys([*keys(one), *keys(other)])
        return mean((sameness(one.get(name), other.get(name), is_parsed=is_parsed) for name in names), len(names))
    if isinstance(one, list) and isinstance(other, list):
        pairs = zip(one, other, strict=False)
        return mean((sameness(ours, theirs, is_parsed=is_parsed) for ours, theirs in pairs), max(len(one), len(other)))
    return likeness_of_parts(one, other)


def likeness_of_parts(one: JsonValue, other: JsonValue) -> float:
    """Values that are not both objects nor both lists: what is of two kinds is compared as text."""
    if one is None or other is None:
        return float(one is other)
    if isinstance(one, str) and isinstance(other, str):
        return likeness(one, other)
    if is_number(one) and is_number(other):
        return nearness(one, other)
    return likeness(stringified(one, is_sorted=True), stringified(other, is_sorted=True))


def is_number(value: JsonValue) -> bool:
    """Whether it is a number; a boolean is none."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def mean(scores: Iterable[float], count: int) -> float:
    """The mean of `count` scores, those that are missing being 0; 1 where there is nothing to compare."""
    return reduce(add, scores, 0.0) / count if count else 1  # added one by one, as JavaScript does, to the last digit
