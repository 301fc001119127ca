"""Expressions of schedules: what EventBridge Scheduler documents is taken, and what is wrong with others is said."""

import pytest

from assay.domain.errors import InvalidRequest
from assay.domain.schedule import require_timing


def problem_with(expression, timezone="UTC"):
    """What is said against a timing; None where it is taken."""
    try:
        require_timing(expression, timezone)
    except InvalidRequest as error:
        return str(error)
    return None


@pytest.mark.parametrize(
    "expression",
    [
        "rate(1 day)",
        "rate(5 minutes)",
        "rate(12 hours)",
        "cron(0 3 * * ? *)",
        "cron(15 10 ? * 6L 2022-2023)",
        "cron(0/15 8-17 ? * MON-FRI *)",
        "cron(0 18 ? * mon,wed *)",
        "cron(0 9 L * ? *)",
        "cron(0 9 3W 1,JUL ? *)",
        "cron(0 9 ? * TUE#2 *)",
        "cron(30 12 1-15/2 */3 ? 2199)",
        "at(2030-01-31T03:00:00)",
    ],
)
def test_what_scheduler_understands_is_taken(expression):
    assert problem_with(expression, "Europe/Berlin") is None


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ("every day", "none of rate"),
        ("rate(1 day", "none of rate"),
        ("Rate(1 day)", "none of rate"),
        ("rate(0 days)", "whole number"),
        ("rate(1.5 hours)", "whole number"),
        ("rate(2 weeks)", "minutes, hours or days"),
        ("cron(0 3 * * ?)", "5 fields"),
        ("cron(60 3 * * ? *)", "minutes cannot be '60'"),
        ("cron(0 24 * * ? *)", "hours cannot be '24'"),
        ("cron(0 3 0 * ? *)", "day-of-month cannot be '0'"),
        ("cron(0 3 ? 13 2 *)", "month cannot be '13'"),
        ("cron(0 3 ? * MONDAY *)", "day-of-week cannot be 'MONDAY'"),
        ("cron(0 3 ? * 2 2200)", "year cannot be '2200'"),
        ("cron(0/0 3 ? * 2 *)", "minutes cannot be '0/0'"),
        ("cron(5, 3 ? * 2 *)", "minutes cannot be '5,'"),
        ("cron(0 3 * * * *)", "only one, is '\\?'"),
        ("cron(0 3 ? * ? *)", "only one, is '\\?'"),
        ("at(tomorrow)", "say a moment"),
        ("at(2030-02-30T03:00:00)", "say a moment"),
    ],
)
def test_what_is_wrong_with_an_expression_is_said(expression, reason):
    with pytest.raises(InvalidRequest, match=reason):
        require_timing(expression, "UTC")


def test_a_time_zone_that_nobody_knows_is_named():
    with pytest.raises(InvalidRequest, match="Mars/Olympus"):
        require_timing("rate(1 day)", "Mars/Olympus")
