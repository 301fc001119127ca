"""The marks of a chunk's rows: they find every row, they fit into metadata, they cost little too much."""

from hypothesis import example, given
from hypothesis import strategies as st

from assay.adapters.s3.marks import MOST_BLOCKS, Marks

METADATA_BYTES = 2048


@st.composite
def chunks_and_ordinals(draw):
    """Lengths of a chunk's rows, the ordinal of the first, and a stretch of ordinals that may go beyond the chunk."""
    count, first, random = draw(st.integers(0, 1100)), draw(st.integers(0, 10**6)), draw(st.randoms())
    start = first + draw(st.integers(-50, count + 50))
    return [random.randrange(1, 50) for _ in range(count)], first, range(start, start + draw(st.integers(0, 400)))


@given(chunks_and_ordinals())
def test_the_bytes_of_a_stretch_hold_all_its_rows_and_less_than_a_stride_too_much_on_either_side(case):
    lengths, first, ordinals = case
    marks = Marks.parsed(Marks.of(first, lengths).text)
    start, stop = marks.span(ordinals)
    here = [row for row in range(len(lengths)) if first + row in ordinals]
    stride = max(-(-len(lengths) // MOST_BLOCKS), 1)
    if not here:
        assert stop - start <= sum(sorted(lengths)[-stride:])
    else:
        wanted = sum(lengths[: here[0]]), sum(lengths[: here[-1] + 1])
        assert start <= wanted[0] <= wanted[1] <= stop
        assert wanted[0] - start <= sum(lengths[max(here[0] - stride + 1, 0) : here[0]])
        assert stop - wanted[1] <= sum(lengths[here[-1] + 1 : here[-1] + stride])


@given(count=st.integers(0, 20_000), total=st.integers(0, 5 * 1024**3))
@example(count=200, total=5 * 1024**3)
@example(count=20_000, total=5 * 1024**3)
def test_the_marks_of_the_largest_object_fit_into_its_metadata(count, total):
    lengths = [total // count] * count if count else []
    assert len(f"rows{Marks.of(10**9, lengths).text}") <= METADATA_BYTES
