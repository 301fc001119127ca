"""A client of POST /v1/eval, over the real state machine and the real functions."""

import re
from typing import Any

from assay import bootstrap
from assay.adapters.clock import SystemClock, dice, new_uuid
from assay.adapters.row_log.events import EventLog
from assay.domain.dataset import Dataset
from assay.domain.experiment import Experiment
from assay.domain.rows import Event, row_id, segment_of
from assay.use_cases.manage_keys import create_key
from assay.use_cases.run_rows import run_rows
from tests.integration.world import made
from tests.support.api_gateway import Answer, Api
from tests.support.aws import Stack

ECHO = {
    "inline_prompt": {
        "prompt": {"type": "chat", "messages": [{"role": "user", "content": "What is {{input.a}} times {{input.b}}?"}]},
        "options": {"model": "mock"},
    }
}
EXACT = {"global_function": "ExactMatch"}
CLOSE = {"global_function": "Levenshtein"}


def sum_row(a: int, b: int = 2, **more: Any) -> dict[str, Any]:
    """A sum with its answer, as the provider `mock` gives it."""
    return {"input": {"a": a, "b": b}, "expected": f"The answer is {a * b}.", **more}


class Evals:
    """One organisation's evals, in a project of its own."""

    def __init__(self, cloud: Stack, organisation: str) -> None:
        self.cloud, self.organisation = cloud, organisation
        key = create_key(organisation, **bootstrap.operator("assay")).text
        self.api = Api(cloud.functions, {"Authorization": f"Bearer {key}"}, root="/v1")
        self.project = made(self.api.post("/project", {"name": "sums"}), 200)["id"]

    def body(self, rows: Any = 3, **more: Any) -> dict[str, Any]:
        """A request for an eval of inline rows."""
        data = {"data": [sum_row(n) for n in range(rows)] if isinstance(rows, int) else rows}
        return {"project_id": self.project, "data": data, "task": ECHO, "scores": [EXACT], **more}

    def post(self, body: dict[str, Any], **headers: str) -> Answer:
        """The answer to POST /v1/eval, redirections followed as HTTP clients do."""
        api = Api(self.cloud.functions, {**self.api.headers, **headers}, root="/v1")
        answer, place = api.post("/eval", body), "/eval"
        while answer.status == 303:
            place = f"{place.rpartition('/')[0]}/{answer.headers['Location']}"
            answer = api.get(place)
        return answer

    def run(self, rows: Any = 3, **more: Any) -> dict[str, Any]:
        """The summary of an eval that succeeds."""
        summary: dict[str, Any] = made(self.post(self.body(rows, **more)), 200)
        return summary

    def experiments(self) -> list[dict[str, Any]]:
        """The project's experiments, the newest first."""
        found = self.cloud.stores.resources.listed(self.organisation, Experiment, f"{self.project}/experiments")
        return [one.model_dump() for one in sorted(found, key=lambda one: one.created_at, reverse=True)]

    def spans(self, identifier: str) -> list[dict[str, Any]]:
        """All rows of an experiment."""
        stores = self.cloud.stores
        experiment = stores.resources.get(self.organisation, Experiment, identifier)
        rows = run_rows(
            self.organisation,
            experiment,
            resources=stores.resources,
            datasets=stores.datasets,
            runs=stores.runs,
            posted=stores.posted,
        )
        words = {"inputs": "input", "target": "expected"}
        return [{words.get(name, name): value for name, value in row.content.items()} for row in rows.down(None)]

    def dataset(self, rows: list[dict[str, Any]], name: str = "sums") -> str:
        """A dataset of the project, with rows as clients insert them; its id."""
        identifier, now = str(new_uuid()), SystemClock().now()
        made_dataset = Dataset(id=identifier, created_at=now, updated_at=now, name=name, project_id=self.project)
        self.cloud.stores.resources.create(self.organisation, made_dataset)
        self.insert(identifier, rows)
        return identifier

    def insert(self, log: str, rows: list[dict[str, Any]], root: str = "datasets") -> str:
        """Writes rows to a dataset, or to an experiment; the transaction in which that was done."""
        segment, words = segment_of(new_uuid()), {"input": "inputs", "expected": "target"}
        events = [
            Event(
                id=str(row.get("id") or row_id(segment, line)),
                content={words.get(name, name): value for name, value in row.items() if name != "id"},
            )
            for line, row in enumerate(rows)
        ]
        stores = self.cloud.stores
        rows_of = EventLog(stores.table, stores.bucket, now=SystemClock().now, random=dice, root=root)
        return str(rows_of.write(self.organisation, log, segment, events).transaction)

    def page(self, url: str) -> Answer:
        """What a browser gets at a link."""
        target = re.sub(r"^https?://[^/]+(/_aws/execute-api/api)?/prod", "", url)
        return Api(self.cloud.functions, {}, root="").get(target)


def kinds(spans: list[dict[str, Any]]) -> list[str]:
    """What each span is."""
    return [span["span_attributes"]["type"] for span in spans]
