"""Posted logs are judged by score_outputs, asynchronously: Lambda tries again, and keeps what fails in a DLQ."""

from typing import Any

from assay.domain.lane import LogTurn


class LambdaLogScoring:
    """Implements ports.LogScoring. `client` is boto3's; `function` the name of score_outputs."""

    def __init__(self, client: Any, function: str) -> None:
        self.client, self.function = client, function

    def begin(self, work: LogTurn) -> None:
        payload = work.model_dump_json().encode()
        self.client.invoke(FunctionName=self.function, InvocationType="Event", Payload=payload)
