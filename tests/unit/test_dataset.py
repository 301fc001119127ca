"""Dataset versions: their ids, and where their rows lie in a snapshot."""

from hypothesis import given
from hypothesis import strategies as st

from assay.adapters.row_log.datasets import line_of
from assay.domain.dataset import Datapoint, SnapshotIndex
from assay.domain.rows import Place, Row
from tests.support.build import a_dataset_version

NUMBERS = st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.just(10**30)
JSON = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.text(),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(), inner, max_size=2),
    max_leaves=6,
)
FIELDS = ("inputs", "target", "metadata", "tags", "origin", "trial_count", "created", "unknown")
CONTENTS = st.fixed_dictionaries({}, optional=dict.fromkeys(FIELDS, JSON | st.just(3) | st.just("2026-11-22")))


@given(CONTENTS, st.text(min_size=1), st.integers(0, 2**63 - 1))
def test_the_line_of_a_row_is_the_json_of_its_datapoint(content, identifier, transaction):
    row = Row(identifier, content, Place(1, 0), transaction)
    point = Datapoint.of(row)
    assert line_of(row) == point.model_dump_json().encode() + b"\n"
    assert Datapoint.model_validate_json(line_of(row)) == point


@st.composite
def snapshots_and_spans(draw):
    """Rows of a snapshot (lines of random length) and a stretch first..last of them that is not empty."""
    count, random = draw(st.integers(1, 450)), draw(st.randoms(use_true_random=False))
    rows = [b"%d" % number + b"." * random.randrange(30) + b"\n" for number in range(count)]
    first = draw(st.integers(0, len(rows) - 1))
    return rows, first, draw(st.integers(first + 1, len(rows)))


def index_of(rows):
    return SnapshotIndex.of(map(len, rows))


@given(snapshots_and_spans())
def test_the_bytes_of_a_span_hold_exactly_the_rows_asked_for(case):
    rows, first, last = case
    start, end = index_of(rows).span(first, last)
    assert b"".join(rows)[start:end].splitlines(keepends=True) == rows[first:last]
    assert index_of(rows).size(first, last) == sum(map(len, rows[first:last]))


@given(snapshots_and_spans())
def test_a_part_of_an_index_tells_where_its_rows_lie_and_is_as_long_as_they_are_many(case):
    rows, first, last = case
    index = index_of(rows)
    start, end = SnapshotIndex.part(first, last)
    part = SnapshotIndex(index.packed[start:end])
    assert part.rows == last - first
    assert part.span(0, part.rows) == index.span(first, last)
    assert end - start == 8 * (last - first + 1)


def test_an_empty_snapshot_has_an_index_without_rows():
    assert (index_of([]).rows, index_of([]).size(0, 0)) == (0, 0)


def test_each_version_of_each_dataset_has_an_id_of_its_own_fit_for_a_url():
    versions = [("evts_a", 1), ("evts_a", 2), ("evts_b", 1), ("evts_a", 12)]
    ids = {a_dataset_version(dataset_id=dataset, sequence=sequence).id for dataset, sequence in versions}
    assert len(ids) == len(versions)
    assert all(one.startswith("evtsv_") and one.replace("_", "").isalnum() for one in ids)
