"""Rows of a data file: what is said of them, and by what they are known."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay_cli.declared.model import DataFile
from assay_cli.declared.reading import Invalid
from assay_cli.declared.rows import digest, read_rows
from assay_cli.errors import Misused

values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner, max_size=3)
    ),
    max_leaves=6,
)


def rows(folder, name, text, **said):
    """The rows of a file."""
    (folder / name).write_text(text)
    return read_rows(folder / name, DataFile(file=name, **said))


def bare(found):
    """Rows without their ids."""
    return [{name: value for name, value in row.items() if name != "id"} for row in found]


def wire(inputs, target=None, metadata=None, tags=None):
    return {"input": inputs, "expected": target, "metadata": metadata, "tags": tags}


def test_the_same_rows_are_read_from_json_lines_csv_and_an_array(tmp_path):
    two = [{"question": "1 + 1?", "target": "2"}, {"question": "2 + 2?", "target": "4"}]
    expected = [wire({"question": row["question"]}, row["target"]) for row in two]
    lines = rows(tmp_path, "a.jsonl", "".join(f"{json.dumps(row)}\n" for row in two) + "\n")
    array = rows(tmp_path, "a.json", json.dumps(two))
    table = rows(tmp_path, "a.csv", "question,target\n1 + 1?,2\n2 + 2?,4\n")
    assert bare(lines) == bare(array) == bare(table) == expected
    assert lines == array == table


def test_a_row_may_say_all_that_a_datapoint_has(tmp_path):
    row = {"id": "r", "inputs": [1, 2], "target": None, "metadata": {"topic": "t"}, "tags": ["x"]}
    assert rows(tmp_path, "a.jsonl", json.dumps(row)) == [{"id": "r", **wire([1, 2], None, {"topic": "t"}, ["x"])}]


def test_columns_are_what_the_declaration_calls_them(tmp_path):
    text = "n,q,a,topic\n7,1 + 1?,2,sums\n"
    found = rows(tmp_path, "a.csv", text, inputs=("q",), target="a", metadata=("topic",), id="n", cluster_by="topic")
    assert found == [{"id": "7", **wire({"q": "1 + 1?"}, "2", {"topic": "sums"})}]
    assert bare(rows(tmp_path, "a.csv", text, target="a")) == [wire({"n": "7", "q": "1 + 1?", "topic": "sums"}, "2")]


@pytest.mark.parametrize(
    ("name", "text", "said", "problem"),
    [
        ("a.jsonl", '{"q": 1}\n{"q": \n', {}, r"a.jsonl:2: it is no JSON"),
        ("a.jsonl", '{"q": NaN}\n', {}, r"a.jsonl:1: it is no JSON"),
        ("a.jsonl", "\n[1]\n", {}, r"a.jsonl:2: a row is an object"),
        ("a.jsonl", '{"q": 1, "target": 2}\n{"q": 1}\n', {"target": "target"}, r"a.jsonl:2: it has no target"),
        ("a.jsonl", '{"inputs": 1, "qestion": 2}\n', {}, r"a.jsonl:1: beside inputs stands qestion"),
        ("a.jsonl", '{"id": "x", "q": 1}\n{"id": "x", "q": 2}\n', {}, r"a.jsonl:2: its id 'x' is that of line 1"),
        ("a.jsonl", '{"id": 7, "q": 1}\n', {}, r"a.jsonl:1: id is a text"),
        ("a.jsonl", '{"q": 1}\n', {"cluster_by": "page"}, r"a.jsonl:1: its metadata have no 'page'"),
        ("a.jsonl", '{"q": 1, "metadata": 1}\n', {}, r"a.jsonl:1: metadata is an object"),
        ("a.csv", "a,b\n1\n", {}, r"a.csv:2: 1 cells in 2 columns"),
        ("a.csv", "a,a\n1,2\n", {}, r"a.csv:1: each column needs a name of its own"),
        ("a.csv", 'a\n"1\n', {}, r"a.csv:2: unexpected end of data"),
        ("a.json", '{"q": 1}', {}, r"a.json:1: it is no JSON array"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_row_is_said_with_its_line(tmp_path, name, text, said, problem):
    with pytest.raises(Invalid, match=problem):
        rows(tmp_path, name, text, **said)


@pytest.mark.parametrize(("name", "text"), [("a.txt", "x"), ("a.jsonl", "\n\n")])
def test_a_file_that_holds_no_rows_is_refused(tmp_path, name, text):
    with pytest.raises(Misused):
        rows(tmp_path, name, text)


def test_equal_rows_are_told_apart_and_every_row_is_known_by_what_is_in_it(tmp_path):
    first = [row["id"] for row in rows(tmp_path, "a.jsonl", '{"q": 1}\n{"q": 2}\n{"q": 1}\n')]
    second = [row["id"] for row in rows(tmp_path, "a.jsonl", '{"q": 3}\n{"q": 1}\n')]
    assert len(set(first)) == 3
    assert second[1] == first[0]


@given(values, values)
def test_values_have_one_digest_if_and_only_if_they_are_equal(one, other):
    same = json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
    assert (digest(one) == digest(other)) is same
