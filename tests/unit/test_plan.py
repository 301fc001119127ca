"""How work is cut: nothing forgotten, nothing twice, never more in flight than asked for."""

from itertools import accumulate

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from assay.domain.dataset import SnapshotIndex
from assay.domain.plan import chunk_starts, lane_widths
from tests.support.build import a_plan

EIGHT_MB = 8 * 1024 * 1024
KB = 1024

plans = st.builds(
    a_plan,
    datapoints=st.integers(0, 400),
    trials=st.integers(1, 7),
    widths=st.integers(1, 900).map(lane_widths),
    rows_per_chunk=st.integers(1, 250),
)


def index_of(sizes):
    """The index of a snapshot whose rows have these sizes."""
    return SnapshotIndex.of(sizes)


def plan_for(sizes, *, trials, max_concurrency):
    """The plan for a dataset whose rows have these sizes, as the evaluation makes it."""
    widths = lane_widths(max_concurrency)
    starts = chunk_starts(widths, index_of(sizes), trials)
    return a_plan(datapoints=len(sizes), trials=trials, widths=widths, starts=starts)


def bytes_of_largest_shared_chunk(plan, sizes):
    """The bytes of the datapoints of the largest chunk among those that hold more than one."""
    starts = [0, *accumulate(sizes)]
    spans = [plan.datapoints(plan.chunk(number)) for number in range(plan.chunks)]
    return max((starts[span.stop] - starts[span.start] for span in spans if len(span) > 1), default=0)


def test_lanes_add_up_to_the_concurrency_asked_for_and_differ_by_at_most_one():
    for asked in range(1, 2001):
        widths = lane_widths(asked)
        assert sum(widths) == asked
        assert len(widths) == -(-asked // 100)
        assert max(widths) - min(widths) <= 1
        assert 1 <= min(widths) <= max(widths) <= 100


@given(plans)
def test_every_row_is_in_exactly_one_chunk_and_chunks_follow_the_datasets_order(plan):
    ordinals = [ordinal for number in range(plan.chunks) for ordinal in plan.chunk(number)]
    assert ordinals == list(range(plan.dataset.datapoints * plan.trials))


@given(plans, st.data())
def test_the_chunks_of_a_stretch_of_rows_are_those_that_share_a_row_with_it(plan, data):
    first = data.draw(st.integers(0, plan.rows))
    wanted = range(first, data.draw(st.integers(first, plan.rows)))
    sharing = [number for number in range(plan.chunks) if set(plan.chunk(number)) & set(wanted)]
    assert [number for number in plan.chunks_of(wanted) if wanted] == sharing


@given(plans)
def test_every_chunk_is_worked_by_exactly_one_lane(plan):
    worked = [number for lane in range(len(plan.widths)) for number in plan.lane_chunks(lane)]
    assert sorted(worked) == list(range(plan.chunks))


@given(plans)
def test_no_lane_has_over_one_chunk_more_than_another(plan):
    lengths = [len(plan.lane_chunks(lane)) for lane in range(len(plan.widths))]
    assert max(lengths) - min(lengths) <= 1


@given(plans)
def test_the_datapoints_of_a_chunk_are_those_of_its_rows_and_no_others(plan):
    for number in range(plan.chunks):
        behind = dict.fromkeys(ordinal // plan.trials for ordinal in plan.chunk(number))
        assert list(plan.datapoints(plan.chunk(number))) == list(behind)


@pytest.mark.parametrize(
    ("rows", "max_concurrency", "expected"),
    [
        (1_000, 10, 100),  # ten rounds of the lane
        (1_000, 100, 1_000),
        (5_000, 101, 510),  # lanes of 51 and 50: ten rounds of the wider
        (200_000, 1, 200),  # a thousandth of the lane's rows
        (1_000, 1_000, 100),  # every lane gets some
        (5, 1, 5),
    ],
)
def test_a_chunk_is_ten_rounds_of_its_lane_or_a_share_or_a_thousandth_of_the_lanes_rows(
    rows, max_concurrency, expected
):
    assert len(plan_for([50] * rows, trials=1, max_concurrency=max_concurrency).chunk(0)) == expected


@given(
    st.lists(st.tuples(st.integers(1, 150), st.sampled_from([100, 20 * KB, 900 * KB, 5 * KB * KB])), max_size=5),
    st.integers(1, 4),
    st.integers(1, 300),
)
@example([(100, 100), (20, 900 * KB)], 1, 10)  # a short last block
@example([(90, 100), (10, 900 * KB), (100, 100)], 1, 10)  # a block of unequal rows
def test_a_chunk_holds_at_most_8_mb_of_datapoints_or_a_single_one(runs, trials, max_concurrency):
    sizes = [size for count, size in runs for _ in range(count)]
    plan = plan_for(sizes, trials=trials, max_concurrency=max_concurrency)
    assert bytes_of_largest_shared_chunk(plan, sizes) <= EIGHT_MB


@given(st.integers(1, 400), st.integers(1, 9 * KB * KB), st.integers(1, 4), st.integers(1, 300))
@example(300, 86_480, 3, 29)  # 290 rows that start in the middle of a datapoint's trials
def test_a_chunk_of_equal_datapoints_holds_at_most_8_mb_or_a_single_one(rows, size, trials, max_concurrency):
    sizes = [size] * rows
    plan = plan_for(sizes, trials=trials, max_concurrency=max_concurrency)
    assert bytes_of_largest_shared_chunk(plan, sizes) <= EIGHT_MB


def test_datapoints_of_5_mb_are_worked_one_by_one():
    plan = plan_for([5 * KB * KB] * 7, trials=2, max_concurrency=10)
    assert {len(plan.datapoints(plan.chunk(number))) for number in range(plan.chunks)} == {1}


def test_an_empty_dataset_has_a_plan_without_chunks():
    plan = plan_for([], trials=3, max_concurrency=10)
    assert (plan.rows, plan.chunks) == (0, 0)
    assert list(plan.lane_chunks(0)) == []
