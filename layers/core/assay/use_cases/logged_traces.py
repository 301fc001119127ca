"""The traces of an experiment to which clients logged, over those of its run if it has one."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import takewhile

from assay.domain.comparison import digest
from assay.domain.ids import canonical_json
from assay.domain.rows import BaseRows, Place, Row
from assay.domain.span_facts import facts_of
from assay.domain.spans import MOST_SLOTS, Content
from assay.domain.trace import SpanFacts
from assay.domain.value import JsonValue
from assay.ports import Rows
from assay.use_cases.run_rows import ReadTrace, RunRows

AT_ONCE = 1000
"""Rows of the run that are held in memory."""


class Datapoints:
    """The datapoints that traces are of, numbered: first those of the run, then as they appear."""

    def __init__(self, rows: BaseRows) -> None:
        self.run = rows if isinstance(rows, RunRows) else None
        self.first = self.run.plan.dataset.datapoints if self.run else 0
        self.numbers: dict[bytes, int] = {}

    def number(self, root: Content) -> int:
        """That of a trace's root: by its place in the run, else by where it says that it is from, or by what it is."""
        item = self.run.item(str(root.get("span_id") or root["id"])) if self.run else None
        if item is not None:
            return item
        origin = root.get("origin")
        same: JsonValue = origin if isinstance(origin, dict) else [root.get("inputs"), root.get("target")]
        return self.first + self.numbers.setdefault(digest(canonical_json(same)), len(self.numbers))


class Spans:
    """A trace as it is read: its roots as they are, of the spans beneath only what a summary needs."""

    def __init__(self) -> None:
        self.roots: list[Content] = []
        self.others: list[SpanFacts] = []

    def add(self, row: Row) -> None:
        """Takes in one of its spans."""
        content = {"id": row.id, **row.content}
        if is_root(content):
            self.roots.append(content)
        else:
            self.others.append(facts_of(content))

    def read(self, datapoints: Datapoints) -> Iterator[ReadTrace]:
        """The trace; nothing where it has no root."""
        if self.roots:
            facts = [*map(facts_of, self.roots), *self.others]
            yield ReadTrace(datapoints.number(self.roots[0]), self.roots[0], facts)


def logged_traces(organisation: str, experiment_id: str, base: BaseRows, rows: Rows) -> Iterator[ReadTrace]:
    """Each trace, with what clients logged over those of the run.

    What was logged is held in memory; the run is read in dataset order, some rows at a time.
    """
    version = rows.version(organisation, experiment_id)
    down = partial(rows.down, organisation, experiment_id, version.sequence, base=base)
    datapoints = Datapoints(base)
    logged = by_trace(takewhile(lambda row: row.place.sequence > 0, down()), {})
    for block in run_blocks(base, down):
        present = {root: logged.pop(root, Spans()) for root in dict.fromkeys(map(root_of, reversed(block)))}
        for spans in by_trace(block, present).values():
            yield from spans.read(datapoints)
    for spans in reversed(logged.values()):
        yield from spans.read(datapoints)


def by_trace(rows: Iterable[Row], traces: dict[str, Spans]) -> dict[str, Spans]:
    """The traces, with the rows in them."""
    for row in rows:
        traces.setdefault(root_of(row), Spans()).add(row)
    return traces


def run_blocks(base: BaseRows, down: Callable[..., Iterator[Row]]) -> Iterator[list[Row]]:
    """Blocks of the run's spans, in dataset order; each from its last span to its first, as `down` reads."""
    rows = base.plan.rows if isinstance(base, RunRows) else 0
    for first in range(0, rows, AT_ONCE):
        place, end = first * MOST_SLOTS, Place(0, (first + AT_ONCE) * MOST_SLOTS)
        yield list(takewhile(lambda row: row.place.line >= place, down(before=end)))  # noqa: B023 - read at once


def root_of(row: Row) -> str:
    """The trace that a row is of."""
    return str(row.content.get("root_span_id") or row.id)


def is_root(span: Content) -> bool:
    """Whether a span lies beneath no other."""
    return not span.get("span_parents")
