"""Ids that say where a thing is: a log carries its evaluation and ordinal, a datapoint its dataset and segment."""

import re
from typing import NamedTuple

LINE = re.compile(r"0|[1-9][0-9]{0,8}")


class LogPlace(NamedTuple):
    """Where a log of an evaluation stands."""

    evaluation_id: str
    ordinal: int


class DatapointPlace(NamedTuple):
    """Where a datapoint stands: line `line` of a segment of a dataset."""

    dataset_id: str
    segment: str
    line: int


def log_id(evaluation_id: str, ordinal: int) -> str:
    """The id of the log that row `ordinal` of an evaluation has."""
    return f"data_{suffix(evaluation_id)}_{ordinal}"


def evaluator_log_id(result_id: str) -> str:
    """The id of the log that an evaluator itself leaves with a result."""
    return f"data_{suffix(result_id)}"


def datapoint_id(dataset_id: str, segment: str, line: int) -> str:
    """The id of the datapoint at `line` of a segment."""
    return f"dp_{suffix(dataset_id)}_{segment}_{line}"


def parse_log_id(identifier: str) -> LogPlace | None:
    """Which row of which evaluation the log is; None where it belongs to no evaluation."""
    match identifier.split("_"):
        case ["data", evaluation, ordinal] if LINE.fullmatch(ordinal):
            return LogPlace(f"ev_{evaluation}", int(ordinal))
    return None


def parse_evaluator_log_id(identifier: str) -> LogPlace | None:
    """Which row an evaluator left the log with; None where it is no evaluator's own log."""
    log, _, version = identifier.rpartition("_")
    return parse_log_id(log) if version else None


def parse_datapoint_id(identifier: str) -> DatapointPlace | None:
    """Where the datapoint is; None where the id is not one of ours."""
    match identifier.split("_"):
        case ["dp", dataset, segment, line] if LINE.fullmatch(line):
            return DatapointPlace(f"evts_{dataset}", segment, int(line))
    return None


def suffix(identifier: str) -> str:
    """An id without its prefix."""
    return identifier.partition("_")[2]
