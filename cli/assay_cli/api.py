"""Assay's API in the Humanloop dialect (contracts/humanloop-v4.md), whose routes begin with /v4."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from assay.client import Client, NotReached, Refused
from assay_cli.errors import StepFailed

ROOT = "/v4"


class Api:
    """The dialect as one key sees it; every method raises assay.client.CallFailed."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def get(self, path: str, **query: str | int | bool) -> Any:
        """What is at `path`."""
        return self.client.get(f"{ROOT}{path}", **query)

    def post(self, path: str, body: object) -> Any:
        """What `path` makes of `body`."""
        return self.client.post(f"{ROOT}{path}", body)

    def patch(self, path: str, body: object) -> Any:
        """What `path` becomes by `body`."""
        return self.client.patch(f"{ROOT}{path}", body)

    def delete(self, path: str) -> None:
        """Removes what is at `path`."""
        self.client.delete(f"{ROOT}{path}")


@contextmanager
def open_api(url: str, key: str) -> Iterator[Api]:
    """The API at `url` (ASSAY_URL), for the holder of `key`."""
    with Client(url, key) as client:
        yield Api(client)


def accepts(api: Api) -> bool:
    """Whether the API knows the key. Raises Refused where it fails for another reason."""
    try:
        api.get("/projects", size=1)
    except Refused as refusal:
        if refusal.status in {401, 403}:
            return False
        raise
    return True


def await_answer(api: Api, seconds: float) -> None:
    """Comes back when the API answers the holder of the key. Raises StepFailed if it does not within `seconds`."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            if accepts(api):
                return
            problem = "it refuses the key that was just made"
        except (Refused, NotReached) as error:
            problem = str(error)
        if time.monotonic() > deadline:
            raise StepFailed(f"The API does not answer: {problem}")
        time.sleep(0.5)
