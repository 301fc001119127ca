"""The row log of events against a plain dictionary: whatever is written, every version shows what it came to."""

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import NamedTuple
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assay.adapters.row_log import reader
from assay.domain.dataset import Datapoint
from assay.domain.rows import Event, NoRows, Place, Removal, Row, row_id, segment_of

IDS = ["one", "two", "0190d3c0-0000-7000-8000-000000000001", "base-1", "made"]
CONTENTS = st.dictionaries(
    st.sampled_from(["inputs", "metadata", "tags"]), st.sampled_from([1, "x", {"a": 1}, {"b": 2}])
)
CHANGES = st.sampled_from(["replace", "merge", "delete"])
WRITES = st.tuples(st.just(None), CONTENTS, st.sampled_from(["replace", "merge"])) | st.tuples(
    st.sampled_from(IDS), CONTENTS, CHANGES
)
HISTORIES = st.lists(st.lists(WRITES, min_size=1, max_size=4), min_size=1, max_size=6)
BASE = {"base-0": {"inputs": 0}, "base-1": {"inputs": {"a": 0}}, "base-2": {"inputs": 2}}


class Base(NoRows):
    """Rows that were there before."""

    def rows(self):
        return [Row(name, content, Place(0, line), 1) for line, (name, content) in enumerate(BASE.items())]

    def down(self, before):
        return iter(self.rows()[:before][::-1])

    def find(self, identifier):
        return next((row for row in self.rows() if row.id == identifier), None)


class World(NamedTuple):
    """A log under test, and what it must come to: the rows in order of their last write."""

    rows: object
    log: str
    kept: dict

    def write(self, writes):
        """Commits events, and does the same to the dictionary."""
        segment = segment_of(uuid4())
        events = []
        for line, (name, content, change) in enumerate(writes):
            made = next((one for one in self.kept if one not in {*IDS, *BASE}), "none")
            identifier = {None: row_id(segment, line), "made": made}.get(name, name)
            events.append(Event(id=identifier, content={} if change == "delete" else content, change=change))
        commit = self.rows.write("acme", self.log, segment, events)
        for event in events:
            after = event.applied(self.kept.pop(event.id, None))
            if after is not None:
                self.kept[event.id] = after
        return commit


@pytest.fixture
def rows(cloud):
    cloud.stores.forget_items()
    return cloud.stores.rows


def shown(rows):
    return [(row.id, row.content) for row in rows]


@settings(max_examples=40)
@given(HISTORIES, st.booleans(), st.data())
def test_every_version_shows_what_its_writes_came_to_the_last_written_first(cloud, rows, history, over_a_base, data):
    cloud.stores.forget_items()
    world = World(rows, str(uuid4()), dict(BASE) if over_a_base else {})
    base = Base() if over_a_base else None
    versions = []
    for writes in history:
        commit = world.write(writes)
        versions.append((commit, list(world.kept.items())[::-1]))
    for commit, expected in versions:
        found = list(rows.down("acme", world.log, commit.sequence, base=base))
        assert shown(found) == expected
        assert rows.version("acme", world.log, commit.transaction) == (commit.sequence, commit.transaction)
        cut = data.draw(st.integers(0, len(found)))
        rest = rows.down("acme", world.log, commit.sequence, found[cut - 1].place if cut else None, base)
        assert shown(rest) == expected[cut:]
        if not over_a_base:
            assert rows.count("acme", world.log, commit.sequence) == len(expected)
            for name in IDS:
                assert rows.has("acme", world.log, commit.sequence, name) == (name in dict(expected))


@settings(max_examples=30)
@given(HISTORIES)
def test_a_snapshot_of_a_version_has_its_rows_the_first_written_first(cloud, rows, history):
    cloud.stores.forget_items()
    world = World(rows, str(uuid4()), {})
    for writes in history:
        sequence = world.write(writes).sequence
    datasets = cloud.stores.datasets
    assert datasets.freeze("acme", world.log, sequence).rows == len(world.kept)
    points = datasets.snapshot("acme", world.log, sequence, range(len(world.kept)))
    assert [point.id for point in points] == list(world.kept)
    assert points == [Datapoint.of(row) for row in rows.up("acme", world.log, sequence)]


def test_transactions_grow_with_every_commit(rows):
    world = World(rows, str(uuid4()), {})
    commits = [world.write([(None, {}, "replace")]) for _ in range(20)]
    assert all(one.transaction < other.transaction for one, other in pairwise(commits))
    assert all(len(str(commit.transaction)) == 19 for commit in commits)
    assert rows.version("acme", world.log, commits[0].transaction - 1) == (0, 0)


