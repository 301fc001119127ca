"""Dataset versions: their ids, and where their rows lie in a snapshot."""

from hypothesis import given
from hypothesis import strategies as st

from assay.adapters.row_log import indexed
from assay.domain.dataset import SNAPSHOT_STRIDE
from tests.support.build import a_dataset_version


@st.composite
def snapshots_and_spans(draw):
    """Rows of a snapshot (lines of random length) and a stretch first..last of them that is not empty."""
    count, random = draw(st.integers(1, 450)), draw(st.randoms(use_true_random=False))
    rows = [b"%d" % number + b"." * random.randrange(30) + b"\n" for number in range(count)]
    first = draw(st.integers(0, len(rows) - 1))
    return rows, first, draw(st.integers(first + 1, len(rows)))


def index_of(rows):
    return indexed(b"".join(rows))


@given(snapshots_and_spans())
def test_the_bytes_of_a_span_hold_exactly_the_rows_asked_for_after_the_rows_to_skip(case):
    rows, first, last = case
    start, end, skip = index_of(rows).span(first, last)
    read = b"".join(rows)[start:end].splitlines(keepends=True)
    assert read[skip : skip + last - first] == rows[first:last]


@given(snapshots_and_spans())
def test_a_span_reads_less_than_a_stride_too_much_on_either_side(case):
    rows, first, last = case
    start, end, skip = index_of(rows).span(first, last)
    read = b"".join(rows)[start:end].splitlines()
    assert 0 <= skip < SNAPSHOT_STRIDE
    assert len(read) - skip - (last - first) < SNAPSHOT_STRIDE


@given(snapshots_and_spans())
def test_the_bound_on_the_bytes_of_a_span_is_never_below_what_it_holds(case):
    rows, first, last = case
    assert index_of(rows).most_bytes(first, last) >= sum(map(len, rows[first:last]))


def test_one_long_row_does_not_make_its_neighbours_blocks_seem_long():
    index = index_of([b"." * 9 + b"\n"] * 300 + [b"." * 9_999 + b"\n"])
    assert index.most_bytes(0, 300) == 3_000
    assert index.most_bytes(290, 301) == 11_000


def test_an_empty_snapshot_has_an_index_without_bytes():
    assert index_of([]).most_bytes(0, 0) == 0


def test_each_version_of_each_dataset_has_an_id_of_its_own_fit_for_a_url():
    versions = [("evts_a", 1), ("evts_a", 2), ("evts_b", 1), ("evts_a", 12)]
    ids = {a_dataset_version(dataset_id=dataset, sequence=sequence).id for dataset, sequence in versions}
    assert len(ids) == len(versions)
    assert all(one.startswith("evtsv_") and one.replace("_", "").isalnum() for one in ids)
