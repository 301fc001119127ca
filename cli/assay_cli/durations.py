"""Lengths of time as people type them: `90d`, `12h`, `30m`, `45s`."""

import re
from datetime import timedelta

import typer

UNITS = {"d": "days", "h": "hours", "m": "minutes", "s": "seconds"}
FORM = re.compile(r"([0-9]{1,6})([dhms])")


def duration(text: str) -> timedelta:
    """The length of time. Raises BadParameter for what is none."""
    found = FORM.fullmatch(text)
    if found is None:
        raise typer.BadParameter("a number and a unit, such as 90d, 12h, 30m or 45s")
    return timedelta(**{UNITS[found[2]]: int(found[1])})
