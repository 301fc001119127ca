"""The header Prefer is read as RFC 7240 writes it, or refused."""

import pytest

from assay.dialects.preferences import preferences
from assay.domain.errors import InvalidRequest


@pytest.mark.parametrize(
    "headers",
    [
        ["estimate"],
        ["Estimate"],
        [" estimate = 1 "],
        ['estimate=""'],
        ["estimate; foo=bar"],
        ['wait=5;x="a, \\"estimate\\" b",estimate'],
        ["respond-async", "estimate"],
        [", ,estimate,"],
        ["estimate;;foo ; bar = 2"],
    ],
)
def test_an_estimate_is_preferred_however_that_is_written(headers):
    assert "estimate" in preferences(headers)


@pytest.mark.parametrize(
    "headers", [[], [""], ["respond-async"], ['wait="estimate"'], ["wait; estimate"], ["estimated"]]
)
def test_what_is_not_named_is_not_preferred(headers):
    assert "estimate" not in preferences(headers)


@pytest.mark.parametrize(
    "text", ['"estimate"', "estimate now", 'estimate="1', "estimate=1=2", "estimate: 1", "esti mate"]
)
def test_what_cannot_be_read_is_refused_and_not_passed_over(text):
    with pytest.raises(InvalidRequest, match="The header Prefer cannot be read at"):
        preferences(["respond-async", text])
