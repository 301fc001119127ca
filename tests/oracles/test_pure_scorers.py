"""Global scorers that only compute say what npm's `autoevals` says (contracts/braintrust.md §13, row 30)."""

import json
import subprocess
from pathlib import Path

import pytest

from assay.domain.evaluators.global_scorer import PURE_SCORERS, Arguments, CannotScore
from assay.domain.evaluators.pure.catalogue import SCORERS, score

HERE = Path(__file__).parent
SAME = {
    "ExactMatch": [
        ("a", "a"), ("a", "b"), ("a", "A"), (1, 1), (1.0, 1), (1, "1"), (1.0, "1"), (True, "true"), (True, 1),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}), ({"a": 1}, {"a": 1.0}), ('{"a": 1}', {"a": 1}), ("[1, 2]", [1, 2]),
        ({"2": 1, "1": 2, "a": 3}, {"a": 3, "1": 2, "2": 1}), ("not json", {"a": 1}), (None, None), (None, "null"),
        ("", ""), ("", None), ([1, [2, None]], [1, [2, None]]), (1e21, "1e+21"), (1e-7, "1e-7"), (123456789012345680000, "123456789012345680000"),
        (0.1, "0.1"), (-0.0, "0"), (1.5e300, "1.5e+300"), (100000, "1e5"), (0.000001, "0.000001"), ({"é": "語"}, '{"é":"語"}'),
        ({"a": "\u2028\x7f\n\x01"}, '{"a":"\u2028\x7f\\n\\u0001"}'), (12345678901234567890123, "1.2345678901234568e+22"), (-1.25e-10, "-1.25e-10"),
    ],
    "Levenshtein": [
        ("kitten", "sitting"), ("", ""), ("", "abc"), ("abc", "abc"), ("abc", "xyz"), ("flaw", "lawn"),
        ("😀", "😁"), ("😀a", "a"), ("naïve", "naive"), (12, "12"), (12.0, 12), ({"a": 1}, {"b": 1}), ([1, 2], "1,2"),
        (None, "null"), (True, "true"), ([None, [1, {"a": 1}]], ",1,[object Object]"), ("a" * 500, "a" * 499 + "b"),
    ],
    "NumericDiff": [
        (1, 2), (2, 1), (0, 0), (0, 5), (-3, 3), (1.5, 1.5), ("1", "2"), ("1", 2), (" 4 ", 2), ("", 3), (True, 2), (1e308, 1e308),
        ("0x10", 16), ([5], 4), ("1e3", 999), (".5", 1), ("5.", 4), ("-2.5", 2), (10**300, 1e308),
    ],
    "JSONDiff": [
        ({"a": 1}, {"a": 1}), ({"a": 1}, {"a": 2}), ({"a": 1, "b": 2}, {"a": 1}), ({}, {}), ([], []), ([1, 2], [1, 2, 3]),
        ({"a": True}, {"a": False}), ({"a": True}, {"a": 1}), ({"a": "kitten"}, {"a": "sitting"}), ('{"a": [1, 2]}', {"a": [1, 3]}),
        ("plain", "plane"), ({"a": None}, {}), (None, None), (None, {"a": 1}), (1, 3), ("1", 1), ({"a": {"c": 1, "b": 2}}, {"a": [1]}),
        ([{"z": 1, "é": 2, "😀": 1, "\uffee": 2}], ["{}"]), ({"a": 0.1, "b": 0.2, "c": "x"}, {"a": 0.3, "b": 0.7, "c": "xyz"}), ("[1", "[1]"), ([1], {"0": 1}),
        ({"10": 1, "9": "x", "b": "kitten"}, {"9": "xy", "10": 7, "b": "sitting", "1": None}),
    ],
    "ValidJSON": [
        ('{"a": 1}', None), ("[1]", None), ("1", None), ('"s"', None), ("{", None), ("", None), ({"a": 1}, None), ([], None), (1, None), (None, None), ("NaN", None),
        ('{"a": NaN}', None), ("{'a': 1}", None), (' {"a":1}\n', None), ('{"a":1,}', None),
    ],
    "ListContains": [
        (["a", "b"], ["b", "a"]), (["a"], ["a", "b"]), (["a", "b", "c"], ["a"]), ([], []), ([], ["a"]), (["a"], []), (["kitten"], ["sitting"]),
        (["red", "green"], ["grey", "reed", "blue"]), ([1, "2"], ["1", 2]), (["abc", "abd", "xyz"], ["abd", "abe", "abf"]), ("", ["a"]),
    ],
}  # fmt: skip
SCHEMA = {"type": "object", "required": ["a"], "properties": {"a": {"type": "integer", "minimum": 1}}}
WITH_MORE = [
    ("ValidJSON", {"output": '{"a": 1}', "schema": SCHEMA}),
    ("ValidJSON", {"output": '{"a": 0}', "schema": SCHEMA}),
    ("ValidJSON", {"output": {"a": 1.0}, "schema": SCHEMA}),
    ("ValidJSON", {"output": "[]", "schema": SCHEMA}),
    ("ValidJSON", {"output": "no", "schema": SCHEMA}),
    ("ValidJSON", {"output": "1", "schema": {"type": "integer"}}),
    ("ValidJSON", {"output": "[]", "schema": False}),
    ("ValidJSON", {"output": '"ab"', "schema": {"pattern": "^(?=a)\\w+$"}}),
    ("ListContains", {"output": ["a", "b"], "expected": ["a"], "allowExtraEntities": True}),
    ("JSONDiff", {"output": '{"a": 1}', "expected": '{"a":1}', "preserveStrings": True}),
    ("LevenshteinScorer", {"output": "a", "expected": "b"}),
    ("ExactMatch", {"output": "a"}),
    ("JSONDiff", {"output": {"a": 1}}),
]
REFUSED = [
    ("Levenshtein", {"output": "a"}),
    ("NumericDiff", {"output": 1}),
    ("ListContains", {"output": ["a"]}),
    ("NumericDiff", {"output": "one", "expected": 1}),
    ("NumericDiff", {"output": {}, "expected": 1}),
    ("NumericDiff", {"output": "0", "expected": "0"}),
    ("NumericDiff", {"output": "Infinity", "expected": 1}),
    ("NumericDiff", {"output": 10**400, "expected": 1}),
    ("ListContains", {"output": "a", "expected": ["a"]}),
]
PAIRS = [(name, {"output": one, "expected": two}) for name, pairs in SAME.items() for one, two in pairs]
TABLE = [*PAIRS, *WITH_MORE, *REFUSED]


