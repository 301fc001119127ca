"""A client that generates by itself posts the log of a row; our evaluators judge it some moments later."""

from datetime import datetime

from assay.domain.errors import IllegalTransition, InvalidRequest
from assay.domain.evaluation import Evaluation
from assay.domain.evaluators.python_code import sent
from assay.domain.identity import log_id
from assay.domain.lane import LogTurn
from assay.domain.log import Log, Report
from assay.domain.posted import PostedLog
from assay.domain.task import Config
from assay.domain.value import Value
from assay.ports import Clock, Datasets, LogScoring, Posted, Resources
from assay.use_cases.update_evaluation.datapoints import ordinal_of


class PostLog(Value):
    """A log as it is posted. The project and the config are the evaluation's; naming them changes nothing."""

    evaluation_id: str
    datapoint_id: str
    project_id: str | None = None
    config_id: str | None = None
    created_at: datetime | None = None
    report: Report


def post_log(
    organisation: str,
    wish: PostLog,
    *,
    resources: Resources,
    datasets: Datasets,
    posted: Posted,
    scoring: LogScoring,
    clock: Clock,
) -> Log:
    """The log, kept in place of the row's earlier one (contracts/humanloop-v4.md §2.5).

    Raises NotFound, IllegalTransition where the evaluation is not running or generates by itself, InvalidRequest.
    """
    evaluation = resources.get(organisation, Evaluation, wish.evaluation_id)
    require_logs_of_clients(evaluation)
    require_the_same(evaluation, wish)
    ordinal = ordinal_of(organisation, evaluation, wish.datapoint_id, "datapoint_id", datasets=datasets)
    config = resources.get(organisation, Config, evaluation.config_id)
    log = new_log(organisation, evaluation, config, wish, ordinal, datasets=datasets, clock=clock)
    kept = posted.save_log(organisation, evaluation.id, log)
    if evaluation.rounds:
        scoring.begin(LogTurn(organisation=organisation, evaluation_id=evaluation.id, ordinal=ordinal))
    return kept.log


def require_logs_of_clients(evaluation: Evaluation) -> None:
    """Raises IllegalTransition unless clients may post logs now."""
    evaluation.require_open()
    if evaluation.generated_by != "client":
        raise IllegalTransition("This evaluation generates its logs itself; with hl_generated=false it does not.")


def require_the_same(evaluation: Evaluation, wish: PostLog) -> None:
    """Raises InvalidRequest where the log names another config or project: its scores would be taken for this one's."""
    if wish.config_id not in {None, evaluation.config_id}:
        raise InvalidRequest("The log is of another config than the one evaluated.", ("log", "config_id"))
    if wish.project_id not in {None, evaluation.project_id}:
        raise InvalidRequest("The log is of another project than the evaluation.", ("log", "project_id"))


def new_log(
    organisation: str,
    evaluation: Evaluation,
    config: Config,
    wish: PostLog,
    ordinal: int,
    *,
    datasets: Datasets,
    clock: Clock,
) -> PostedLog:
    """The log with what its client left out: the datapoint's inputs, and the messages that the config makes of it."""
    version, index = evaluation.dataset, ordinal // evaluation.trials
    (datapoint,) = datasets.rows(organisation, version.dataset_id, version.sequence, range(index, index + 1))
    report, now = wish.report, clock.now()
    given = datapoint.inputs if isinstance(datapoint.inputs, dict) else None
    changes = {
        "source_datapoint_id": datapoint.id,
        "inputs": given if report.inputs is None else report.inputs,
        "messages": report.messages or sent(config, datapoint),
    }
    log = Log(
        id=log_id(evaluation.id, ordinal),
        created_at=wish.created_at or now,
        updated_at=now,
        project_id=evaluation.project_id,
        config_id=evaluation.config_id,
        report=report.model_copy(update=changes),
    )
    return PostedLog(ordinal=ordinal, datapoint_id=datapoint.id, log=log)
