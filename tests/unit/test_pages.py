"""Pages partition their list, in order, whatever the size and the bytes of its rows."""

from datetime import UTC, datetime

from hypothesis import example, given
from hypothesis import strategies as st

from assay.dialects.humanloop.pages import MOST_BYTES, MOST_ROWS, bytes_of, fitting_size, heaviest_of, page_of, span
from assay.dialects.humanloop.responses import DeploymentResponse
from assay.domain.dataset import Commit, heaviest_page

MEGABYTE = 1024 * 1024
WEIGHTS = st.lists(st.one_of(st.integers(1, 5 * MEGABYTE), st.integers(1, 1000)), max_size=60)
SIZES = st.integers(1, 5000)


def row(index):
    return DeploymentResponse(
        project_id="", project_name=str(index), environment_id="", environment_name="", environment_tag=""
    )


def walked(weights, size):
    """Every page from the first on, by asking for the same size and counting by the size that is said back."""
    pages, page = [], 0
    while not pages or page * pages[-1].size < len(weights):
        pages.append(page_of(range(len(weights)), page, size, row, weights.__getitem__))
        page += 1
    return pages


@given(weights=WEIGHTS, size=SIZES)
@example(weights=[], size=1)
@example(weights=[5 * MEGABYTE] * 3, size=50)
def test_pages_partition_the_list_in_order(weights, size):
    pages = walked(weights, size)
    assert [int(one.project_name) for page in pages for one in page.records] == list(range(len(weights)))
    assert {(page.size, page.total) for page in pages} == {(pages[0].size, len(weights))}
    assert [page.page for page in pages] == list(range(len(pages)))


@given(weights=WEIGHTS, size=SIZES)
def test_going_on_by_the_size_that_was_said_back_gives_the_same_pages(weights, size):
    pages = walked(weights, size)
    assert walked(weights, pages[0].size) == pages


@given(weights=WEIGHTS, size=SIZES)
def test_a_page_is_within_its_limits_unless_it_is_a_single_row(weights, size):
    for page in walked(weights, size):
        assert len(page.records) <= min(size, MOST_ROWS)
        heavy = sum(weights[int(one.project_name)] for one in page.records)
        assert heavy <= MOST_BYTES or len(page.records) == 1


@given(weights=st.lists(st.integers(1, 1000), max_size=60), size=SIZES)
def test_light_pages_are_as_large_as_asked_for_up_to_a_thousand_rows(weights, size):
    assert walked(weights, size)[0].size == min(size, MOST_ROWS)


@given(rows=st.lists(st.lists(st.integers(1, 2 * MEGABYTE), min_size=1, max_size=12), max_size=8), size=SIZES)
def test_what_commits_know_of_their_rows_bounds_every_page(rows, size):
    commits = [
        Commit(
            sequence=number + 1,
            segment=str(number),
            rows=len(some),
            size=sum(some),
            longest=max(some),
            sha256="",
            committed_at=datetime(2026, 1, 1, tzinfo=UTC),
        )
        for number, some in enumerate(rows)
    ]
    weights = [weight for some in rows for weight in some]
    fitting = fitting_size(size, lambda size: heaviest_page(commits, size))
    assert heaviest_page(commits, fitting) >= heaviest_of(weights)(fitting)
    for page in range(-(-len(weights) // fitting)):
        indices = span(page, fitting, len(weights))
        assert sum(weights[index] for index in indices) <= MOST_BYTES or len(indices) == 1


def test_a_rows_bytes_are_those_of_its_json_in_utf_8():
    assert bytes_of(row("ö")) == len(row("ö").model_dump_json()) + 1
