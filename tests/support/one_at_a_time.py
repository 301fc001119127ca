"""What the real thing does by itself and its stand-in does not: each call is whole before the next begins."""

from threading import Lock
from typing import Any


class OneAtATime:
    """A client whose calls wait for each other: DynamoDB's transactions are atomic, those of moto not among threads."""

    def __init__(self, client: Any) -> None:
        self.client, self.lock = client, Lock()

    def __getattr__(self, name: str) -> Any:
        method = getattr(self.client, name)

        def call(*args: Any, **kwargs: Any) -> Any:
            with self.lock:
                return method(*args, **kwargs)

        return call