def ask_npm(table):
    """What npm's autoevals says of every line of the table."""
    assert (HERE / "node_modules").exists(), "npm's autoevals is missing: `make tests/oracles/node_modules/installed`"
    told = subprocess.run(
        ["node", HERE / "autoevals.mjs"],
        input=json.dumps(table),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return json.loads(told.stdout)


@pytest.fixture(scope="module")
def npm():
    """What npm's autoevals says, by scorer and arguments."""
    return {json.dumps(line): said for line, said in zip(TABLE, ask_npm(TABLE), strict=True)}


def ours(name, given):
    """What our scorer says."""
    row = {word: given[word] for word in ("output", "expected") if word in given}
    return score(name, Arguments(**row, extra={word: value for word, value in given.items() if word not in row}))


@pytest.mark.parametrize(("name", "given"), [*PAIRS, *WITH_MORE], ids=lambda part: json.dumps(part)[:60])
def test_a_scorer_says_what_npm_says(npm, name, given):
    said, mine = npm[json.dumps((name, given))], ours(name, given)
    assert "error" not in said
    assert mine.name == said["name"]
    assert mine.score == pytest.approx(said["score"], abs=1e-15)
    if mine.metadata is not None:
        assert mine.metadata == said.get("metadata", mine.metadata)  # npm leaves the pair of a single pair out


@pytest.mark.parametrize(("name", "given"), REFUSED, ids=lambda part: json.dumps(part)[:60])
def test_what_has_no_score_at_npm_is_an_error_and_no_zero(npm, name, given):
    said = npm[json.dumps((name, given))]
    assert "error" in said or said["score"] is None  # null is how JSON writes NaN
    with pytest.raises(CannotScore):
        ours(name, given)


def test_random_lists_are_paired_as_npm_pairs_them():
    words = ["red", "green", "grey", "blue", "black", "amber", "umber", "", "blau"]
    lists = [
        [words[(start * step + i) % 9] for i in range(size)]
        for start in range(9)
        for step, size in ((2, 5), (7, 3), (4, 6))
    ]
    table = [("ListContains", {"output": one, "expected": other}) for one in lists for other in lists[::2]]
    for (name, given), said in zip(table, ask_npm(table), strict=True):
        assert ours(name, given).score == pytest.approx(said["score"], abs=1e-12)


def test_the_table_has_every_scorer_and_enough_pairs():
    assert set(SAME) == set(SCORERS) == PURE_SCORERS
    assert len(TABLE) >= 40
