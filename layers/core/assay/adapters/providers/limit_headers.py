"""What providers say of their limits in the headers of their answers."""

import math
import re
from collections.abc import Iterator
from datetime import datetime
from email.utils import parsedate_to_datetime

import httpx

OPENAI = re.compile(r"x-ratelimit-remaining-(\w+)")
ANTHROPIC = re.compile(r"anthropic-ratelimit-([\w-]+)-remaining")
DURATION = re.compile(r"(?:(\d+)h)?(?:(\d+)m(?!s))?(?:(\d+(?:\.\d+)?)s)?(?:(\d+(?:\.\d+)?)ms)?")
"""`6m0s`, `1.5s`, `20ms`: how OpenAI writes the time until a limit is reset."""
LONGEST = 86400.0
"""Seconds: no provider is believed to want a longer pause, and no state of a state machine waits for ever."""


def pause(headers: httpx.Headers) -> float:
    """Seconds until the last of those limits is reset of which nothing remains; 0 where something remains of all.

    Less than nothing is what some say of a limit that there is not.
    """
    return max((reset for remaining, reset in limits(headers) if number(remaining) == 0), default=0)


def limits(headers: httpx.Headers) -> Iterator[tuple[str, float]]:
    """What remains of each limit, and in how many seconds it is reset."""
    for name, value in headers.items():
        if found := OPENAI.fullmatch(name):
            yield value, duration(headers.get(f"x-ratelimit-reset-{found[1]}", ""))
        elif found := ANTHROPIC.fullmatch(name):
            moment = headers.get(f"anthropic-ratelimit-{found[1]}-reset", "")
            yield value, seconds_until(iso(moment), date(headers.get("date", ""))) or 0


def duration(text: str) -> float:
    """Seconds; 0 where it is no duration."""
    found = DURATION.fullmatch(text)
    hours, minutes, seconds, milliseconds = (float(part or 0) for part in found.groups()) if found else (0, 0, 0, 0)
    return believable(hours * 3600 + minutes * 60 + seconds + milliseconds / 1000)


def retry_after(headers: httpx.Headers) -> float | None:
    """Seconds that the provider asks us to wait: `retry-after-ms`, or `retry-after` as seconds or as a date."""
    if (milliseconds := number(headers.get("retry-after-ms", ""))) is not None:
        return believable(milliseconds / 1000)
    text = headers.get("retry-after", "")
    if (seconds := number(text)) is not None:
        return believable(seconds)
    return seconds_until(date(text), date(headers.get("date", "")))


def seconds_until(moment: datetime | None, now: datetime | None) -> float | None:
    """Seconds from one moment to another, both by the provider's clock; None where one of them is unknown."""
    return believable((moment - now).total_seconds()) if moment and now else None


def believable(seconds: float) -> float:
    """The pause, not below nothing and not for longer than anybody can mean."""
    return min(max(seconds, 0), LONGEST)


def number(text: str) -> float | None:
    """The number; None where it is none."""
    try:
        found = float(text)
    except ValueError:
        return None
    return None if math.isnan(found) else found


def date(text: str) -> datetime | None:
    """An HTTP date."""
    try:
        found = parsedate_to_datetime(text)
    except ValueError:
        return None
    return found if found.tzinfo else None


def iso(text: str) -> datetime | None:
    """An RFC 3339 moment."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else None
