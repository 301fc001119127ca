"""How near two numbers are, in proportion to their size."""

import math

from assay.domain.evaluators.global_scorer import Arguments, CannotScore, GlobalScore
from assay.domain.evaluators.pure.javascript import number_of
from assay.domain.value import JsonValue


def numeric_diff(arguments: Arguments) -> GlobalScore:
    """What JavaScript takes for a number is one, so text that spells one is too."""
    return GlobalScore(name="NumericDiff", score=nearness(arguments.output, arguments.required()))


def nearness(output: JsonValue, expected: JsonValue) -> float:
    """1 - |e - o| / (|e| + |o|), and 1 for two zeros. Raises CannotScore where that is no number."""
    if is_zero(output) and is_zero(expected):
        return 1
    theirs, ours = number_of(expected), number_of(output)
    size = abs(theirs) + abs(ours)
    score = 1 - abs(theirs - ours) / size if size else math.nan
    if math.isnan(score):
        raise CannotScore("NumericDiff compares numbers, and one of these is none.")
    return score


def is_zero(value: JsonValue) -> bool:
    """Whether it is the number 0; text and false are not."""
    return value == 0 and not isinstance(value, bool)
