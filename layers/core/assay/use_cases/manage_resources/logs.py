"""Logs: kept as clients report them, read, searched; and datapoints made from them."""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime

from assay.domain.ids import NewId
from assay.domain.log import Log, LogEntry, Report
from assay.domain.value import JsonValue, Value
from assay.ports import Clock, Logs
from assay.use_cases.manage_resources.datasets import NewDatapoint

BATCH_BYTES = 8 * 1024 * 1024
BATCH_LOGS = 100


class NewLog(Value):
    """A report that has no id yet. `created_at` None means now."""

    project_id: str
    config_id: str
    created_at: datetime | None = None
    report: Report


class LogSearch(Value):
    """Which logs of a project are wanted: those with `text` in an input or the output, made from `since` to `until`."""

    project_id: str
    text: str | None = None
    since: datetime | None = None
    until: datetime | None = None

    @property
    def is_for_all(self) -> bool:
        return self.text is None and self.since is None and self.until is None

    def matches(self, log: Log) -> bool:
        """Whether the log is wanted; case does not matter, days and moments are inclusive."""
        if self.since is not None and log.created_at < self.since:
            return False
        if self.until is not None and log.created_at > self.until:
            return False
        return self.text is None or any(self.text.casefold() in each.casefold() for each in texts(log.report))


def texts(report: Report) -> list[str]:
    """What can be searched of a report: its inputs and its output."""
    inputs = [as_text(value) for value in (report.inputs or {}).values()]
    return [*inputs, report.output or ""]


def as_text(value: JsonValue) -> str:
    """A text as it is; anything else as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def create_logs(organisation: str, wishes: Sequence[NewLog], *, logs: Logs, clock: Clock, new_id: NewId) -> list[Log]:
    """The logs, kept, in the order of the wishes; a later one sorts after an earlier one."""
    now = clock.now()
    made = [
        Log(
            id=identifier,
            created_at=wish.created_at or now,
            updated_at=now,
            project_id=wish.project_id,
            config_id=wish.config_id,
            report=wish.report,
        )
        for identifier, wish in zip(sorted(new_id("data_") for _ in wishes), wishes, strict=True)
    ]
    logs.save(organisation, made)
    return made


def find_logs(organisation: str, search: LogSearch, *, logs: Logs) -> list[LogEntry]:
    """The logs that are wanted, newest first. Searching reads every log of the project."""
    entries = logs.listed(organisation, search.project_id)[::-1]
    if search.is_for_all:
        return entries
    return [
        entry
        for some in batches(entries)
        for entry, log in zip(some, logs.get_many(organisation, [each.id for each in some]), strict=True)
        if search.matches(log)
    ]


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


def datapoint_from(report: Report) -> NewDatapoint:
    """A datapoint with the inputs and messages of a log, and its output as target; inputs become texts."""
    inputs = {name: as_text(value) for name, value in (report.inputs or {}).items() if value is not None}
    target: JsonValue = None if report.output is None else {"output": report.output.strip()}
    return NewDatapoint(inputs=inputs, messages=report.messages, target=target)
