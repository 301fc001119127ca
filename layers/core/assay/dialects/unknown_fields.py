"""Fields that nobody knows, where passing them over would run something else than what was meant."""

from collections.abc import Collection, Iterator
from difflib import get_close_matches
from typing import Any

LIKE, MISSPELT = 0.6, 0.8
"""How alike two names are (difflib's ratio) where one may have been meant, and where it surely was."""


def stray(given: Any, known: Collection[str], elsewhere: Collection[str] = ()) -> str | None:
    """What is wrong with the first field that is not known; None where all are. It may be meant `elsewhere`, too."""
    every = (*known, *elsewhere)
    return next((f"{name} is not a field{meant(name, every, LIKE)}." for name in unknown(given, known)), None)


def misspelt(given: Any, known: Collection[str]) -> str | None:
    """What is wrong with the first field that is nearly a known one; clients may send others that we do not know."""
    near = ((name, meant(name, known, MISSPELT)) for name in unknown(given, known))
    return next((f"{name} is not a field{hint}." for name, hint in near if hint), None)


def unknown(given: Any, known: Collection[str]) -> Iterator[str]:
    """The fields that say something and are not known."""
    pairs = given.items() if isinstance(given, dict) else ()
    return (name for name, value in pairs if value is not None and name not in known)


def meant(name: str, known: Collection[str], likeness: float) -> str:
    """The field that was meant, in brackets; nothing where none is like it."""
    near = get_close_matches(name, known, n=1, cutoff=likeness)
    return f" (is {near[0]} meant?)" if near else ""
