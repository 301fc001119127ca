"""Which rows of two experiments are the same row."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.domain.comparison_key import BY_INPUT, ComparisonKey
from assay.domain.errors import InvalidRequest

json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)
ROW = {"input": {"query": "why", "k": 1}, "metadata": {"category": "a", "my id": 7}}


def same(one, other):
    """Whether two values are the same JSON: true is not 1."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[name], other[name]) for name in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    return type(one) is type(other) and one == other


@given(json_values, json_values)
def test_rows_match_by_input_where_it_is_the_same_json(one, other):
    assert (BY_INPUT.of({"input": one}) == BY_INPUT.of({"input": other})) == same(one, other)


@pytest.mark.parametrize(
    ("expression", "key"),
    [
        ("input", '{"k":1,"query":"why"}'),
        ("input.query", '"why"'),
        ("metadata.category", '"a"'),
        (" [ input.query , metadata.category ] ", '["why","a"]'),
        ("[input.query]", '["why"]'),
        ('metadata."my id"', "7"),
        ("[input.query, metadata.nothing]", '["why",null]'),
        ("metadata.nothing", None),
        ("[metadata.nothing, output]", None),
    ],
)
def test_an_expression_leads_into_the_row(expression, key):
    assert ComparisonKey.parse(expression).of(ROW) == key


@pytest.mark.parametrize("expression", ["", "[]", "input.", "input[0]", "[input", "a b", "input;drop"])
def test_what_is_no_expression_is_refused(expression):
    with pytest.raises(InvalidRequest, match="comparison key"):
        ComparisonKey.parse(expression)


def test_the_order_of_an_objects_names_does_not_matter():
    assert BY_INPUT.of({"input": {"a": 1, "b": 2}}) == BY_INPUT.of({"input": {"b": 2, "a": 1.0}})
