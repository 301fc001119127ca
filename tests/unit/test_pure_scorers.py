"""Global scorers that only compute: where they say more than npm's, or refuse. (tests/oracles has the rest.)"""

import time
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.domain.evaluators.global_scorer import Arguments, CannotScore, arguments
from assay.domain.evaluators.pure.assignment import best_pairs
from assay.domain.evaluators.pure.catalogue import score

TABLES = st.integers(1, 4).flatmap(
    lambda width: st.lists(st.lists(st.floats(0, 1), min_size=width, max_size=width), min_size=1, max_size=4)
)


def said(name, **given):
    """The score that a scorer gives."""
    return score(name, Arguments(**given)).score


@given(TABLES)
def test_no_other_pairs_add_up_to_more(table):
    rows, columns = len(table), len(table[0])
    pairs = best_pairs(table)
    assert len(pairs) == len({row for row, _ in pairs}) == len({column for _, column in pairs}) == min(rows, columns)
    if rows <= columns:
        sums = (
            sum(table[row][column] for row, column in enumerate(order)) for order in permutations(range(columns), rows)
        )
    else:
        sums = (
            sum(table[row][column] for column, row in enumerate(order)) for order in permutations(range(rows), columns)
        )
    assert sum(table[row][column] for row, column in pairs) == pytest.approx(max(sums))


def test_an_expected_value_that_is_missing_is_named():
    with pytest.raises(CannotScore, match="requires an expected value"):
        said("Levenshtein", output="a")


def test_a_schema_that_is_none_is_an_error_and_no_zero():
    with pytest.raises(CannotScore, match="The schema is not valid"):
        said("ValidJSON", output="{}", extra={"schema": {"type": "strange"}})


@pytest.mark.parametrize("address", ["http://127.0.0.1:1/schema", "file:///etc/passwd"])
def test_a_schema_that_lies_elsewhere_is_not_fetched(address):
    with pytest.raises(CannotScore, match="outside of the schema"):
        said("ValidJSON", output="{}", extra={"schema": {"$ref": address}})


def test_a_schema_says_by_which_draft_it_is_read():
    newer = {"$schema": "https://json-schema.org/draft/2020-12/schema", "prefixItems": [{"type": "string"}]}
    assert said("ValidJSON", output="[1]", extra={"schema": newer}) == 0
    assert said("ValidJSON", output='["a"]', extra={"schema": newer}) == 1


def test_no_pattern_keeps_a_scorer_busy():
    started = time.monotonic()
    assert said("ValidJSON", output=f'"{"a" * 50_000}b"', extra={"schema": {"pattern": "^(?=(a+)+$)"}}) == 0
    assert time.monotonic() - started < 2


def test_texts_too_long_to_compare_are_refused():
    with pytest.raises(CannotScore, match="too long to compare: 200,000 and 100,000 characters"):
        said("Levenshtein", output="a" * 200_000, expected="b" * 100_000)


def test_lists_too_long_to_pair_are_refused():
    with pytest.raises(CannotScore, match="up to 200 items; one has 201"):
        said("ListContains", output=["a"] * 201, expected=["a"])


def test_json_nested_without_end_is_an_error():
    deep = 1
    for _ in range(2000):
        deep = [deep]
    given = Arguments.model_construct(output=deep, expected=deep, extra={})
    with pytest.raises(CannotScore, match="nested too deeply"):
        score("JSONDiff", given)
    assert said("ValidJSON", output="[" * 100_000) == 0


def test_what_the_author_configured_no_row_changes():
    given = arguments(
        {"input": 1, "output": 2, "expected": 3}, {"schema": "the row's", "more": 1}, {"schema": "the author's"}
    )
    assert given == Arguments(input=1, output=2, expected=3, extra={"schema": "the author's", "more": 1})


def test_a_scorer_answers_as_code_would():
    assert score("LevenshteinScorer", Arguments(output="ab", expected="a")).result() == {
        "name": "Levenshtein",
        "score": 0.5,
    }
