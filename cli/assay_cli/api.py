"""A small client of Assay's API in the Humanloop dialect (contracts/humanloop-v4.md)."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from assay_cli.errors import ApiRefused, StepFailed, Unreachable

TIMEOUT = httpx.Timeout(60, connect=5)


class Api:
    """The API as one key sees it."""

    def __init__(self, client: httpx.Client) -> None:
        self.client = client

    def get(self, path: str, **query: str | int | bool) -> Any:
        """What is at `path`. Raises ApiRefused."""
        return self.answer("GET", path, params=query)

    def post(self, path: str, body: object) -> Any:
        """What `path` makes of `body`. Raises ApiRefused."""
        return self.answer("POST", path, json=body)

    def patch(self, path: str, body: object) -> Any:
        """What `path` becomes by `body`. Raises ApiRefused."""
        return self.answer("PATCH", path, json=body)

    def answer(self, method: str, path: str, **request: Any) -> Any:
        """The JSON of the answer. Raises ApiRefused for any status from 400 on, and Unreachable."""
        try:
            response = self.client.request(method, path, **request)
        except httpx.TransportError as error:
            raise Unreachable(str(self.client.base_url), error) from error
        if response.is_error:
            raise ApiRefused(f"{method} {path}", response.status_code, response.text[:500])
        return response.json()


@contextmanager
def open_api(url: str, key: str) -> Iterator[Api]:
    """The API at `url` (ASSAY_URL), for the holder of `key`."""
    with httpx.Client(base_url=f"{url}/v4", headers={"X-API-KEY": key}, timeout=TIMEOUT, trust_env=False) as client:
        yield Api(client)


def accepts(api: Api) -> bool:
    """Whether the API knows the key. Raises ApiRefused where it fails for another reason."""
    try:
        api.get("/projects", size=1)
    except ApiRefused as refusal:
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
        except (ApiRefused, Unreachable) as error:
            problem = str(error)
        if time.monotonic() > deadline:
            raise StepFailed(f"The API does not answer: {problem}")
        time.sleep(0.5)
