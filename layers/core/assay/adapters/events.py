"""EventBridge: what became of an evaluation, in ids, status and scores."""

import json
from typing import Any

from assay.domain.errors import AssayError
from assay.domain.evaluation import Evaluation
from assay.domain.summary import Summary

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
        detail = {
            "organisation": organisation,
            "evaluation_id": evaluation.id,
            "project_id": evaluation.project_id,
            "status": evaluation.status,
            "scores": {score.name: score.mean for score in summary.scores} if summary else {},
        }
        entry = {
            "EventBusName": self.name,
            "Source": SOURCE,
            "DetailType": f"Evaluation {evaluation.status.capitalize()}",
            "Detail": json.dumps(detail),
        }
        self.put(entry)

    def put(self, entry: dict[str, str]) -> None:
        """Puts one event. A bus that is busy says so in its answer, not by an error. Raises EventRefused."""
        for _ in range(ATTEMPTS):
            answer = self.client.put_events(Entries=[entry])
            if not answer["FailedEntryCount"]:
                return
        raise EventRefused(f"The event bus did not take an event: {answer['Entries'][0].get('ErrorCode')}.")
