"""An API that knows one evaluation and is at its side while it runs: what `assay demo` and `assay up` talk to."""

import json
from typing import Any

import httpx

from assay.client import Client
from assay_cli.api import Api


class StubApi:
    """Answers in the Humanloop dialect. Each look at the evaluation finds `rows_per_look` more rows done."""

    def __init__(self, rows: int, rows_per_look: int = 1000, end: str = "completed") -> None:
        self.rows, self.rows_per_look, self.end = rows, rows_per_look, end
        self.done = 0
        self.sent: list[tuple[str, Any]] = []

    @property
    def api(self) -> Api:
        return Api(Client("http://stub", "key", transport=httpx.MockTransport(self.answer)))

    def answer(self, request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            return self.accept(request.url.path, json.loads(request.content))
        if request.url.path == "/v4/evaluations/ev_1/datapoints":
            return httpx.Response(200, json=self.page(**{k: int(v) for k, v in request.url.params.items()}))
        if request.url.path == "/v4/evaluations/ev_1":
            self.done = min(self.rows, self.done + self.rows_per_look)
            return httpx.Response(200, json=self.evaluation())
        return httpx.Response(404, json={"detail": "There is nothing at this address."})

    def accept(self, path: str, body: Any) -> httpx.Response:
        self.sent.append((path, body))
        answers = {
            "/v4/model-configs": {"project_id": "pr_1", "config": {"id": "config_1"}},
            "/v4/projects/pr_1/datasets": {"id": "evts_1"},
            "/v4/datasets/evts_1/datapoints": [],
            "/v4/evaluators": {"id": f"evfn_{len(self.sent)}"},
            "/v4/projects/pr_1/evaluations": {"id": "ev_1"},
        }
        return httpx.Response(201, json=answers[path])

    def evaluation(self) -> dict[str, Any]:
        status = self.end if self.done == self.rows else "running"
        return {"id": "ev_1", "status": status, "evaluators": [], "evaluator_aggregates": []}

    def page(self, page: int, size: int) -> dict[str, Any]:
        span = range((page - 1) * size, min(page * size, self.rows))
        records = [{"log": {"error": None} if row < self.done else None, "evaluation_results": []} for row in span]
        return {"records": records, "page": page, "size": size, "total": self.rows}

    def bodies(self, path: str) -> list[Any]:
        return [body for sent_to, body in self.sent if sent_to == path]
