"""Logs that lie in evaluations: those of rows, and those that our evaluators left when they judged them."""

from typing import Any

from assay.dialects.http import Call
from assay.dialects.humanloop import translate_posted
from assay.dialects.humanloop.evaluations import view
from assay.dialects.humanloop.responses import LogResponse
from assay.domain.errors import NotFound
from assay.domain.evaluation import Evaluation
from assay.domain.identity import LogPlace, parse_evaluator_log_id, parse_log_id
from assay.domain.log import Report
from assay.domain.score import Output
from assay.use_cases.get_evaluation import Row, list_rows


def evaluated(call: Call, ports: Any, identifier: str, place: LogPlace) -> Row:
    """The row of an evaluation that has the log. Raises NotFound, also where there is no output yet."""
    evaluation = ports.resources.get(call.organisation, Evaluation, place.evaluation_id)
    if place.ordinal < evaluation.dataset.datapoints * evaluation.trials:
        span = range(place.ordinal, place.ordinal + 1)
        stores = {"datasets": ports.datasets, "runs": ports.runs, "posted": ports.posted}
        (row,) = list_rows(call.organisation, evaluation, span, **stores)
        if row.output is not None:
            return row
    raise NotFound("log", identifier)


def evaluators_own(call: Call, ports: Any, identifier: str, place: LogPlace) -> LogResponse:
    """The log that an evaluator left with the result of a row. Raises NotFound."""
    row = evaluated(call, ports, identifier, place)
    shown = translate_posted.row(view(call, ports, place.evaluation_id), row)
    own = [result.evaluator_log for result in shown.evaluation_results if result.evaluator_log]
    for log in own:
        if log.id == identifier:
            return log
    raise NotFound("log", identifier)


def evaluated_report(call: Call, ports: Any, identifier: str) -> Report:
    """What an evaluation's log says, or that of an evaluator in it. Raises NotFound."""
    if own := parse_evaluator_log_id(identifier):
        log = evaluators_own(call, ports, identifier, own)
        return Report(inputs=log.inputs if isinstance(log.inputs, dict) else None, output=log.output)
    if place := parse_log_id(identifier):
        return report_of(evaluated(call, ports, identifier, place))
    raise NotFound("log", identifier)


def report_of(row: Row) -> Report:
    """What the log of a row says."""
    if row.log is not None:
        return row.log.log.report
    inputs = row.datapoint.inputs if isinstance(row.datapoint.inputs, dict) else None
    output = row.output.text if isinstance(row.output, Output) else None
    return Report(inputs=inputs, messages=row.datapoint.messages, output=output)
