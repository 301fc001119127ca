"""A log that names its datapoint becomes that of its row, where an evaluation waits for a client's log of it."""

from contextlib import suppress

from assay.domain.errors import IllegalTransition, InvalidRequest
from assay.domain.evaluation import Evaluation
from assay.domain.identity import parse_datapoint_id
from assay.domain.log import Log
from assay.ports import Clock, Datasets, LogScoring, Posted, Resources
from assay.use_cases.update_evaluation.logs import PostLog, post_log


def post_sourced_log(
    organisation: str,
    log: Log,
    *,
    resources: Resources,
    datasets: Datasets,
    posted: Posted,
    scoring: LogScoring,
    clock: Clock,
) -> None:
    """Posts the log to the running evaluations of its config whose logs clients generate (§2.10).

    An evaluation whose version of the dataset lacks the datapoint, or that ends just now, goes without it.
    """
    source = log.report.source_datapoint_id or ""
    place = parse_datapoint_id(source)
    if place is None:
        return
    for evaluation in resources.listed(organisation, Evaluation, f"{log.project_id}/evaluations"):
        if waits_for(evaluation, log.config_id, place.dataset_id):
            wish = PostLog(evaluation_id=evaluation.id, datapoint_id=source, report=log.report)
            with suppress(IllegalTransition, InvalidRequest):
                post_log(
                    organisation,
                    wish,
                    resources=resources,
                    datasets=datasets,
                    posted=posted,
                    scoring=scoring,
                    clock=clock,
                )


def waits_for(evaluation: Evaluation, config_id: str, dataset_id: str) -> bool:
    """Whether clients post logs of this config, for datapoints of this dataset, to the evaluation."""
    is_open = evaluation.status == "running" and evaluation.generated_by == "client"
    return is_open and (evaluation.config_id, evaluation.dataset.dataset_id) == (config_id, dataset_id)
