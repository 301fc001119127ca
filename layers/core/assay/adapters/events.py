"""EventBridge: what became of an evaluation, in ids, status and scores."""

import json
from typing import Any

from assay.domain.errors import AssayError
from assay.domain.evaluation import Evaluation
from assay.domain.statistics.describe import ScoreStatistics
from assay.domain.statistics.gate import regressions
from assay.domain.statistics.interval import Interval
from assay.domain.summary import Summary
from assay.domain.value import JsonValue

SOURCE = "assay"
ATTEMPTS = 3


class EventRefused(AssayError):
    """The bus did not take an event."""


class EventBus:
    """Implements ports.Events. `client` is boto3's."""

    def __init__(self, client: Any, name: str) -> None:
        self.client = client
        self.name = name

    def announce(self, organisation: str, evaluation: Evaluation, summary: Summary | None) -> None:
        detail = described(organisation, evaluation, summary)
        self.send(f"Evaluation {evaluation.status.capitalize()}", detail)
        if evaluation.status == "completed" and summary and (worse := regressed(summary)):
            self.send("Evaluation Regressed", {**detail, "regressed": worse})

    def send(self, name: str, detail: dict[str, JsonValue]) -> None:
        """Puts an event of that name. Raises EventRefused."""
        self.put({"EventBusName": self.name, "Source": SOURCE, "DetailType": name, "Detail": json.dumps(detail)})

    def put(self, entry: dict[str, str]) -> None:
        """Puts one event. A bus that is busy says so in its answer, not by an error. Raises EventRefused."""
        for _ in range(ATTEMPTS):
            answer = self.client.put_events(Entries=[entry])
            if not answer["FailedEntryCount"]:
                return
        raise EventRefused(f"The event bus did not take an event: {answer['Entries'][0].get('ErrorCode')}.")


def described(organisation: str, evaluation: Evaluation, summary: Summary | None) -> dict[str, JsonValue]:
    """The detail of an event about an evaluation (docs/events.schema.json)."""
    counts = summary.model_dump(mode="json", include={"rows", "n_outputs", "n_errors", "n_missing"}) if summary else {}
    return {
        "organisation": organisation,
        "project_id": evaluation.project_id,
        "evaluation_id": evaluation.id,
        "path": f"/v4/evaluations/{evaluation.id}",
        **experiment(evaluation),
        "status": evaluation.status,
        "reason": evaluation.reason,
        **counts,
        "scores": {score.name: score.mean for score in summary.scores} if summary else {},
        "statistics": {one.name: brief(one) for one in summary.statistics} if summary else {},
        **({"trigger_id": evaluation.trigger_id} if evaluation.trigger_id else {}),
    }


def brief(one: ScoreStatistics) -> dict[str, JsonValue]:
    """What a rule or a message wants to know of a score: how sure its mean is, and its difference."""
    mean: dict[str, JsonValue] = {
        "n_items": one.n_items,
        "n_errors": sum(one.n_errors.values()),
        "mean": one.mean,
        "ci": ends(one.ci),
    }
    beside = one.comparison
    if beside is None:
        return mean
    return {**mean, "base": beside.base, "diff": beside.diff, "diff_ci": ends(beside.ci), "p_value": beside.p_value}


def ends(interval: Interval | None) -> list[JsonValue] | None:
    """The two ends of an interval."""
    return None if interval is None else [interval.low, interval.high]


def experiment(evaluation: Evaluation) -> dict[str, JsonValue]:
    """The experiment that it made, if it made one, and where its numbers and a link to its page are to be had."""
    found = evaluation.experiment_id
    return {"experiment_id": found, "summary_path": f"/v1/experiment/{found}/summarize"} if found else {}


def regressed(summary: Summary) -> list[JsonValue]:
    """The scores that are proved worse than those of the base, by their names."""
    return list(regressions({one.name: one for one in summary.statistics if one.higher_is_better is not None}))
