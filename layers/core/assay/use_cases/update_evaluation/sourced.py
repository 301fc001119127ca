"""Logs that name their datapoints become those of their rows, where an evaluation waits for clients' logs of them."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import cache, partial

from assay.domain.errors import IllegalTransition, InvalidRequest
from assay.domain.evaluation import Evaluation
from assay.domain.identity import parse_datapoint_id
from assay.domain.log import Log
from assay.ports import Clock, Datasets, LogScoring, Posted, Resources
from assay.use_cases.update_evaluation.logs import PostLog, post_log


def post_sourced_logs(
    organisation: str,
    logs: Iterable[Log],
    *,
    resources: Resources,
    datasets: Datasets,
    posted: Posted,
    scoring: LogScoring,
    clock: Clock,
) -> None:
    """Posts the logs to the running evaluations of their configs whose logs clients generate (§2.10).

    An evaluation whose version of the dataset lacks the datapoint, or that ends just now, goes without it.
    """
    every = cache(partial(resources.listed, organisation, Evaluation))
    for log in logs:
        for evaluation in waiting(log, every):
            wish = PostLog(
                evaluation_id=evaluation.id,
                datapoint_id=log.report.source_datapoint_id or "",
                created_at=log.created_at,
                report=log.report,
            )
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


def waiting(log: Log, listed: Callable[[str], list[Evaluation]]) -> list[Evaluation]:
    """The evaluations that wait for a log as this one: none where it names no datapoint, or has no content."""
    place = parse_datapoint_id(log.report.source_datapoint_id or "")
    if place is None or not log.report.save:
        return []
    found = listed(f"{log.project_id}/evaluations")
    return [each for each in found if waits_for(each, log.config_id, place.dataset_id)]


def waits_for(evaluation: Evaluation, config_id: str, dataset_id: str) -> bool:
    """Whether clients post logs of this config, for datapoints of this dataset, to the evaluation."""
    is_open = evaluation.status == "running" and evaluation.generated_by == "client"
    return is_open and (evaluation.config_id, evaluation.dataset.dataset_id) == (config_id, dataset_id)
