"""The matrix of faults: each row has a test that bears its number, and every test that the matrix names is there."""

import re

import pytest

from tests.story.tree import ROOT

ROWS = [*range(1, 17), 19, 24, *range(26, 33)]
LINES = {
    int(number): rest
    for number, rest in re.findall(r"^\| (\d+) \| (.*) \|$", (ROOT / "tests/FAULTS.md").read_text(), re.MULTILINE)
}
NAMED = {
    int(row)
    for path in (ROOT / "tests").rglob("test_*.py")
    for rows in re.findall(r"^def test_rows?_((?:\d+_(?:and_)?)+)", path.read_text(), re.MULTILINE)
    for row in re.findall(r"\d+", rows)
}


@pytest.mark.parametrize("row", ROWS)
def test_a_row_of_the_matrix_has_a_test_that_bears_its_number(row):
    assert row in NAMED
    assert row in LINES


@pytest.mark.parametrize("row", LINES)
def test_every_test_that_the_matrix_names_is_there(row):
    names = re.findall(r"`([a-z0-9_]+)…?`", LINES[row].partition("|")[2])
    assert names or ".py" in LINES[row]
    for file in re.findall(r"\w+/\w+\.py", LINES[row]):
        assert (ROOT / "tests" / file).exists(), file
    every = "".join((ROOT / "tests" / file).read_text() for file in re.findall(r"\w+/\w+\.py", LINES[row]))
    assert [name for name in names if f"def test_{name}" not in every and f"def {name}" not in every] == []
