"""What is deleted is erased by erase_content, asynchronously: Lambda tries again, and keeps what fails in a DLQ."""

from typing import Any

from assay.domain.erasure import Erasure


class LambdaErasures:
    """Implements ports.Erasures. `client` is boto3's; `function` the name of erase_content."""

    def __init__(self, client: Any, function: str) -> None:
        self.client, self.function = client, function

    def begin(self, wish: Erasure) -> None:
        self.client.invoke(FunctionName=self.function, InvocationType="Event", Payload=wish.model_dump_json().encode())
