"""Rows in a file: what a spreadsheet reads runs nothing, and nothing is lost on the way."""

import csv
import json
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import parquet

from assay.client import ExperimentRow
from assay_cli.errors import CommandFailed
from assay_cli.exporting import FORMULA, PLAIN_NUMBER, cell, write_csv, write_jsonl, write_parquet

FORMULAS = [
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    " =1",
    "\n=1",
    "|calc",
    "%0A",
    "\uff1d1+1",
    "\uff20x",
    '=HYPERLINK("http://x")',
]


def a_row(ordinal=0, **fields):
    """A row, as the client reads it."""
    whole = {
        "id": f"r{ordinal}", "ordinal": ordinal, "inputs": {"q": "1 + 1?", "n": [1]}, "target": "2", "output": "two",
        "error": None, "metadata": {"topic": "sums"}, "tags": ["t"], "scores": {"right": 1.0, "close": None},
        "reasons": {"right": "It is."}, "score_errors": {}, "seconds": 0.5,
    }  # fmt: skip
    return ExperimentRow(**{**whole, **fields})


def read_csv(path):
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_json_lines_have_every_row_whole(tmp_path):
    write_jsonl(tmp_path / "x", [a_row(0), a_row(1)])
    found = [json.loads(line) for line in (tmp_path / "x").read_text().splitlines()]
    assert found == [a_row(0)._asdict(), a_row(1)._asdict()]


def test_csv_has_a_column_for_every_input_and_score(tmp_path):
    write_csv(
        tmp_path / "x", [a_row(), a_row(1, scores={"other": 0.5}, score_errors={"right": "It broke."}, inputs="plain")]
    )
    first, second = read_csv(tmp_path / "x")
    assert (first["inputs.q"], first["inputs.n"], first["scores.right"], first["scores.close"]) == (
        "1 + 1?",
        "[1]",
        "1.0",
        "",
    )
    assert (second["inputs"], second["scores.other"], second["score_errors.right"]) == ("plain", "0.5", "It broke.")
    assert first["metadata.topic"] == "sums"


@pytest.mark.parametrize("formula", FORMULAS)
def test_no_cell_of_csv_begins_a_formula_wherever_it_comes_from(tmp_path, formula):
    row = a_row(
        inputs={formula: formula}, target=formula, output=formula, metadata={formula: formula}, scores={formula: 1.0}
    )
    write_csv(tmp_path / "x", [row])
    with (tmp_path / "x").open(newline="", encoding="utf-8") as file:
        cells = [one for line in csv.reader(file) for one in line]
    assert not [one for one in cells if FORMULA.search(one)]
    assert f"'{formula}" in cells


@given(st.text() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.booleans() | st.none())
def test_a_cell_is_a_number_or_begins_no_formula_and_keeps_its_text(value):
    made = cell(value)
    assert PLAIN_NUMBER.fullmatch(made) or not FORMULA.search(made)
    if isinstance(value, str):
        assert made.removeprefix("'") == value or made == value
    if isinstance(value, int | float) and not isinstance(value, bool):
        assert type(value)(made) == value


def test_parquet_has_the_same_columns_with_numbers_as_numbers(tmp_path):
    write_parquet(tmp_path / "x", [a_row(), a_row(1, scores={"right": 0.0})])
    table = parquet.read_table(tmp_path / "x")
    assert table.column("scores.right").to_pylist() == [1.0, 0.0]
    assert table.column("scores.close").to_pylist() == [None, None]
    assert table.column("inputs.n").to_pylist() == ["[1]", "[1]"]
    assert (table.num_rows, table.column("seconds").to_pylist()) == (2, [0.5, 0.5])


def test_without_pyarrow_it_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(CommandFailed, match=r"pip install 'assay-evaluations\[parquet\]'"):
        write_parquet(tmp_path / "x", [a_row()])


@pytest.mark.parametrize("write", [write_jsonl, write_csv, write_parquet])
def test_an_experiment_without_rows_is_an_empty_file(tmp_path, write):
    write(tmp_path / "x", [])
    assert (tmp_path / "x").exists()
