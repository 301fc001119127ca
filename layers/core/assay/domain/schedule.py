"""When a schedule fires, in EventBridge Scheduler's words: checked here, where a mistake can be named."""

import re
from datetime import datetime
from typing import NamedTuple
from zoneinfo import available_timezones

from assay.domain.errors import InvalidRequest

RATE = re.compile(r"[1-9][0-9]* (minute|hour|day)s?")
MOMENT = "%Y-%m-%dT%H:%M:%S"
MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
DAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
NEVER = re.compile(r"(?!)")


class CronField(NamedTuple):
    """One of a cron expression's fields: its numbers, other names for them from `low` on, and words of its own."""

    name: str
    low: int
    high: int
    names: tuple[str, ...] = ()
    words: re.Pattern[str] = NEVER

    def takes(self, text: str) -> bool:
        """Whether the field may say so: a list of items, or one of its words."""
        return all(self.words.fullmatch(item) or self.is_item(item) for item in text.split(","))

    def is_item(self, item: str) -> bool:
        """Whether it is everything, a value or a range of them, perhaps in steps."""
        span, slash, step = item.partition("/")
        first, dash, last = span.partition("-")
        is_span = span == "*" or (self.is_value(first) and (not dash or self.is_value(last)))
        return is_span and (not slash or (step.isdecimal() and int(step) > 0))

    def is_value(self, text: str) -> bool:
        """Whether it is one of the field's numbers, or another name for one."""
        return text.upper() in self.names or (text.isdecimal() and self.low <= int(text) <= self.high)


CRON = (
    CronField("minutes", 0, 59),
    CronField("hours", 0, 23),
    CronField("day-of-month", 1, 31, words=re.compile(r"\?|L|LW|([1-9]|[12][0-9]|3[01])W")),
    CronField("month", 1, 12, MONTHS),
    CronField("day-of-week", 1, 7, DAYS, words=re.compile(r"\?|L|[1-7]L|([1-7]|[A-Za-z]{3})#[1-5]")),
    CronField("year", 1970, 2199),
)


def require_timing(expression: str, timezone: str) -> None:
    """Raises InvalidRequest, which says what is wrong, unless a schedule can fire so."""
    kind, _, inside = expression.removesuffix(")").partition("(")
    checks = {"rate": require_rate, "cron": require_cron, "at": require_moment}
    if kind not in checks or not expression.endswith(")"):
        raise InvalidRequest(f"'{expression}' is none of rate(1 day), cron(0 3 * * ? *) and at(2030-01-31T03:00:00).")
    checks[kind](inside)
    known = available_timezones()
    if known and timezone not in known:
        raise InvalidRequest(f"'{timezone}' is no time zone such as UTC or Europe/Berlin.", ("timezone",))


def require_rate(text: str) -> None:
    """Raises InvalidRequest unless it is a number of minutes, hours or days."""
    if not RATE.fullmatch(text):
        raise InvalidRequest(f"rate({text}): say a whole number from 1 on, and minutes, hours or days.")


def require_moment(text: str) -> None:
    """Raises InvalidRequest unless it is a date and a time of day."""
    try:
        datetime.strptime(text, MOMENT)  # noqa: DTZ007 - the time zone stands beside it
    except ValueError as error:
        raise InvalidRequest(f"at({text}): say a moment such as 2030-01-31T03:00:00.") from error


def require_cron(text: str) -> None:
    """Raises InvalidRequest unless it is six fields, each of which may say so."""
    given = text.split()
    if len(given) != len(CRON):
        names = " ".join(field.name for field in CRON)
        raise InvalidRequest(f"cron({text}) has {len(given)} fields, and not the six {names}.")
    for field, said in zip(CRON, given, strict=True):
        if not field.takes(said):
            raise InvalidRequest(f"cron({text}): {field.name} cannot be '{said}' ({field.low} to {field.high}).")
    if (given[2] == "?") == (given[4] == "?"):
        raise InvalidRequest(f"cron({text}): one of day-of-month and day-of-week, and only one, is '?'.")
