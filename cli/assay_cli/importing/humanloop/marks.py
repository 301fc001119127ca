"""What a resource was made of, at the end of its description: so that it is not made twice."""

import re
from collections.abc import Iterable
from typing import Any

from assay_cli.importing.humanloop.translate import LONGEST

MARK = re.compile(r"\[humanloop [^\]]+\]$")


def mark(*theirs: str) -> str:
    """The mark of what had these ids."""
    return f"[humanloop {' '.join(theirs)}]"


def described(text: str, source: str) -> str:
    """The text, shorter where it must be, and the mark."""
    return f"{text[: LONGEST - len(source) - 1]} {source}".strip()


def marked(resources: Iterable[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The resources that were made of an export, by their marks."""
    found = ((MARK.search(each.get("description") or ""), each) for each in resources)
    return {match[0]: each for match, each in found if match}
