"""How alike two texts are: 1 less the share of edits that it takes to make one of the other."""

from polyleven import levenshtein as distance

from assay.domain.evaluators.global_scorer import Arguments, CannotScore, GlobalScore
from assay.domain.evaluators.pure.javascript import code_units, text_of
from assay.domain.value import JsonValue

MOST = 10**10
"""The largest product of two lengths that is compared: about two seconds."""


def levenshtein(arguments: Arguments) -> GlobalScore:
    """Anything but text is compared as JavaScript shows it in text."""
    return GlobalScore(name="Levenshtein", score=likeness(arguments.output, arguments.required()))


def likeness(output: JsonValue, expected: JsonValue) -> float:
    """Between 0 and 1. Raises CannotScore where the texts are too long."""
    ours, theirs = code_units(text_of(output)), code_units(text_of(expected))
    if len(ours) * len(theirs) > MOST:
        raise CannotScore(f"The texts are too long to compare: {len(ours):,} and {len(theirs):,} characters.")
    longest = max(len(ours), len(theirs))
    return 1 - distance(ours, theirs) / longest if longest else 1
