"""Lengths of time, as they are typed."""

from datetime import timedelta

import pytest
import typer

from assay_cli.durations import duration


@pytest.mark.parametrize(
    ("text", "meant"),
    [("90d", {"days": 90}), ("12h", {"hours": 12}), ("30m", {"minutes": 30}), ("45s", {"seconds": 45}), ("0s", {})],
)
def test_a_number_and_a_unit_are_a_length_of_time(text, meant):
    assert duration(text) == timedelta(**meant)


@pytest.mark.parametrize("text", ["", "90", "d", "1w", "-1d", "1.5h", "1h30m", " 1h", "9999999d"])
def test_anything_else_is_none(text):
    with pytest.raises(typer.BadParameter):
        duration(text)
