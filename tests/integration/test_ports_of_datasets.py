"""Datasets: the fake and the row log keep the same words; versions never change, and nothing is ever lost."""

from concurrent.futures import ThreadPoolExecutor
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assay.domain.dataset import Datapoint, DatasetHead
from assay.domain.errors import Conflict, NotFound
from assay.domain.identity import DatapointPlace, datapoint_id

TEXT = st.text(max_size=20)
CONTENTS = st.builds(
    dict, inputs=st.dictionaries(TEXT, TEXT, max_size=2), target=st.dictionaries(TEXT, TEXT, max_size=1)
)


FRESH = count()


def some(rows, segment="s", dataset="evts_1"):
    """Datapoints as one segment has them."""
    return [Datapoint(id=datapoint_id(dataset, segment, n), inputs={"n": str(n)}) for n in range(rows)]


def test_a_dataset_without_commits_is_empty(ports, acme):
    assert ports.datasets.head(acme, "evts_1") == DatasetHead()
    assert ports.datasets.rows(acme, "evts_1", 0, range(10)) == []
    assert ports.datasets.freeze(acme, "evts_1", 0).rows == 0
    assert ports.datasets.snapshot(acme, "evts_1", 0, range(0)) == []


def test_each_append_makes_a_version(ports, acme):
    commits = [ports.datasets.append(acme, "evts_1", f"s{n}", some(n, f"s{n}")) for n in (3, 1, 200)]
    assert [(commit.sequence, commit.rows) for commit in commits] == [(1, 3), (2, 1), (3, 200)]
    head = ports.datasets.head(acme, "evts_1")
    assert (head.sequence, head.datapoints, head.committed_at) == (3, 204, commits[-1].committed_at)


def test_heads_come_in_the_order_asked_for(ports, acme):
    for n in range(120):
        ports.datasets.append(acme, f"evts_{n}", "s", some(1, dataset=f"evts_{n}"))
    ports.datasets.append(acme, "evts_7", "t", some(2, "t"))
    wanted = [f"evts_{n}" for n in reversed(range(120))] + ["evts_none", "evts_7"]
    counts = [head.datapoints for head in ports.datasets.heads(acme, wanted)]
    assert counts == [*([1] * 112), 3, *([1] * 7), 0, 3]
    assert ports.datasets.heads(acme, []) == []


def test_rows_are_read_across_the_borders_of_segments_in_the_order_added(ports, acme):
    added = [row for n, size in enumerate((3, 1, 5)) for row in appended(ports, acme, f"s{n}", size)]
    for start in range(10):
        for stop in range(start, 12):
            assert ports.datasets.rows(acme, "evts_1", 3, range(start, stop)) == added[start:stop]


def appended(ports, organisation, segment, size, dataset="evts_1"):
    """The rows, after they are committed."""
    rows = some(size, segment, dataset)
    ports.datasets.append(organisation, dataset, segment, rows)
    return rows


def test_a_version_never_changes(ports, acme):
    first = appended(ports, acme, "s1", 3)
    index = ports.datasets.freeze(acme, "evts_1", 1)
    appended(ports, acme, "s2", 4)
    assert ports.datasets.rows(acme, "evts_1", 1, range(100)) == first
    assert ports.datasets.snapshot(acme, "evts_1", 1, range(3)) == first
    assert ports.datasets.freeze(acme, "evts_1", 1) == index
    assert ports.datasets.freeze(acme, "evts_1", 2).rows == 7


def test_a_datapoint_is_found_at_its_place_and_nowhere_else(ports, acme):
    rows = appended(ports, acme, "s1", 3) + appended(ports, acme, "s2", 2)
    assert ports.datasets.find(acme, DatapointPlace("evts_1", "s2", 1)) == rows[4]
    for organisation, place in (
        (acme, DatapointPlace("evts_1", "s2", 2)),
        (acme, DatapointPlace("evts_1", "s3", 0)),
        (acme, DatapointPlace("evts_2", "s1", 0)),
        (acme, DatapointPlace("x" * 5000, "s1", 0)),
        (f"{acme}0", DatapointPlace("evts_1", "s1", 0)),
    ):
        with pytest.raises(NotFound):
            ports.datasets.find(organisation, place)


