"""How much two lists of texts have in common, each item paired with one item of the other list at most."""

from assay.domain.evaluators.global_scorer import Arguments, CannotScore, GlobalScore
from assay.domain.evaluators.pure.assignment import best_pairs
from assay.domain.evaluators.pure.levenshtein import likeness
from assay.domain.value import JsonValue

MOST_ITEMS = 200
"""In either list: pairing takes time as the cube of that, here about two seconds."""


def list_contains(arguments: Arguments) -> GlobalScore:
    """The likeness of the best pairs; items too many count against it, unless `allowExtraEntities` lets them off."""
    expected, output = items(arguments.required()), items(arguments.output)
    if not output or not expected:
        return GlobalScore(name="ListContains", score=float(not output and not expected))
    likenesses = [[likeness(ours, theirs) for theirs in expected] for ours in output]
    pairs = best_pairs(likenesses)
    count = len(expected) if arguments.extra.get("allowExtraEntities") else max(len(output), len(expected))
    score = min(sum(likenesses[ours][theirs] for ours, theirs in pairs) / count, 1)
    found: list[JsonValue] = [
        {"output": output[ours], "expected": expected[theirs], "score": likenesses[ours][theirs]}
        for ours, theirs in pairs
    ]
    return GlobalScore(name="ListContains", score=score, metadata={"pairs": found})


def items(value: JsonValue) -> list[JsonValue]:
    """The items of a list, which an empty text stands for too. Raises CannotScore for anything else."""
    if value == "":
        return []
    if not isinstance(value, list):
        raise CannotScore("ListContains compares lists, and one of these is none.")
    if len(value) > MOST_ITEMS:
        raise CannotScore(f"ListContains compares lists of up to {MOST_ITEMS} items; one has {len(value):,}.")
    return value
