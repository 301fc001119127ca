"""What events make of a row (contracts/braintrust.md §7.3)."""

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from assay.domain.rows import Event, Removal, merged, row_id, segment_of, without

SCALARS = st.none() | st.booleans() | st.integers(-9, 9) | st.sampled_from(["a", "b"])
CONTENTS = st.recursive(
    st.dictionaries(st.sampled_from("abc"), SCALARS, max_size=3),
    lambda inner: st.dictionaries(st.sampled_from("abc"), SCALARS | inner | st.lists(SCALARS, max_size=2), max_size=3),
    max_leaves=8,
)


def test_a_merge_goes_into_objects():
    before = {"input": {"a": 5, "b": 10}}
    assert merged(before, {"input": {"b": 11, "c": 20}}) == {"input": {"a": 5, "b": 11, "c": 20}}


def test_a_merge_replaces_what_stands_at_its_paths():
    before = {"input": {"a": {"b": 10}, "c": {"d": 20}}, "output": {"a": 20}}
    after = {"input": {"a": {"q": 30}, "c": {"e": 30}, "bar": "baz"}, "output": {"d": 40}}
    assert merged(before, after, (("input", "a"), ("output",))) == {
        "input": {"a": {"q": 30}, "c": {"d": 20, "e": 30}, "bar": "baz"},
        "output": {"d": 40},
    }


def test_values_are_taken_out_of_lists_however_deep():
    content = {"tags": ["a", "b", "a"], "metadata": {"kinds": [{"x": 1}, 2]}}
    assert without(content, ("tags",), ("a", "c")) == {**content, "tags": ["b"]}
    assert without(content, ("metadata", "kinds"), ({"x": 1},)) == {**content, "metadata": {"kinds": [2]}}


@given(CONTENTS, st.lists(st.sampled_from("abc"), max_size=3))
def test_where_there_is_no_list_nothing_is_taken_out(content, path):
    result = without(content, tuple(path), ())
    assert result == content


@given(CONTENTS, CONTENTS)
def test_a_merge_says_all_that_it_says_and_keeps_all_other_names(before, after):
    result = merged(before, after)
    assert set(result) == set(before) | set(after)
    for name, value in after.items():
        if not isinstance(value, dict):
            assert result[name] == value
    assert merged(result, after) == result
    assert merged(before, after, [(name,) for name in after]) == {**before, **after}


def test_a_comment_joins_those_that_are_there():
    first = Event(id="r", change="merge", comment={"text": "one"}).applied({"output": 1})
    second = Event(id="r", change="merge", comment={"text": "two"}).applied(first)
    assert second == {"output": 1, "comments": [{"text": "one"}, {"text": "two"}]}


def test_events_replace_merge_and_delete():
    before = {"input": 1, "tags": ["a", "b"]}
    removal = Removal(path=("tags",), values=("a",))
    assert Event(id="r", content={"output": 2}).applied(before) == {"output": 2}
    assert Event(id="r", content={"output": 2}, change="merge", removals=(removal,)).applied(before) == {
        "input": 1,
        "tags": ["b"],
        "output": 2,
    }
    assert Event(id="r", change="delete").applied(before) is None
    assert Event(id="r", content={"output": 2}, change="merge").applied(None) == {"output": 2}


@given(st.uuids(), st.integers(0, 2**16 - 1))
def test_a_row_id_leads_back_to_its_segment_and_line(fresh, line):
    segment = segment_of(fresh)
    number = UUID(row_id(segment, line)).int
    assert UUID(int=number >> 16 << 16) == segment
    assert number % 2**16 == line
