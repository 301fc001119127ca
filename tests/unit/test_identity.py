"""Ids that say where a thing is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.domain.identity import datapoint_id, log_id, parse_datapoint_id

bodies = st.text("0123456789ABCXYZabcxyz", min_size=1, max_size=21)
lines = st.integers(0, 10**7)


@given(bodies, bodies, lines)
def test_a_bare_datapoint_id_is_enough_to_find_the_datapoint(dataset, segment, line):
    made = datapoint_id(f"evts_{dataset}", segment, line)
    assert made.startswith("dp_")
    assert parse_datapoint_id(made) == (f"evts_{dataset}", segment, line)


@given(bodies, bodies, lines, lines)
def test_each_row_of_an_evaluation_has_a_log_id_of_its_own(one, other, row, other_row):
    same = log_id(f"ev_{one}", row) == log_id(f"ev_{other}", other_row)
    assert same == ((one, row) == (other, other_row))


@given(st.text() | st.text("dp_019x-٣", max_size=20))
def test_no_text_makes_looking_for_a_datapoint_fail(text):
    assert parse_datapoint_id(text) is None or text.startswith("dp_")


@pytest.mark.parametrize("text", ["", "dp_", "dp_a_b", "dp_a_b_", "dp_a_b_-1", "dp_a_b_٣", "data_a_b_1", "dp_a_b_c_1"])
def test_what_is_no_datapoint_id_of_ours_is_none(text):
    assert parse_datapoint_id(text) is None


def test_an_absurdly_long_number_in_an_id_is_not_an_error():
    assert parse_datapoint_id("dp_a_b_" + "1" * 5000) is None