@settings(max_examples=30)
@given(st.data(), st.lists(st.integers(1, 150), min_size=1, max_size=4))
def test_a_snapshot_has_the_rows_of_its_version_at_every_span(ports, data, sizes):
    dataset = f"evts_{next(FRESH)}"
    for n, size in enumerate(sizes):
        appended(ports, "acme", f"s{n}", size, dataset)
    assert ports.datasets.freeze("acme", dataset, len(sizes)).rows == sum(sizes)
    for _ in range(5):
        start = data.draw(st.integers(0, sum(sizes)))
        span = range(start, data.draw(st.integers(start, sum(sizes))))
        expected = ports.datasets.rows("acme", dataset, len(sizes), span)
        assert ports.datasets.snapshot("acme", dataset, len(sizes), span) == expected
        assert len(expected) == len(span)


@settings(max_examples=60)
@given(st.lists(CONTENTS, min_size=1, max_size=5))
def test_whatever_text_a_datapoint_holds_comes_back_as_it_was(ports, contents):
    dataset = f"evts_{next(FRESH)}"
    rows = [Datapoint(id=datapoint_id(dataset, "s", n), **content) for n, content in enumerate(contents)]
    ports.datasets.append("acme", dataset, "s", rows)
    ports.datasets.freeze("acme", dataset, 1)
    assert ports.datasets.rows("acme", dataset, 1, range(len(rows))) == rows
    assert ports.datasets.snapshot("acme", dataset, 1, range(len(rows))) == rows


def test_twenty_who_append_at_once_lose_nothing(cloud, acme):
    cloud.stores.forget_items()
    datasets = cloud.stores.datasets

    def append(number):
        return datasets.append(acme, "evts_1", f"s{number}", some(number, f"s{number}"))

    with ThreadPoolExecutor(20) as threads:
        commits = list(threads.map(append, range(1, 21)))
    assert sorted(commit.sequence for commit in commits) == list(range(1, 21))
    head = datasets.head(acme, "evts_1")
    assert (head.sequence, head.datapoints) == (20, sum(range(1, 21)))
    rows = datasets.rows(acme, "evts_1", 20, range(head.datapoints))
    assert len({row.id for row in rows}) == head.datapoints
    committed = [commit.segment for commit in sorted(commits, key=lambda commit: commit.sequence)]
    assert list(dict.fromkeys(row.id.split("_")[2] for row in rows)) == committed


def test_a_process_reads_the_commits_of_a_version_once(cloud, acme):
    log, asked = cloud.stores.datasets, []
    for n in range(2):
        log.append(acme, "evts_1", f"s{n}", some(1, f"s{n}"))
    between = log.table.between
    log.table.between = lambda *place: asked.append(place) or between(*place)
    for sequence in (2, 2, 1, 2, 1):
        assert [commit.sequence for commit in log.commits(acme, "evts_1", sequence)] == [1, 2][:sequence]
    del log.table.between
    assert len(asked) == 2


def test_a_segment_that_was_never_committed_is_not_there(cloud, acme):
    cloud.stores.forget_items()
    datasets = cloud.stores.datasets
    refused = RefusingTable(datasets.table)
    orphan = type(datasets)(refused, datasets.bucket, now=datasets.now, random=lambda: 0, sleep=lambda _: None)
    with pytest.raises(Conflict, match="too many at once"):
        orphan.append(acme, "evts_1", "s1", some(2, "s1"))
    assert datasets.head(acme, "evts_1") == DatasetHead()
    with pytest.raises(NotFound):
        datasets.find(acme, DatapointPlace("evts_1", "s1", 0))


class RefusingTable:
    """A table in which somebody else is always first."""

    def __init__(self, table):
        self.table, self.name, self.client = table, table.name, self

    def __getattr__(self, name):
        return getattr(self.table, name)

    def transact_write_items(self, **_):
        raise Conflict("somebody else was first")
