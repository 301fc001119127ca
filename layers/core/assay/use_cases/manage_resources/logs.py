"""Logs: kept as clients report them, changed, deleted; and datapoints made from them."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from itertools import groupby

from assay.domain.erasure import Erasure
from assay.domain.errors import IllegalTransition
from assay.domain.ids import NewId
from assay.domain.log import Log, LogChange, Report, of_reference
from assay.domain.value import JsonValue, Value, as_text
from assay.ports import Clock, Erasures, Logs
from assay.use_cases.manage_resources.datasets import NewDatapoint
from assay.use_cases.manage_resources.feedback import NewFeedback, all_given
from assay.use_cases.one_log import one_log
from assay.use_cases.races import settled


class NewLog(Value):
    """A report that has no id yet, with feedback on it. `created_at` None means now."""

    project_id: str
    config_id: str
    created_at: datetime | None = None
    report: Report
    feedback: tuple[NewFeedback, ...] = ()


def create_logs(organisation: str, wishes: Sequence[NewLog], *, logs: Logs, clock: Clock, new_id: NewId) -> list[Log]:
    """The logs, kept, in the order of the wishes. Raises what new_logs raises: then none is."""
    made = new_logs(organisation, wishes, logs=logs, clock=clock, new_id=new_id)
    logs.save(organisation, made)
    return made


def new_logs(organisation: str, wishes: Sequence[NewLog], *, logs: Logs, clock: Clock, new_id: NewId) -> list[Log]:
    """The logs as they are to be kept; of the same moment a later one sorts after an earlier one.

    Raises InvalidRequest for more feedback than is kept.
    """
    now = clock.now()
    return [
        Log(
            id=identifier,
            created_at=wish.created_at or now,
            updated_at=now,
            project_id=wish.project_id,
            config_id=wish.config_id,
            report=with_parent(organisation, wish.report, logs=logs),
            feedback=all_given((), wish.feedback, now=now, new_id=new_id),
        )
        for identifier, wish in zip(sorted(new_id("data_") for _ in wishes), wishes, strict=True)
    ]


def with_parent(organisation: str, report: Report, *, logs: Logs) -> Report:
    """The report with its parent's id, where it names the parent by a reference under which one is known."""
    if report.parent_id or not report.parent_reference_id:
        return report
    return report.model_copy(update={"parent_id": referred(organisation, report.parent_reference_id, logs=logs)})


def referred(organisation: str, reference_id: str, *, logs: Logs) -> str | None:
    """The id of the log that a client calls by a reference; of several the newest."""
    newest = next(logs.mentioned(organisation, of_reference(reference_id), newest_first=True), None)
    return newest.id if newest else None


def update_log(organisation: str, identifier: str, change: LogChange, *, logs: Logs, clock: Clock) -> Log:
    """The log after a change. Raises NotFound, and IllegalTransition where a result says something about it."""

    def changed() -> Log:
        log = one_log(organisation, identifier, logs=logs)
        if log.results:
            raise IllegalTransition("Results were posted on this log: what was judged does not change.")
        after = log.revised(report=log.report.changed(change), updated_at=clock.now())
        logs.replace(organisation, log, after)
        return after

    return settled(changed)


def delete_logs(organisation: str, identifiers: Sequence[str], *, logs: Logs, erasures: Erasures) -> None:
    """Removes the logs; what they said is erased (docs/deletion.md). Raises NotFound: then all of them are still there.

    Reports may be large: only one is in memory at any time.
    """
    places = {one: one_log(organisation, one, logs=logs).project_id for one in identifiers}
    for identifier in places:
        settled(partial(delete_log, organisation, identifier, logs=logs))
    for project_id, some in groupby(sorted(places, key=places.__getitem__), places.__getitem__):
        erasures.begin(Erasure(organisation=organisation, kind="logs", id=project_id, logs=tuple(some)))


def delete_log(organisation: str, identifier: str, *, logs: Logs) -> None:
    """Removes a log. Raises NotFound, Conflict."""
    logs.delete(organisation, one_log(organisation, identifier, logs=logs))


def datapoint_from(report: Report) -> NewDatapoint:
    """A datapoint with the inputs and messages of a log, and its output as target; inputs become texts."""
    inputs = {name: as_text(value) for name, value in (report.inputs or {}).items() if value is not None}
    target: JsonValue = None if report.output is None else {"output": report.output.strip()}
    return NewDatapoint(inputs=inputs, messages=report.messages, target=target)
