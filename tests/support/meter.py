"""What is asked of AWS while something is done: the operations, and the bytes that came back."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class Meter:
    """Operations by their names (`s3.GetObject`), and the bytes of the answers' bodies."""

    def __init__(self) -> None:
        self.operations: Counter[str] = Counter()
        self.bytes = 0

    @property
    def calls(self) -> int:
        return self.operations.total()

    def add(self, http_response: Any, parsed: dict[str, Any], model: Any, **_: Any) -> None:
        """Takes in one answer. The body of an object is not read here: its length stands beside it."""
        self.operations[f"{model.service_model.endpoint_prefix}.{model.name}"] += 1
        self.bytes += parsed["ContentLength"] if model.has_streaming_output else len(http_response.content)


@contextmanager
def metered(*clients: Any) -> Iterator[Meter]:
    """A meter of what goes through boto3's clients meanwhile."""
    meter = Meter()
    for client in clients:
        client.meta.events.register("after-call", meter.add)
    try:
        yield meter
    finally:
        for client in clients:
            client.meta.events.unregister("after-call", meter.add)
