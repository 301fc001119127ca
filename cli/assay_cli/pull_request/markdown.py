"""A run in GitHub's Markdown. Nothing that anybody wrote can be markup there, a mention, a reference or a link."""

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from assay_cli.running.score_lines import COLUMNS, score_lines, verdicts

LONGEST_TEXT = 100
LONGEST_VERDICT = 200
MOST_SCORES = 30
MOST_BREACHES = 20
SAFE_IN_LINK = ":/?&=%.-_~"
INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Kinds of characters that nobody sees, and that may turn others around."""


def comment(file: str, summary: dict[str, Any], code: int) -> str:
    """The whole comment on a run of a file that has a summary."""
    gate, base = summary.get("gate"), summary.get("comparison_experiment_name")
    beside = f"beside {text(base)}" if base else "without a base"
    parts = [
        marker(file),
        f"### Assay: {text(summary['experiment_name'])} {verdict(gate, code)}",
        f"In {text(summary['project_name'])}, {beside}.",
        table(summary),
        "\n".join(
            f"- {text(name)}: {text(one.text, LONGEST_VERDICT)}" for name, one in verdicts(summary)[:MOST_SCORES]
        ),
        "\n".join(f"- {text(breach)}" for breach in (gate or {}).get("breaches", ())[:MOST_BREACHES]),
        link(summary["experiment_url"]),
    ]
    return "\n\n".join(part for part in parts if part)


def broken(file: str, problem: str) -> str:
    """The comment on a run that came to nothing."""
    return "\n\n".join([marker(file), f"### Assay: {text(file)} was not evaluated", text(problem)])


def marker(file: str) -> str:
    """What no reader sees, and by which the comment on runs of a file is found again."""
    return f"<!-- assay:{hashlib.sha256(file.encode(errors='replace')).hexdigest()[:16]} -->"


def verdict(gate: dict[str, Any] | None, code: int) -> str:
    """The run in a word or two."""
    if code not in {0, 1}:
        return "is not complete"
    if gate is None:
        return "is done"
    return "passes the gate" if gate["passed"] else "**fails the gate**"


def table(summary: dict[str, Any]) -> str:
    """The scores beside those of the base."""
    lines = score_lines(summary)
    if not lines:
        return "There are no scores."
    rows = [" | ".join([text(line.name), *line[1:]]) for line in lines[:MOST_SCORES]]
    more = [f"… and {len(lines) - MOST_SCORES} more"] if len(lines) > MOST_SCORES else []
    return "\n".join([" | ".join(COLUMNS), " | ".join(alignment(COLUMNS)), *rows, *more])


def alignment(columns: Sequence[str]) -> list[str]:
    """The line under a table's head: names to the left, numbers to the right."""
    return [":--", *["--:"] * (len(columns) - 1)]


def link(address: str) -> str:
    """A link to the report; none to what is no address."""
    if not re.match(r"https?://", address):
        return ""
    return f"[The whole report]({quote(address, safe=SAFE_IN_LINK)}) (the link ends after seven days)"


def text(written: object, longest: int = LONGEST_TEXT) -> str:
    """What somebody wrote, as code of which every sign is an entity: it is shown as it is, and means nothing."""
    line = " ".join(str(written).split())
    visible = "".join(letter for letter in line if unicodedata.category(letter) not in INVISIBLE)
    short = visible if len(visible) <= longest else f"{visible[:longest]}…"
    return f"<code>{''.join(entity(letter) for letter in short)}</code>"


def entity(letter: str) -> str:
    """A letter, a digit or a space as it is; anything else of ASCII by its number."""
    return letter if letter.isalnum() or letter == " " or not letter.isascii() else f"&#{ord(letter)};"