def test_a_row_tells_every_write_that_made_it_what_it_is(rows):
    log, segment = str(uuid4()), segment_of(uuid4())
    rows.write("acme", log, segment, [Event(id="r", content={"tags": ["a", "b"]})])
    merge = {"change": "merge", "source": "external", "remark": {"who": "me"}}
    removal = Removal(path=("tags",), values=("a",))
    last = rows.write("acme", log, segment_of(uuid4()), [Event(id="r", **merge, removals=(removal,))])
    row = next(rows.down("acme", log, 2))
    assert row.content == {"tags": ["b"]}
    assert [(each.change, each.source, each.remark) for each in row.audit] == [
        ("replace", "api", None),
        ("merge", "external", {"who": "me"}),
    ]
    assert row.audit[-1].transaction == row.transaction == last.transaction


def test_fifty_who_write_at_once_lose_nothing_not_even_in_one_row(rows):
    log = str(uuid4())

    def write(number):
        merge = Event(id="shared", content={"metadata": {str(number): number}}, change="merge")
        segment = segment_of(uuid4())
        return rows.write("acme", log, segment, [merge, Event(id=row_id(segment, 1), content={"inputs": number})])

    with ThreadPoolExecutor(50) as threads:
        commits = list(threads.map(write, range(50)))
    assert sorted(commit.sequence for commit in commits) == list(range(1, 51))
    found = {row.id: row.content for row in rows.down("acme", log, 50)}
    assert found.pop("shared") == {"metadata": {str(number): number for number in range(50)}}
    assert sorted(content["inputs"] for content in found.values()) == list(range(50))
    assert rows.count("acme", log, 50) == 51


def test_an_insert_of_a_thousand_rows_is_one_object_and_one_transaction(cloud, rows):
    log, segment = str(uuid4()), segment_of(uuid4())
    counted = Counted(rows, cloud)
    counted.rows.write("acme", log, segment, [Event(id=f"row {n}", content={"inputs": n}) for n in range(1000)])
    assert counted.calls == ["put_object", "get_item", "transact_write_items"]
    assert rows.count("acme", log, 1) == 1000


class Counted:
    """A row log whose calls of AWS are written down."""

    def __init__(self, rows, cloud):
        self.calls = []
        table = type(rows.table)(Noting(rows.table.client, self.calls), rows.table.name)
        bucket = type(rows.bucket)(Noting(rows.bucket.client, self.calls), rows.bucket.name)
        self.rows = type(rows)(table, bucket, now=rows.now, random=rows.random, sleep=rows.sleep)


class Noting:
    """A client that notes what it is asked for."""

    def __init__(self, client, calls):
        self.client, self.calls = client, calls

    def __getattr__(self, name):
        self.calls.append(name)
        return getattr(self.client, name)


def test_the_first_row_costs_one_segment_and_more_are_fetched_in_growing_batches(rows, cloud):
    log = str(uuid4())
    for number in range(20):
        rows.write("acme", log, segment_of(uuid4()), [Event(id=f"r{number}", content={"inputs": number})])
    counted = Counted(rows, cloud)
    found = counted.rows.down("acme", log, 20)
    assert next(found).id == "r19"
    assert counted.calls.count("get_object") == 1
    assert len(list(found)) == 19
    assert counted.calls.count("get_object") == 20


def test_commits_of_which_nothing_is_left_are_not_fetched(rows, cloud):
    log = str(uuid4())
    for number in range(30):
        rows.write("acme", log, segment_of(uuid4()), [Event(id="r", content={"inputs": number})])
    counted = Counted(rows, cloud)
    assert [row.content for row in counted.rows.down("acme", log, 30)] == [{"inputs": 29}]
    assert counted.calls.count("get_object") == 1


def test_what_lies_far_apart_is_read_with_little_at_hand(rows, monkeypatch):
    monkeypatch.setattr(reader, "KEPT_BYTES", 100)
    monkeypatch.setattr(reader, "MOST_BATCH", 2)
    log = str(uuid4())
    for number in range(8):
        rows.write("acme", log, segment_of(uuid4()), [Event(id=f"r{number}", content={"inputs": {"a": number}})])
    merges = [Event(id=f"r{n}", content={"inputs": {"b": n}}, change="merge") for n in range(8)]
    rows.write("acme", log, segment_of(uuid4()), merges)
    expected = [{"inputs": {"a": n, "b": n}} for n in reversed(range(8))]
    assert [row.content for row in rows.down("acme", log, 9)] == expected


@pytest.mark.parametrize("identifier", ["base-1", "one"])
def test_a_merge_after_a_deletion_begins_anew(rows, identifier):
    log = str(uuid4())
    for change, content in (("merge", {"tags": 1}), ("delete", {}), ("merge", {"metadata": 2})):
        rows.write("acme", log, segment_of(uuid4()), [Event(id=identifier, content=content, change=change)])
    after_the_first = {row.id: row.content for row in rows.down("acme", log, 1, base=Base())}
    assert after_the_first[identifier] == {**BASE.get(identifier, {}), "tags": 1}
    assert identifier not in dict(shown(rows.down("acme", log, 2, base=Base())))
    assert shown(rows.down("acme", log, 3, base=Base()))[0] == (identifier, {"metadata": 2})
