"""Logs are found by what their list says of them, and by what they say themselves.

Nothing reads a project of any size whole: one look goes over at most 10,000 places of the list, newest first, a search
reads at most 2,000 logs or 32 MB of them. Where the logs begin that were not looked at, what was found says.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import accumulate, islice
from typing import Literal, NamedTuple

from pydantic import Field

from assay.domain.log import EARLIEST, LATEST, Log, LogEntry, Report, shortened, sortable
from assay.domain.task import Config
from assay.domain.value import JsonValue, Value, as_text
from assay.ports import Logs, Resources

BATCH_BYTES = 8 * 1024 * 1024
BATCH_LOGS = 100

Models = Mapping[str, str]
"""The model of each config."""


class Reach(NamedTuple):
    """How far one look goes: over how many places of the list, and how many logs and bytes it reads."""

    places: int = 10_000
    logs: int = 2_000
    bytes: int = 32 * 1024 * 1024


FAR = Reach()


class Order(Value):
    """A column to sort by: `feedback` is that of the type `name`."""

    column: Literal["source", "model", "timestamp", "feedback"]
    name: str = ""
    descending: bool = False

    def key(self, models: Models) -> Callable[[LogEntry], str]:
        """What an entry is sorted by; what it lacks comes first."""
        match self.column:
            case "source":
                return lambda entry: entry.source or ""
            case "model":
                return lambda entry: models[entry.config_id]
            case "timestamp":
                return lambda entry: sortable(entry.created_at)
            case "feedback":
                return lambda entry: " ".join(entry.feedback.get(self.name, ()))


class LogSearch(Value):
    """Which logs of a project are wanted, and in which order: newest first, unless `order` says otherwise.

    Of the values of one filter any will do, and all filters must hold. `after` is where an earlier look ended.
    """

    project_id: str
    text: str | None = None
    metadata_text: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    after: str | None = None
    sources: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    feedback: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    results: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    order: tuple[Order, ...] = ()

    @property
    def first(self) -> str:
        """The least key that a wanted entry can have."""
        return sortable(self.since) if self.since else EARLIEST

    @property
    def last(self) -> str:
        """The greatest."""
        until = f"{sortable(self.until)}{LATEST}" if self.until else LATEST
        return min(until, self.after) if self.after else until

    @property
    def by_model(self) -> bool:
        """Whether it takes the models to know what is wanted, or in which order."""
        return bool(self.models) or any(one.column == "model" for one in self.order)

    def admits(self, entry: LogEntry, models: Models) -> bool:
        """Whether the list's word for a log is what is wanted."""
        return (
            holds(self.sources, (entry.source,))
            and holds(self.models, (models.get(entry.config_id),))
            and all(holds(wanted, entry.feedback.get(name, ())) for name, wanted in self.feedback.items())
            and all(holds(wanted, (entry.results.get(name),)) for name, wanted in self.results.items())
        )

    @property
    def reads(self) -> bool:
        """Whether logs must be read to know what is wanted."""
        return self.text is not None or self.metadata_text is not None

    def matches(self, log: Log) -> bool:
        """Whether what a log says is what is wanted; case does not matter."""
        return contains(texts(log.report), self.text) and contains(leaves(log.report.metadata), self.metadata_text)

    def arranged(self, entries: list[LogEntry], models: Models) -> list[LogEntry]:
        """The entries in the order that is wanted; those that are alike newest first."""
        for one in reversed(self.order):
            entries = sorted(entries, key=one.key(models), reverse=one.descending)
        return entries


def holds(wanted: Sequence[str], found: Sequence[str | None]) -> bool:
    """Whether one of the wanted values is found; any will do where none is wanted."""
    return not wanted or bool({shortened(one) for one in wanted} & set(found))


def contains(texts: Iterator[str], wanted: str | None) -> bool:
    """Whether a text has the wanted one in it, whatever the case."""
    return wanted is None or any(wanted.casefold() in one.casefold() for one in texts)


def texts(report: Report) -> Iterator[str]:
    """What is searched of a report: its inputs and its output."""
    yield from map(as_text, (report.inputs or {}).values())
    yield report.output or ""


def leaves(value: JsonValue) -> Iterator[str]:
    """Every name and every value within a JSON value, as texts."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield name
            yield from leaves(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from leaves(inner)
    elif value is not None:
        yield value if isinstance(value, str) else json.dumps(value)


class Found(NamedTuple):
    """Logs that are wanted; `rest` is where those begin that were not looked at, None where there are none."""

    entries: list[LogEntry]
    rest: str | None


def find_logs(organisation: str, search: LogSearch, *, logs: Logs, resources: Resources, reach: Reach = FAR) -> Found:
    """The logs that are wanted, as far as one look goes."""
    listed = logs.listed(organisation, search.project_id, search.first, search.last)
    seen = list(islice(listed, reach.places + 1))
    rest = seen.pop().key if len(seen) > reach.places else None
    models = models_of(organisation, seen, resources=resources) if search.by_model else {}
    wanted = [entry for entry in seen if search.admits(entry, models)]
    if search.reads:
        readable = within(reach, wanted)
        rest = wanted[len(readable)].key if len(readable) < len(wanted) else rest
        wanted = read(organisation, search, readable, logs=logs)
    return Found(search.arranged(wanted, models), rest)


def models_of(organisation: str, entries: Sequence[LogEntry], *, resources: Resources) -> Models:
    """The models of the configs of logs."""
    configs = resources.get_many(organisation, Config, {entry.config_id for entry in entries})
    return {config.id: config.task.as_model().model for config in configs}


def within(reach: Reach, entries: Sequence[LogEntry]) -> Sequence[LogEntry]:
    """As many of the first entries as one look reads: one at least."""
    sums = accumulate(entry.size for entry in entries[: reach.logs])
    return entries[: max(1, sum(size <= reach.bytes for size in sums))]


def read(organisation: str, search: LogSearch, entries: Sequence[LogEntry], *, logs: Logs) -> list[LogEntry]:
    """Those of the entries whose logs say what is wanted; some may be deleted by now."""
    found: list[LogEntry] = []
    for some in batches(entries):
        present = logs.present(organisation, [entry.id for entry in some])
        found += [entry for entry in some if entry.id in present and search.matches(present[entry.id])]
    return found


def batches(entries: Sequence[LogEntry]) -> Iterator[list[LogEntry]]:
    """The entries in their order, in batches that fit into memory."""
    batch: list[LogEntry] = []
    for entry in entries:
        if batch and (len(batch) == BATCH_LOGS or sum(each.size for each in batch) + entry.size > BATCH_BYTES):
            yield batch
            batch = []
        batch.append(entry)
    if batch:
        yield batch
