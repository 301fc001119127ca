"""Who carries requests to the API and answers back: one that waits, and one that lets others work meanwhile."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from typing import Any, Self, TypeVar

import httpx

from assay.client import questions
from assay.client.asking import Answer, Asking, Pause, Request, delete, get, patch, post
from assay.client.errors import CallFailed
from assay.client.rows import ExperimentRow, Rows
from assay.client.summary import ExperimentSummary
from assay.settings import client_place

T = TypeVar("T")
TIMEOUT = httpx.Timeout(60, connect=5)
UNNAMED = "Which API, and with which key? Give url and key, or set ASSAY_URL and ASSAY_API_KEY."


def place(url: str | None, key: str | None) -> dict[str, Any]:
    """How httpx comes to the API that is given, else to that of the environment. Raises CallFailed where none is."""
    named = client_place()
    url, key = url or named[0], key or named[1]
    if not (url and key):
        raise CallFailed(UNNAMED)
    headers = {"Authorization": f"Bearer {key}"}
    return {"base_url": url.rstrip("/"), "headers": headers, "timeout": TIMEOUT, "trust_env": False}


def parameters(request: Request) -> dict[str, Any]:
    """A request in httpx's words."""
    body = {} if request.body is None else {"json": request.body}
    return {"method": request.method, "url": request.path, "params": request.query, "headers": request.headers, **body}


def answered(response: httpx.Response) -> Answer:
    """An answer of httpx's."""
    return Answer(response.status_code, response.text, response.headers)


def unreached(url: httpx.URL, error: httpx.TransportError) -> Answer:
    """What there is instead of an answer."""
    return Answer(unreached=f"{url} does not answer: {str(error).rstrip('.') or type(error).__name__}.")


class Client:
    """The API at `url` (ASSAY_URL) as the holder of a key (ASSAY_API_KEY) sees it."""

    def __init__(
        self,
        url: str | None = None,
        key: str | None = None,
        *,
        transport: httpx.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.sleep = sleep
        self.http = httpx.Client(**place(url, key), transport=transport)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Lets go of the connections."""
        self.http.close()

    def ask(self, asking: Asking[T]) -> T:
        """What was asked for. Raises CallFailed."""
        answer = None
        while True:
            try:
                step = asking.send(answer)
            except StopIteration as end:
                return end.value  # type: ignore[no-any-return]
            answer = self.carry(step)

    def carry(self, step: Request | Pause) -> Answer | None:
        """The answer to a request; none after a pause."""
        if isinstance(step, Pause):
            self.sleep(step.seconds)
            return None
        try:
            return answered(self.http.request(**parameters(step)))
        except httpx.TransportError as error:
            return unreached(self.http.base_url, error)

    def get(self, path: str, **query: str | int | bool) -> Any:
        """What is at `path`. Raises CallFailed."""
        return self.ask(get(path, **query))

    def post(
        self, path: str, body: object, *, headers: Mapping[str, str] | None = None, is_repeatable: bool = False
    ) -> Any:
        """What `path` makes of `body`, asked for once unless asking twice comes to the same. Raises CallFailed."""
        return self.ask(post(path, body, headers=headers, is_repeatable=is_repeatable))

    def patch(self, path: str, body: object) -> Any:
        """What `path` becomes by `body`. Raises CallFailed."""
        return self.ask(patch(path, body))

    def delete(self, path: str) -> None:
        """Removes what is at `path`. Raises CallFailed."""
        self.ask(delete(path))

    def eval(self, project: str, **wish: Any) -> ExperimentSummary:
        """What an eval comes to, as questions.eval has it. Raises CallFailed."""
        return self.ask(questions.eval(project, **wish))

    def wait(self, experiment_id: str, **wish: Any) -> ExperimentSummary:
        """What an experiment comes to, as questions.wait has it. Raises CallFailed, NotOver."""
        return self.ask(questions.wait(experiment_id, **wish))

    def summary(self, experiment_id: str, base_id: str | None = None) -> ExperimentSummary:
        """An experiment's numbers, beside a base or its own. Raises CallFailed."""
        return self.ask(questions.summary(experiment_id, base_id))

    def rows(self, experiment_id: str) -> Rows:
        """An experiment's rows in the order of its dataset, trials side by side. Raises CallFailed."""
        return self.ask(questions.rows(experiment_id))

    def pages(self, experiment_id: str) -> Iterator[list[ExperimentRow]]:
        """An experiment's rows, however many, page by page and the latest first. Raises CallFailed."""
        read = self.ask(questions.page(experiment_id))
        while read.cursor:
            yield read.rows
            read = self.ask(questions.page(experiment_id, read.cursor))

    def insert(self, project: str, dataset: str, rows: list[dict[str, Any]]) -> str:
        """The id of a dataset that has the rows now, as questions.insert has it. Raises CallFailed."""
        return self.ask(questions.insert(project, dataset, rows))


class AsyncClient:
    """As Client, for whoever has other things to do meanwhile."""

    def __init__(
        self,
        url: str | None = None,
        key: str | None = None,
        *,
        transport: httpx.AsyncBaseTransport | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.sleep = sleep
        self.http = httpx.AsyncClient(**place(url, key), transport=transport)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Lets go of the connections."""
        await self.http.aclose()

    async def ask(self, asking: Asking[T]) -> T:
        """What was asked for. Raises CallFailed."""
        answer = None
        while True:
            try:
                step = asking.send(answer)
            except StopIteration as end:
                return end.value  # type: ignore[no-any-return]
            answer = await self.carry(step)

    async def carry(self, step: Request | Pause) -> Answer | None:
        """The answer to a request; none after a pause."""
        if isinstance(step, Pause):
            await self.sleep(step.seconds)
            return None
        try:
            return answered(await self.http.request(**parameters(step)))
        except httpx.TransportError as error:
            return unreached(self.http.base_url, error)

    async def eval(self, project: str, **wish: Any) -> ExperimentSummary:
        """What an eval comes to, as questions.eval has it. Raises CallFailed."""
        return await self.ask(questions.eval(project, **wish))

    async def wait(self, experiment_id: str, **wish: Any) -> ExperimentSummary:
        """What an experiment comes to, as questions.wait has it. Raises CallFailed, NotOver."""
        return await self.ask(questions.wait(experiment_id, **wish))

    async def summary(self, experiment_id: str, base_id: str | None = None) -> ExperimentSummary:
        """An experiment's numbers, beside a base or its own. Raises CallFailed."""
        return await self.ask(questions.summary(experiment_id, base_id))

    async def rows(self, experiment_id: str) -> Rows:
        """An experiment's rows in the order of its dataset, trials side by side. Raises CallFailed."""
        return await self.ask(questions.rows(experiment_id))

    async def pages(self, experiment_id: str) -> AsyncIterator[list[ExperimentRow]]:
        """An experiment's rows, however many, page by page and the latest first. Raises CallFailed."""
        read = await self.ask(questions.page(experiment_id))
        while read.cursor:
            yield read.rows
            read = await self.ask(questions.page(experiment_id, read.cursor))

    async def insert(self, project: str, dataset: str, rows: list[dict[str, Any]]) -> str:
        """The id of a dataset that has the rows now, as questions.insert has it. Raises CallFailed."""
        return await self.ask(questions.insert(project, dataset, rows))
